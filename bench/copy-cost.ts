/** What does the bounded copy cost: of ordinary values beside JSON.stringify, and of values that are mostly cut? */
import { formatNs, formatTable, timeCases, timingOf, verify } from './harness.ts';
import { HOSTILE } from './hostile.ts';
import { PAYLOADS } from './payloads.ts';
import type { CopyResult } from '../src/copy/costly-value.ts';
import { copyValue } from '../src/copy/copy-value.ts';
import { withScrubMargin } from '../src/copy/margin.ts';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';

const LIMITS = withScrubMargin(DEFAULT_LIMITS);
/** Fresh values of each hostile kind: a first read may join or index what the next would find ready. */
const FRESH_VALUES = 5;
const WARMING_COPIES = 200;
const ORDINARY: unknown = PAYLOADS['request and order (2 KB)'];

const copy = (value: unknown): CopyResult => copyValue(value, LIMITS, () => performance.now());

/** Runs the bench and returns its section of the report. */
export function benchCopyCost(): string {
  const ordinary = Object.entries(PAYLOADS).map(([name, value]) => timeOrdinary(name, value));
  const hostile = HOSTILE.map(({ name, make, check }) => [name, ...timeHostile(name, make, check)]);
  return `## The copy

One walk into a plain tree of our own, which runs no code of the program, with the margin that the scrubber needs. The
marks of what JSON cannot say are written when they are first read, which a capture leaves to a later turn:

${formatTable(['variables', 'copy', 'with its marks', 'JSON.stringify', 'structuredClone', 'copy to stringify'], ordinary)}

Values that are mostly cut, a fresh one each time (best of ${FRESH_VALUES}). What is called costly has no cheap bound in V8; its label is
disarmed after the first:

${formatTable(['value', 'copy', 'costly'], hostile)}
`;
}

function timeOrdinary(name: string, value: unknown): string[] {
  const copied = copy(value);
  verify(copied.costly === null, `${name} is costly`);
  verify(Object.keys(copied.value as object).length > 0, `${name} is empty`);
  const repeat =
    (work: () => number) =>
    (times: number): number => {
      let sum = 0;
      for (let index = 0; index < times; index++) sum = (sum + work()) | 0;
      return sum;
    };
  const timings = timeCases(
    [
      { name: 'copy', run: repeat(() => (copy(value).value === null ? 0 : 1)) },
      { name: 'with its marks', run: repeat(() => copy(value).marks.length) },
      { name: 'JSON.stringify', run: repeat(() => JSON.stringify(value).length) },
      { name: 'structuredClone', run: repeat(() => (structuredClone(value) === null ? 0 : 1)) },
    ],
    { rounds: 60, sliceMs: 2 },
  );
  const ratio = timingOf(timings, 'copy').quietNs / timingOf(timings, 'JSON.stringify').quietNs;
  return [name, ...timings.map(({ quietNs }) => formatNs(quietNs)), `${ratio.toFixed(2)} ×`];
}

function timeHostile(
  name: string,
  make: () => unknown,
  check: (copied: CopyResult) => boolean,
): [time: string, costly: string] {
  const times: number[] = [];
  let costly = '';
  for (let round = 0; round < FRESH_VALUES; round++) {
    const value = make();
    // Making a million of anything drives the code out of the processor's caches, where a busy service has it.
    for (let warm = 0; warm < WARMING_COPIES; warm++) copy(ORDINARY);
    const start = process.hrtime.bigint();
    const copied = copy(value);
    const ns = Number(process.hrtime.bigint() - start);
    // The machine did something else until the copy's time was over: what it came to says nothing.
    if (copied.marks.some(({ reason }) => reason === 'timeBudget') && !check(copied)) continue;
    times.push(ns);
    verify(check(copied), `${name}: ${JSON.stringify(copied.marks.slice(0, 4))}`);
    costly = copied.costly === null ? '' : copied.costly.cause.replace('_', ' ');
  }
  verify(times.length > 0, `${name} was never copied undisturbed`);
  return [formatNs(Math.min(...times)), costly];
}

if (process.argv[1] === import.meta.filename) process.stdout.write(benchCopyCost());
