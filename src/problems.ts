import type { ConfigurationProblem, ProblemCode } from './errors.ts';
import type { Log } from './log.ts';

/** What is wrong with the configuration, each thing once. */
export interface Problems {
  /** Keeps it and says it, unasked. */
  note(problem: ConfigurationProblem): void;
  /** Keeps it and says it only to a logger: the mistake was made elsewhere, and this process prints nothing of it. */
  noteRemote(problem: ConfigurationProblem): void;
  /** What was wrong under this code is mended; when it comes again it is said again. */
  withdraw(code: ProblemCode): void;
  /** A copy. */
  list(): ConfigurationProblem[];
}

/** Further ones are neither kept nor said. */
const MAX_PROBLEMS = 50;

/** An empty list. */
export function createProblems(log: Log): Problems {
  let problems: ConfigurationProblem[] = [];

  function isNew({ code, message }: ConfigurationProblem): boolean {
    if (problems.length >= MAX_PROBLEMS) return false;
    return !problems.some((known) => known.code === code && known.message === message);
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
    withdraw(code) {
      problems = problems.filter((problem) => problem.code !== code);
    },
    list: () => [...problems],
  };
}
