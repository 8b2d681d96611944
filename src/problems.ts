import type { ConfigurationProblem, ProblemCode } from './errors.ts';
import type { Log } from './log.ts';

/** What is wrong with the configuration, each thing once. */
export interface Problems {
  /** Keeps it and says it, unasked. */
  note(problem: ConfigurationProblem): void;
  /** Keeps it and says it only to a logger: the mistake was made elsewhere, and this process prints nothing of it. */
  noteRemote(problem: ConfigurationProblem): void;
  /**
   * What was wrong under this code is mended; when it comes again it is said again.
   * @param message of the one that is mended; left out: all of them
   */
  withdraw(code: ProblemCode, message?: string): void;
  /** A copy. */
  list(): ConfigurationProblem[];
}

/** Further ones are neither kept nor said. */
const MAX_PROBLEMS = 50;
/** Of one kind: many labels that share a fault must not hide what else is wrong. */
const MAX_PROBLEMS_PER_CODE = 20;

/** An empty list. */
export function createProblems(log: Log): Problems {
  let problems: ConfigurationProblem[] = [];

  function isNew({ code, message }: ConfigurationProblem): boolean {
    const alike = problems.filter((known) => known.code === code);
    if (problems.length >= MAX_PROBLEMS || alike.length >= MAX_PROBLEMS_PER_CODE) return false;
    return !alike.some((known) => known.message === message);
  }

  return {
    note(problem) {
      if (!isNew(problem)) return;
      problems.push(problem);
      log.problem(problem.code, problem.message);
    },
    noteRemote(problem) {
      if (!isNew(problem)) return;
      problems.push(problem);
      log.warn(problem.code, problem.message);
    },
    withdraw(code, message) {
      problems = problems.filter(
        (problem) => problem.code !== code || (message !== undefined && problem.message !== message),
      );
    },
    list: () => [...problems],
  };
}
