/** What does the caller of a capture pay at worst, and which values is it asked to show only once? */
import { startCapturingAgent } from './capturing-agent.ts';
import type { CapturingAgent } from './capturing-agent.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatNs, formatTable, verify } from './harness.ts';
import { HOSTILE } from './hostile.ts';
import type { Variables } from '../src/index.ts';
import { PAYLOADS } from './payloads.ts';

const ORDER = PAYLOADS['request and order (2 KB)'] as Variables;

/** Fresh values of each kind: a first read may join or index what the next would find ready. */
const FRESH_VALUES = 5;
const WARM_CAPTURES = 5_000;

interface Cost {
  readonly name: string;
  readonly callerNs: number;
  /** The label is disarmed after the first, so that nobody pays for it again. */
  readonly isCaught: boolean;
}

/** Runs the bench and returns its section of the report. */
export async function benchHostileCost(): Promise<Section> {
  const agent = startCapturingAgent();
  await meet(agent, 'ordinary');
  await captureOrdinary(agent, WARM_CAPTURES);
  const costs: Cost[] = [];
  for (const { name, make } of HOSTILE) costs.push(await timeCapture(agent, name, make));
  await agent.end();
  const slowest = costs
    .filter(({ isCaught }) => !isCaught)
    .toSorted((left, right) => right.callerNs - left.callerNs);
  const [worst] = slowest;
  if (worst === undefined) throw new Error('no hostile value was captured');
  return {
    goals: [
      atMost(
        `a capture of a hostile value, at worst (${worst.name}), the caller's part`,
        worst.callerNs,
        100_000,
        formatNs,
      ),
    ],
    text: `## A capture of hostile values

The caller's part, stack and copy (best of ${FRESH_VALUES} fresh values). A label that showed a value without a cheap bound in V8 is
disarmed: nobody pays for it twice.

${formatTable(
  ['value', "the caller's part", 'disarmed'],
  costs.map(({ name, callerNs, isCaught }) => [name, formatNs(callerNs), isCaught ? 'yes' : '']),
)}
`,
  };
}

async function timeCapture(agent: CapturingAgent, name: string, make: () => unknown): Promise<Cost> {
  const samples: number[] = [];
  let caught = 0;
  for (let round = 0; round < FRESH_VALUES; round++) {
    const label = `${name} ${round}`;
    await meet(agent, label);
    const value = make() as Variables;
    // What making the value left in the caches is nothing that its capture should pay for.
    await captureOrdinary(agent, 3);
    const before = agent.captured();
    const start = process.hrtime.bigint();
    agent.captureSnapshot(label, value);
    samples.push(Number(process.hrtime.bigint() - start));
    verify(agent.captured() === before + 1, `${name} is not captured`);
    await agent.settle();
    verify(agent.lastOf(label).valueMarks.length > 0, `${name} is not cut`);
    agent.captureSnapshot(label, {});
    if (agent.captured() === before + 1) caught += 1;
    await agent.settle();
  }
  return { name, callerNs: Math.min(...samples), isCaught: caught === FRESH_VALUES };
}

async function captureOrdinary(agent: CapturingAgent, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    agent.captureSnapshot('ordinary', ORDER);
    if (count % 50 === 0) await agent.settle();
  }
  await agent.settle();
}

/** The first call of a label waits for its breakpoint; from then on every call captures. */
async function meet(agent: CapturingAgent, label: string): Promise<void> {
  agent.captureSnapshot(label, {});
  await agent.settle();
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write((await benchHostileCost()).text);
  process.exit(0);
}
