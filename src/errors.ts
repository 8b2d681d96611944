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
  | 'STILLFRAME_BAD_OPTION'
  | 'STILLFRAME_UNKNOWN_OPTION'
  | 'STILLFRAME_BAD_ENDPOINT'
  | 'STILLFRAME_INSECURE_ENDPOINT'
  | 'STILLFRAME_ALREADY_INITIALISED'
  | 'STILLFRAME_TOO_MANY_LABELS'
  | 'STILLFRAME_BAD_SCRUB_RULE'
  | 'STILLFRAME_BAD_LABEL'
  | 'STILLFRAME_COSTLY_VALUE'
  | 'STILLFRAME_BAD_CONDITION';

/** Thrown by `init({ strict: true })` only: in production a misconfiguration never throws into the host. */
export class ConfigurationError extends Error {
  readonly code: ProblemCode;
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map((problem) => problem.message).join(' '));
    this.name = 'ConfigurationError';
    this.code = problems[0]?.code ?? 'STILLFRAME_BAD_OPTION';
    this.problems = problems;
  }
}
