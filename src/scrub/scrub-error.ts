/** What is wrong with an option of the scrubber. */
export type ScrubOptionCode =
  | 'STILLFRAME_BAD_REDACT_PATH'
  | 'STILLFRAME_UNSUPPORTED_REDACT_PATH'
  | 'STILLFRAME_BAD_PATTERN'
  | 'STILLFRAME_SLOW_PATTERN'
  | 'STILLFRAME_TOO_MANY_PATTERNS'
  | 'STILLFRAME_UNKNOWN_SCRUB_TYPE';

/** Thrown by `createScrubber` for an option that cannot be used safely. The agent reports it and goes on without. */
export class ScrubOptionError extends Error {
  readonly code: ScrubOptionCode;

  constructor(code: ScrubOptionCode, message: string) {
    super(message);
    this.name = 'ScrubOptionError';
    this.code = code;
  }
}
