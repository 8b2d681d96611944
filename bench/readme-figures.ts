/** The figures of docs/benchmarks.md that README.md quotes. */
import { formatGoals } from './goal.ts';
import type { Goal } from './goal.ts';

const BLOCK = /(<!-- figures: npm run bench:report -->\n)[\s\S]*?(\n<!-- end of figures -->)/;

/** What README.md quotes, in its order. */
const QUOTED: readonly string[] = [
  'killed, above an empty function',
  'resting, above an empty function',
  'resting, handle with a guard, above an empty function, in one hot loop',
  "a capture of 2 KB, the caller's part, to JSON.stringify",
  "a capture of 2 KB, the caller's part, to one pino line with redaction",
  "a capture of 200 KB, the caller's part, to that of 2 KB",
  "the first capture in a bundle of 1.8 MB, the caller's part",
  'scrubbing a KB of clean JSON, walked value by value, to twelve expressions in turn',
];

/** The text of README.md with the figures of a run. */
export function quoteFigures(readme: string, goals: readonly Goal[]): string {
  const quoted = QUOTED.map((what) => {
    const goal = goals.find((candidate) => candidate.what === what);
    if (goal === undefined) throw new Error(`no goal is called "${what}"`);
    return goal;
  });
  if (!BLOCK.test(readme)) throw new Error('README.md has no place for the figures');
  return readme.replace(
    BLOCK,
    (_all, start: string, end: string) => `${start}\n${formatGoals(quoted)}\n${end}`,
  );
}
