/** One thing that is wrong with the configuration, with the default that was used instead. */
export interface ConfigurationProblem {
  /** Stable, upper case: `STILLFRAME_BAD_OPTION`. */
  readonly code: ProblemCode;
  /** Which option, what was received, what is allowed, what is used instead. */
  readonly message: string;
}

/** Codes of {@link ConfigurationProblem}. */
export type ProblemCode =
  | 'STILLFRAME_NOT_STARTED'
  | 'STILLFRAME_NO_API_KEY'
  | 'STILLFRAME_OLD_NODE'
  | 'STILLFRAME_BAD_OPTION'
  | 'STILLFRAME_UNKNOWN_OPTION'
  | 'STILLFRAME_BAD_ENDPOINT'
  | 'STILLFRAME_INSECURE_ENDPOINT'
  | 'STILLFRAME_ALREADY_INITIALISED'
  | 'STILLFRAME_TOO_MANY_LABELS'
  | 'STILLFRAME_BAD_SCRUB_RULE'
  | 'STILLFRAME_NO_SCRUBBER'
  | 'STILLFRAME_NO_CONNECTION'
  | 'STILLFRAME_BAD_LABEL'
  | 'STILLFRAME_COSTLY_VALUE'
  | 'STILLFRAME_BAD_CONDITION'
  | 'STILLFRAME_ACCESS_DENIED'
  | 'STILLFRAME_BAD_PROXY'
  | 'STILLFRAME_BAD_CA'
  | 'STILLFRAME_BAD_SPOOL'
  | 'STILLFRAME_SPOOL_FULL';

/** Thrown by `init({ strict: true })` only: in production a misconfiguration never throws into the host. */
export class ConfigurationError extends Error {
  // Defined, not assigned: a program may have frozen `Error.prototype`, which has one.
  override readonly name: string = 'ConfigurationError';
  readonly code: ProblemCode;
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map((problem) => problem.message).join(' '));
    this.code = problems[0]?.code ?? 'STILLFRAME_BAD_OPTION';
    this.problems = problems;
  }
}

/** What `flush` rejects with, and only with the option `syncFlush`: not everything was delivered. */
export class FlushError extends Error {
  override readonly name: string = 'FlushError';
  readonly code = 'STILLFRAME_FLUSH_FAILED';
  /** Snapshots that still wait; a later flush tries them again. */
  readonly unsent: number;
  /** Snapshots that this flush could not deliver, and that are lost or in `failedPayloadsDir`. */
  readonly failed: number;

  /** @param lastError what the latest request met, or null */
  constructor(unsent: number, failed: number, lastError: string | null) {
    const why = lastError ?? (unsent > 0 ? 'no answer in time' : 'the counts in status().dropped say why');
    super(`${unsent} snapshots wait and ${failed} failed: ${why}`);
    this.unsent = unsent;
    this.failed = failed;
  }
}
