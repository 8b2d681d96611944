import { types } from 'node:util';

/** What is wrong with an option of the scrubber. */
export type ScrubOptionCode =
  | 'STILLFRAME_BAD_SCRUB_OPTION'
  | 'STILLFRAME_BAD_LIMIT'
  | 'STILLFRAME_BAD_REDACT_PATH'
  | 'STILLFRAME_UNSUPPORTED_REDACT_PATH'
  | 'STILLFRAME_BAD_PATTERN'
  | 'STILLFRAME_SLOW_PATTERN'
  | 'STILLFRAME_TOO_MANY_PATTERNS'
  | 'STILLFRAME_UNKNOWN_SCRUB_TYPE';

/** Thrown by `createScrubber` for an option that cannot be used safely. The agent reports it and stays off. */
export class ScrubOptionError extends Error {
  override readonly name: string = 'ScrubOptionError';
  readonly code: ScrubOptionCode;

  constructor(code: ScrubOptionCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A value that was received for an option, in a few words, without running anything of it. */
export function describeReceived(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (types.isProxy(value)) return 'an object';
  return Array.isArray(value) ? 'a list' : 'an object';
}
