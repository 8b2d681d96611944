/** What does it cost to know where a call stands: with its stack, from deep below, and in a large bundle? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getCallSites } from 'node:util';
import { startCapturingAgent } from './capturing-agent.ts';
import type { CapturingAgent } from './capturing-agent.ts';
import { makeDeepCall, repeatDeep } from './deep-call.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatNs, formatTable, percentile, timeDeferringCases, timingOf, verify } from './harness.ts';
import type { DeferringTiming } from './harness.ts';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';

const DEPTHS = [10, 30] as const;
const { maxFrames } = DEFAULT_LIMITS;
const BUNDLES = 15;
const BUNDLE_BYTES = 1_800_000;

/** Runs the bench and returns its section of the report. */
export async function benchCallSiteCost(): Promise<Section> {
  const agent = startCapturingAgent();
  const stacks = await timeStacks(agent);
  const firstNs = await timeFirstCaptures(agent);
  await agent.end();
  return {
    goals: [atMost("the first capture in a bundle of 1.8 MB, the caller's part", firstNs, 200_000, formatNs)],
    text: `## The call site

A capture without variables is the call site alone; what it leaves to later turns is reading the stack and what the
server is sent. The others give up to ${maxFrames} frames as well.

${formatTable(['way to get a stack', ...DEPTHS.map((depth) => `${depth} frames deep`)], stacks)}

The first capture in a bundle of 1.8 MB that nothing was captured in before costs its caller ${formatNs(firstNs)} (the
median of ${BUNDLES} bundles).
`,
  };
}

async function timeStacks(agent: CapturingAgent): Promise<string[][]> {
  const label = 'call site';
  const ways: Readonly<Record<string, () => number>> = {
    'captureSnapshot without variables': () => {
      agent.captureSnapshot(label);
      return 1;
    },
    'new Error().stack': () => new Error('here').stack?.length ?? 0,
    'util.getCallSites': () => getCallSites(maxFrames).length,
  };
  const [ours = ''] = Object.keys(ways);
  agent.captureSnapshot(label);
  await agent.settle();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = maxFrames;
  const byDepth: DeferringTiming[][] = [];
  for (const depth of DEPTHS) {
    const deep = await makeDeepCall(depth);
    byDepth.push(
      await timeDeferringCases(
        Object.entries(ways).map(([name, way]) => ({
          name,
          run: repeatDeep(deep, way),
          ...(name === ours ? { settle: agent.settle } : {}),
        })),
      ),
    );
    const { length } = agent.lastOf(label).frames;
    const expected = Math.min(depth, maxFrames);
    verify(Math.abs(length - expected) <= 1, `${length} frames instead of ${expected}`);
  }
  Error.stackTraceLimit = stackTraceLimit;
  const row = (title: string, name: string, part: 'quietNs' | 'wholeQuietNs'): string[] => [
    title,
    ...byDepth.map((timings) => formatNs(timingOf(timings, name)[part])),
  ];
  return [
    row(`${ours}: the caller's part`, ours, 'quietNs'),
    row(`${ours}: all of it`, ours, 'wholeQuietNs'),
    ...Object.keys(ways)
      .filter((name) => name !== ours)
      .map((name) => row(name, name, 'quietNs')),
  ];
}

interface Bundle {
  /** Captures once and returns the nanoseconds that the call took. */
  readonly place: (capture: () => void) => number;
}

/** V8 reads through a script for its line breaks when it is first asked for a line of it. */
async function timeFirstCaptures(agent: CapturingAgent): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bundle-'));
  const samples: number[] = [];
  try {
    for (let index = 0; index < BUNDLES; index++) {
      const { source, line } = writeBundle(index);
      const file = join(folder, `bundle-${index}.mjs`);
      writeFileSync(file, source);
      const { place } = (await import(pathToFileURL(file).href)) as Bundle;
      const label = `bundle ${index}`;
      // The label is met elsewhere, so that its registration is not part of what is timed.
      agent.captureSnapshot(label, { index });
      await agent.settle();
      samples.push(place(() => agent.captureSnapshot(label, { index })));
      await agent.settle();
      const site = agent.lastOf(label).frames.find(({ functionName }) => functionName === 'place');
      verify(site?.filePath === file && site.lineNumber === line, `the call site in ${file} is not found`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return percentile(samples, 0.5);
}

/** Functions of an ordinary size up to the wanted length, and among the last of them the place that captures. */
function writeBundle(index: number): { readonly source: string; readonly line: number } {
  const lines: string[] = [];
  let length = 0;
  for (let count = 0; length < BUNDLE_BYTES; count++) {
    const text = [
      `function bundled${index}_${count}(left, right) {`,
      `  const sum = left.total + right.total * ${count};`,
      "  if (sum > left.limit) throw new RangeError('the sum is above the limit of ' + left.limit);",
      '  return { ...left, total: sum, seen: [left.id, right.id] };',
      '}',
    ];
    lines.push(...text);
    length += text.join('\n').length + 1;
  }
  lines.push(
    'export function place(capture) {',
    '  const start = process.hrtime.bigint();',
    '  capture();',
    '  return Number(process.hrtime.bigint() - start);',
    '}',
  );
  return { source: lines.join('\n'), line: lines.indexOf('  capture();') + 1 };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write((await benchCallSiteCost()).text);
  process.exit(0);
}
