import type { AgentOptions } from './agent-options.ts';
import {
  DEFAULT_LIMITS,
  HARD_LIMITS,
  MAX_SERVICE_NAME_LENGTH,
  MIN_PAYLOAD_BYTES,
} from './protocol/limits.ts';
import { SCRUB_TYPES } from './protocol/scrub-types.ts';
import { isServiceName } from './protocol/service-name.ts';

/** How one option is read, checked and replaced when it is wrong. */
export interface OptionSpec {
  readonly type: 'text' | 'integer' | 'flag' | 'texts' | 'patterns' | 'key' | 'logger';
  /** Environment variables that carry it, the first that is set wins. */
  readonly variables: readonly string[];
  /** Used when nothing is said. */
  readonly fallback: unknown;
  /** Used when what is said is wrong: the fallback, or for privacy the stricter value. */
  readonly onBadValue: unknown;
  /** Values would leave that were to be held back if this were left out: when it is wrong, the agent is off. */
  readonly isProtective: boolean;
  /** What is allowed, in words. */
  readonly expected: string;
  readonly isSecret: boolean;
  accepts(value: unknown): boolean;
  normalise(value: unknown): unknown;
}

/** `1 true yes on` and `0 false no off`, in any case; undefined for anything else. */
export function readFlag(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(lower)) return true;
  return ['0', 'false', 'no', 'off'].includes(lower) ? false : undefined;
}

/** Texts separated by commas; a comma between quotation marks belongs to its text, as in a path: `headers["a,b"]`. */
export function readTextList(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((item) => item.trim()).filter((item) => item !== '');
}

/** Every option of {@link AgentOptions}, in one literal. */
export const OPTION_SPECS: ReadonlyMap<keyof AgentOptions, OptionSpec> = new Map<
  keyof AgentOptions,
  OptionSpec
>([
  ['apiKey', key(['STILLFRAME_API_KEY', 'TRACEKIT_API_KEY'])],
  ['endpoint', text('http://127.0.0.1:7070', ['STILLFRAME_ENDPOINT', 'TRACEKIT_ENDPOINT'])],
  ['serviceName', serviceName()],
  ['enabled', flag(true, ['STILLFRAME_ENABLED', 'TRACEKIT_ENABLED'], false)],
  ['environment', text(null, ['STILLFRAME_ENVIRONMENT'])],
  ['release', text(null, ['STILLFRAME_RELEASE'])],
  ['commit', text(null, ['STILLFRAME_COMMIT'])],
  ['host', text(null, ['STILLFRAME_HOST'])],
  ['maxDepth', integer(DEFAULT_LIMITS.maxDepth, 1, HARD_LIMITS.maxDepth, 'STILLFRAME_MAX_DEPTH')],
  ['maxElements', integer(DEFAULT_LIMITS.maxElements, 1, HARD_LIMITS.maxElements, 'STILLFRAME_MAX_ELEMENTS')],
  [
    'maxProperties',
    integer(DEFAULT_LIMITS.maxProperties, 1, HARD_LIMITS.maxProperties, 'STILLFRAME_MAX_PROPERTIES'),
  ],
  [
    'maxStringLength',
    integer(DEFAULT_LIMITS.maxStringLength, 1, HARD_LIMITS.maxStringLength, 'STILLFRAME_MAX_STRING_LENGTH'),
  ],
  [
    'maxPayloadBytes',
    integer(
      DEFAULT_LIMITS.maxPayloadBytes,
      MIN_PAYLOAD_BYTES,
      HARD_LIMITS.maxPayloadBytes,
      'STILLFRAME_MAX_PAYLOAD_BYTES',
    ),
  ],
  ['maxCopyMs', integer(DEFAULT_LIMITS.maxCopyMs, 1, HARD_LIMITS.maxCopyMs, 'STILLFRAME_MAX_COPY_MS')],
  ['maxFrames', integer(DEFAULT_LIMITS.maxFrames, 1, HARD_LIMITS.maxFrames, 'STILLFRAME_MAX_FRAMES')],
  ['rateLimitMs', integer(1_000, 1_000, 3_600_000, 'STILLFRAME_RATE_LIMIT_MS')],
  ['maxCapturesPerSecond', integer(25, 1, 100, 'STILLFRAME_MAX_CAPTURES_PER_SECOND')],
  ['allowRemoteLimits', flag(false, ['STILLFRAME_ALLOW_REMOTE_LIMITS'], false)],
  ['lineBreakpoints', flag(true, ['STILLFRAME_LINE_BREAKPOINTS'], false)],
  ['lineBreakpointPercent', integer(1, 1, 50, 'STILLFRAME_LINE_BREAKPOINT_PERCENT')],
  ['sourceAccess', { ...flag(false, ['STILLFRAME_SOURCE_ACCESS'], false), fallback: null }],
  ['piiScrubbing', flag(true, ['STILLFRAME_PII_SCRUBBING'], true)],
  ['disabledTypes', scrubTypes('STILLFRAME_DISABLED_TYPES')],
  ['redactNames', texts('STILLFRAME_REDACT_NAMES', true)],
  ['allowNames', texts('STILLFRAME_ALLOW_NAMES', false)],
  ['redactPaths', texts('STILLFRAME_REDACT_PATHS', true)],
  ['piiPatterns', patterns()],
  ['requestContext', flag(true, ['STILLFRAME_REQUEST_CONTEXT'], false)],
  ['captureTimeoutMs', integer(5_000, 100, 60_000, 'STILLFRAME_CAPTURE_TIMEOUT_MS')],
  ['exitFlushMs', integer(1_000, 0, 10_000, 'STILLFRAME_EXIT_FLUSH_MS')],
  ['handleSignals', flag(false, ['STILLFRAME_HANDLE_SIGNALS'], false)],
  ['pollIntervalMs', integer(30_000, 1_000, 3_600_000, 'STILLFRAME_POLL_INTERVAL_MS')],
  ['streamSilenceMs', integer(45_000, 1_000, 600_000, 'STILLFRAME_STREAM_SILENCE_MS')],
  ['statusIntervalMs', integer(15_000, 1_000, 600_000, 'STILLFRAME_STATUS_INTERVAL_MS')],
  ['contactExpiryMs', integer(3_600_000, 60_000, 86_400_000, 'STILLFRAME_CONTACT_EXPIRY_MS')],
  ['circuitBreaker', flag(true, ['STILLFRAME_CIRCUIT_BREAKER'], true)],
  ['reconnectMinMs', integer(1_000, 10, 60_000, 'STILLFRAME_RECONNECT_MIN_MS')],
  ['reconnectMaxMs', integer(30_000, 10, 3_600_000, 'STILLFRAME_RECONNECT_MAX_MS')],
  ['reconnectResetMs', integer(60_000, 10, 3_600_000, 'STILLFRAME_RECONNECT_RESET_MS')],
  ['streamOpenMs', integer(10_000, 50, 60_000, 'STILLFRAME_STREAM_OPEN_MS')],
  ['streamFirstEventMs', integer(10_000, 50, 60_000, 'STILLFRAME_STREAM_FIRST_EVENT_MS')],
  ['firstPollMs', integer(2_000, 10, 60_000, 'STILLFRAME_FIRST_POLL_MS')],
  ['accessRetryMs', integer(300_000, 100, 86_400_000, 'STILLFRAME_ACCESS_RETRY_MS')],
  ['breakerFailures', integer(3, 1, 100, 'STILLFRAME_BREAKER_FAILURES')],
  ['breakerWindowMs', integer(60_000, 100, 3_600_000, 'STILLFRAME_BREAKER_WINDOW_MS')],
  ['breakerCooldownMs', integer(300_000, 100, 86_400_000, 'STILLFRAME_BREAKER_COOLDOWN_MS')],
  ['retryBaseMs', integer(1_000, 1, 60_000, 'STILLFRAME_RETRY_BASE_MS')],
  ['retryMaxMs', integer(10_000, 1, 600_000, 'STILLFRAME_RETRY_MAX_MS')],
  ['numRetries', integer(2, 0, 10, 'STILLFRAME_NUM_RETRIES')],
  ['batchSize', integer(100, 1, 1_000, 'STILLFRAME_BATCH_SIZE')],
  ['batchDelayMs', integer(200, 0, 60_000, 'STILLFRAME_BATCH_DELAY_MS')],
  ['maxRequestSize', integer(6_291_456, 65_536, 16_777_216, 'STILLFRAME_MAX_REQUEST_SIZE')],
  ['queueSize', integer(1_000, 1, 100_000, 'STILLFRAME_QUEUE_SIZE')],
  ['syncFlush', flag(false, ['STILLFRAME_SYNC_FLUSH'], false)],
  ['failedPayloadsDir', text(null, ['STILLFRAME_FAILED_PAYLOADS_DIR'])],
  ['allPayloadsDir', text(null, ['STILLFRAME_ALL_PAYLOADS_DIR'])],
  [
    'maxPayloadsDirBytes',
    integer(104_857_600, 1_048_576, 107_374_182_400, 'STILLFRAME_MAX_PAYLOADS_DIR_BYTES'),
  ],
  ['insecure', flag(false, ['STILLFRAME_INSECURE', 'TRACEKIT_INSECURE'], false)],
  ['ca', text(null, ['STILLFRAME_CA_FILE'])],
  ['logger', logger()],
  ['debug', flag(false, ['STILLFRAME_DEBUG'], false)],
  ['env', flag(true, [], true)],
  ['strict', flag(false, [], false)],
]);

function text(fallback: string | null, variables: readonly string[] = []): OptionSpec {
  return {
    type: 'text',
    variables,
    fallback,
    onBadValue: fallback,
    isProtective: false,
    expected: 'a text that is not empty',
    isSecret: false,
    accepts: (value) => typeof value === 'string' && value.trim() !== '',
    normalise: (value) => String(value).trim(),
  };
}

function serviceName(): OptionSpec {
  const variables = [
    'STILLFRAME_SERVICE_NAME',
    'TRACEKIT_SERVICE_NAME',
    'OTEL_SERVICE_NAME',
    'SERVICE_NAME',
  ] as const;
  return {
    ...text(null, variables),
    expected: `a text of 1 to ${MAX_SERVICE_NAME_LENGTH} characters without control characters`,
    accepts: (value) => typeof value === 'string' && isServiceName(value.trim()),
  };
}

function integer(fallback: number, min: number, max: number, variable: string): OptionSpec {
  return {
    type: 'integer',
    variables: [variable],
    fallback,
    onBadValue: fallback,
    isProtective: false,
    expected: `a whole number from ${min} to ${max}`,
    isSecret: false,
    accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    normalise: (value) => value,
  };
}

function flag(fallback: boolean, variables: readonly string[], onBadValue: boolean): OptionSpec {
  return {
    type: 'flag',
    variables,
    fallback,
    onBadValue,
    isProtective: false,
    expected: 'true or false',
    isSecret: false,
    accepts: (value) => typeof value === 'boolean',
    normalise: (value) => value,
  };
}

function texts(variable: string, isProtective: boolean): OptionSpec {
  return {
    type: 'texts',
    variables: [variable],
    fallback: [],
    onBadValue: [],
    isProtective,
    expected: 'a list of texts',
    isSecret: false,
    accepts: isListOfTexts,
    normalise: (value) => [...(value as string[])],
  };
}

function scrubTypes(variable: string): OptionSpec {
  return {
    ...texts(variable, false),
    expected: `a list of types, each one of ${SCRUB_TYPES.join(', ')}`,
    accepts: (value) =>
      isListOfTexts(value) && value.every((item) => SCRUB_TYPES.some((type) => type === item)),
  };
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function patterns(): OptionSpec {
  return {
    type: 'patterns',
    variables: [],
    fallback: [],
    onBadValue: [],
    isProtective: true,
    expected: 'a list of {type, pattern, severity}',
    isSecret: false,
    // What is in it is for the scrubber to say, which knows what a pattern may be.
    accepts: (value) => Array.isArray(value),
    normalise: (value) => [...(value as unknown[])],
  };
}

function key(variables: readonly string[]): OptionSpec {
  return {
    type: 'key',
    variables,
    fallback: null,
    onBadValue: null,
    isProtective: false,
    expected: 'a text that is not empty, or a function that returns one',
    isSecret: true,
    accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value.trim() !== ''),
    normalise: (value) => (typeof value === 'string' ? value.trim() : value),
  };
}

function logger(): OptionSpec {
  return {
    type: 'logger',
    variables: [],
    fallback: null,
    onBadValue: null,
    isProtective: false,
    expected: 'an object with a function "warn"',
    isSecret: false,
    accepts: (value) =>
      typeof value === 'object' && value !== null && typeof (value as { warn?: unknown }).warn === 'function',
    normalise: (value) => value,
  };
}
