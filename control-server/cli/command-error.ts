import { toPlainLine } from './plain-text.ts';

/** What a command could not do. Shown as `stillframe: <what> (<code>). <next step>`. */
export class CommandError extends Error {
  /** Stable, `snake_case`: scripts may look for it. */
  readonly code: string;
  /** A sentence that says what to do next, or the empty string. */
  readonly nextStep: string;

  /** @param what without a full stop at its end */
  constructor(code: string, what: string, nextStep: string, options?: ErrorOptions) {
    super(what, options);
    this.name = 'CommandError';
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** The one line of an error on stderr. What it says may come from whatever answers at an address. */
export function formatCommandError(error: { code: string; message: string; nextStep: string }): string {
  return toPlainLine(`stillframe: ${error.message} (${error.code}). ${error.nextStep}`).trimEnd();
}

/** Any error as one that a command shows: errors with a stable code keep it, the first sentence is what happened. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  const { what, nextStep } = splitSentence(message);
  return new CommandError(code ?? 'unexpected', what, nextStep, { cause: error });
}

/** `"It broke. Mend it."` as what happened and what to do. */
export function splitSentence(text: string): { readonly what: string; readonly nextStep: string } {
  const end = text.indexOf('. ');
  const what = end === -1 ? text : text.slice(0, end);
  return { what: what.replace(/\.$/, ''), nextStep: end === -1 ? '' : text.slice(end + 2) };
}
