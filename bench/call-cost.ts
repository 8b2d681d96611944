/** What does a call cost that captures nothing, in time and in bytes, beside calls of others that do nothing? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBytecodeLength } from '../test/helpers/bytecode-length.ts';
import { SITES, makeHotModule } from './call-sites.ts';
import type { HotModule, Reach } from './call-sites.ts';
import { CALL_VARIANTS } from './call-variants.ts';
import type { CallVariantName } from './call-variants.ts';
import { enterStates } from './call-states.ts';
import { atMost } from './goal.ts';
import type { Goal, Section } from './goal.ts';
import { formatNs, formatTable, percentile, timeCases, timingOf } from './harness.ts';

/**
 * Modules of each variant: where V8 happens to lay the code of one makes a difference of a nanosecond, so each variant
 * is the median of several.
 */
const COPIES = 8;

type Modules = Readonly<Record<CallVariantName, HotModule>>;

/** Quietest nanoseconds of one call, the loop included. */
type Costs = ReadonlyMap<CallVariantName, number>;

/** Runs the bench and returns its section of the report. */
export async function benchCallCost(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  try {
    const byTable = await makeCopies(folder, 'table');
    const inlined = await makeCopies(folder, 'inlined');
    const states = await enterStates(folder, [...byTable, ...inlined]);
    try {
      const costs = { table: timeCopies(byTable), inlined: timeCopies(inlined) };
      states.verifyNothingWasCaptured();
      const bytes = new Map(NAMES.map((name) => [name, bytesPerCall(byTable[0]?.[name])]));
      return describe(costs, bytes, await readBytecodeLength('captureSnapshot'));
    } finally {
      await states.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GUARD: CallVariantName = 'resting, handle with a guard';
const NAMES = [...CALL_VARIANTS.keys()];

async function makeCopies(folder: string, reach: Reach): Promise<Modules[]> {
  const copies: Modules[] = [];
  for (let copy = 0; copy < COPIES; copy++) {
    const modules: Partial<Record<CallVariantName, HotModule>> = {};
    for (const [name, variant] of CALL_VARIANTS) {
      const file = `${name.replaceAll(/\W+/g, '-')}-${reach}-${copy}`;
      modules[name] = await makeHotModule(folder, file, reach, variant);
    }
    copies.push(modules as Modules);
  }
  return copies;
}

function timeCopies(copies: readonly Modules[]): Costs {
  const timings = timeCases(
    copies.flatMap((modules, copy) =>
      NAMES.map((name) => ({ name: `${name} ${copy}`, run: modules[name].run })),
    ),
    { rounds: 60, warmMs: 120 },
  );
  return new Map(
    NAMES.map((name) => [
      name,
      percentile(
        copies.map((_, copy) => timingOf(timings, `${name} ${copy}`).quietNs),
        0.5,
      ),
    ]),
  );
}

function describe(
  costs: Readonly<Record<Reach, Costs>>,
  bytesOf: ReadonlyMap<CallVariantName, number>,
  bytecodes: number,
): Section {
  const above = (base: CallVariantName, name: CallVariantName, reach: Reach = 'table'): number =>
    (costs[reach].get(name) ?? Number.NaN) - (costs[reach].get(base) ?? Number.NaN);
  const net = (name: CallVariantName, reach?: Reach): number => above('no call', name, reach);
  const aboveEmpty = (name: CallVariantName, reach?: Reach): number =>
    above('empty function, inlined', name, reach);
  const bytes = (name: CallVariantName): number => bytesOf.get(name) ?? Number.NaN;
  const literalBytes = bytes('the literal alone');

  const rows = NAMES.filter((name) => name !== 'no call').map((name) => [
    name,
    formatNs(net(name)),
    formatNs(aboveEmpty(name)),
    bytes(name).toFixed(0),
    formatNs(net(name, 'inlined')),
  ]);

  const stopped: readonly CallVariantName[] = ['off', 'killed', 'breaker open'];
  const idle: readonly CallVariantName[] = ['known, not armed', 'resting'];
  const timeGoal = (name: CallVariantName, boundNs: number): Goal =>
    atMost(`${name}, above an empty function`, aboveEmpty(name), boundNs, formatNs);
  const byteGoal = (name: CallVariantName): Goal => ({
    ...atMost(`${name}, bytes beyond the literal`, bytes(name) - literalBytes, 0.5, formatBytes),
    promised: 'none',
  });
  return {
    goals: [
      ...stopped.map((name) => timeGoal(name, 1.5)),
      ...idle.map((name) => timeGoal(name, 8)),
      timeGoal(GUARD, 0.5),
      atMost(
        `${GUARD}, above an empty function, in one hot loop`,
        aboveEmpty(GUARD, 'inlined'),
        0.5,
        formatNs,
      ),
      ...[...stopped, ...idle].map(byteGoal),
      atMost('bytecodes of `captureSnapshot`', bytecodes, 27, String),
    ],
    text: `## A call that captures nothing

${SITES} call sites with an object literal each, net of the same loop without a call. The first columns reach each site
as a service reaches its handlers, through a table, so that every site is compiled by itself; the last one is the
extreme where V8 makes one function of all of them, and shows what a call costs where it stands inside a hot loop.
Each figure is the median of ${COPIES} modules with that call, of the 5th percentile of interleaved rounds each. Through the
table it repeats to about half a nanosecond, by how well the processor foresees the calls; in one loop to a tenth.
The literal alone takes ${literalBytes.toFixed(0)} bytes; \`captureSnapshot\` itself is ${bytecodes} bytecodes long.

${formatTable(['call', 'a call', 'above an empty function', 'bytes a call', 'a call, all sites inlined'], rows)}
`,
  };
}

/** Heap that one call takes; the same in every run. A collection in between shows as less than nothing and is left out. */
function bytesPerCall(module: HotModule | undefined): number {
  const calls = SITES * 2_000;
  const samples: number[] = [];
  for (let round = 0; round < 15; round++) {
    const before = process.memoryUsage().heapUsed;
    module?.run(calls);
    const taken = process.memoryUsage().heapUsed - before;
    if (taken >= 0) samples.push(taken / calls);
  }
  return samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
}

function formatBytes(bytes: number): string {
  return `${Math.max(0, bytes).toFixed(0)} bytes`;
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write((await benchCallCost()).text);
  process.exit(0);
}
