/** A text without what scrubbing finds. */
export type ScrubText = (text: string) => string;

/** An error as the log has it. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  /** Where it was thrown: frames only. */
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const MAX_MESSAGE = 1_000;
const MAX_STACK = 4_000;
const MAX_CAUSES = 5;
/** Errors whose sentences this product writes: they quote no value. */
const OWN = new Set(['StoreError', 'ProblemError', 'ControlServerError', 'DeliveryError']);
/** Keys, tokens and secrets of webhooks, whatever scrubbing makes of them. */
const OWN_SECRETS = /\b(?:sf|sfp|whsec)_[\w-]{6,}/g;
const QUERY = /\?[^\s"'<>)]+/g;
const FRAME = /^\s+at .*$/gm;

/**
 * Type, code, message and frames, and the same of what caused it: never another property, since errors of parsers and
 * drivers carry the text that they failed at. Messages of others lose what stands in quotes, which is where they repeat it.
 */
export function describeError(error: unknown, scrubText: ScrubText, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'Something was thrown that is no error.' };
  const code: unknown = 'code' in error ? error.code : undefined;
  const frames = error.stack?.match(FRAME)?.join('\n').slice(0, MAX_STACK);
  return {
    type: error.name,
    ...(typeof code === 'string' && /^[\w.]{1,64}$/.test(code) ? { code } : {}),
    message: cleanMessage(error, scrubText),
    ...(frames === undefined ? {} : { stack: cleanText(frames, scrubText) }),
    ...(error.cause === undefined || depth === MAX_CAUSES
      ? {}
      : { cause: describeError(error.cause, scrubText, depth + 1) }),
  };
}

function cleanMessage({ name, message }: Error, scrubText: ScrubText): string {
  const text = message.slice(0, MAX_MESSAGE);
  // The quote of a message may itself hold quotes: all between the first and the last goes.
  return cleanText(OWN.has(name) ? text : text.replace(/["'`].*["'`]?/gs, '…'), scrubText);
}

function cleanText(text: string, scrubText: ScrubText): string {
  try {
    return scrubText(text.replace(OWN_SECRETS, '[REDACTED]').replace(QUERY, '?[REDACTED]'));
  } catch {
    return '[REDACTED:error]';
  }
}
