/** What does it cost to find the original position in a large bundle, and how long does it hold the event loop? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSourcePositions } from '../src/capture/source-positions.ts';
import type { StackFrame } from '../src/protocol/snapshot.ts';
import { encodeMappings } from '../test/capture/vlq.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatNs, formatTable, verify } from './harness.ts';

const BUNDLE_BYTES = 1_800_000;
/** As minifiers write it: a name or a sign in between, and all of it in one line. */
const SEGMENT_BYTES = 6;
const SEGMENTS_PER_SOURCE = 1_000;
const ROUNDS = 12;
const LATER_LOOKUPS = 2_000;

/** Runs the bench and returns its section of the report. */
export async function benchSourceMapCost(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bundle-'));
  try {
    const bundle = writeBundle(folder);
    const first = await timeFirst(bundle);
    const laterNs = await timeLater(bundle);
    const nodeNs = timeNode(bundle);
    return {
      goals: [
        atMost(
          'the longest turn while a map of 16 MB is read and decoded',
          first.longestTurnNs,
          2e6,
          formatNs,
        ),
      ],
      text: `## Source maps

A bundle of 1.8 MB in one line, its map has ${(bundle.mapBytes / 1e6).toFixed(0)} MB, ${(bundle.mappings.length / 1e6).toFixed(1)} MB of them mappings; the position is at its end.
All of it happens turns after the capture. The least of ${ROUNDS} rounds.

${formatTable(
  ['', 'time'],
  [
    ['first position: from asking to the answer, the event loop turning meanwhile', formatNs(first.wholeNs)],
    ['first position: longest turn meanwhile', formatNs(first.longestTurnNs)],
    ['a later position', formatNs(laterNs)],
    ["JSON.parse of the map and Node's SourceMap, in one turn", formatNs(nodeNs)],
  ],
)}
`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Bundle {
  readonly filePath: string;
  readonly mapText: string;
  readonly mapBytes: number;
  readonly mappings: string;
  readonly segments: number;
}

function writeBundle(folder: string): Bundle {
  const filePath = join(folder, 'bundle.js');
  const segments = Math.floor(BUNDLE_BYTES / SEGMENT_BYTES);
  const line = Array.from(
    { length: segments },
    (_, index) => [index * SEGMENT_BYTES, ...placeOf(index)] as const,
  );
  const mappings = encodeMappings([line]);
  const sources = Array.from(
    { length: Math.ceil(segments / SEGMENTS_PER_SOURCE) },
    (_, index) => `src/${index}.ts`,
  );
  const text = `export function total(lines) {\n  return lines.map((line) => line.price * line["quantity"]);\n}\n`;
  const sourcesContent = sources.map(() => text.repeat(500));
  const mapText = JSON.stringify({ version: 3, sources, sourcesContent, names: [], mappings });
  writeFileSync(filePath, `${'x'.repeat(segments * SEGMENT_BYTES)}\n//# sourceMappingURL=bundle.js.map\n`);
  writeFileSync(`${filePath}.map`, mapText);
  return { filePath, mapText, mapBytes: Buffer.byteLength(mapText), mappings, segments };
}

/** Source, line and column, from 0. */
function placeOf(index: number): readonly [number, number, number] {
  const within = index % SEGMENTS_PER_SOURCE;
  return [Math.floor(index / SEGMENTS_PER_SOURCE), Math.floor(within / 5), (within % 5) * 8];
}

function frameAt({ filePath }: Bundle, index: number): StackFrame {
  const columnNumber = index * SEGMENT_BYTES + 1;
  return { functionName: 'f', filePath, lineNumber: 1, columnNumber, origin: 'application', isAsync: false };
}

function verifyPlace(frame: StackFrame | undefined, index: number): void {
  const [source, line, column] = placeOf(index);
  const isRight =
    frame?.filePath.endsWith(`/src/${source}.ts`) === true &&
    frame.lineNumber === line + 1 &&
    frame.columnNumber === column + 1;
  verify(isRight, `position ${index} is not found in the map`);
}

/** With an empty cache each time. Turns are those of the event loop, so what else ran on the machine counts as well. */
async function timeFirst(
  bundle: Bundle,
): Promise<{ readonly wholeNs: number; readonly longestTurnNs: number }> {
  let wholeNs = Number.POSITIVE_INFINITY;
  let longestTurnNs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const positions = createSourcePositions({ startedAtMs: Number.POSITIVE_INFINITY });
    const turns = watchTurns();
    const start = process.hrtime.bigint();
    const [frame] = await positions.resolve([frameAt(bundle, bundle.segments - 1)]);
    wholeNs = Math.min(wholeNs, Number(process.hrtime.bigint() - start));
    longestTurnNs = Math.min(longestTurnNs, turns.stop());
    verifyPlace(frame, bundle.segments - 1);
  }
  return { wholeNs, longestTurnNs };
}

function watchTurns(): { readonly stop: () => number } {
  let last = process.hrtime.bigint();
  let longestNs = 0;
  let isWatching = true;
  const turn = (): void => {
    const now = process.hrtime.bigint();
    longestNs = Math.max(longestNs, Number(now - last));
    last = now;
    if (isWatching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      isWatching = false;
      return longestNs;
    },
  };
}

async function timeLater(bundle: Bundle): Promise<number> {
  const positions = createSourcePositions({ startedAtMs: Number.POSITIVE_INFINITY });
  await positions.resolve([frameAt(bundle, bundle.segments - 1)]);
  let leastNs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let index = 0; index < LATER_LOOKUPS; index++) {
      const at = (index * 7_919) % bundle.segments;
      const [frame] = await positions.resolve([frameAt(bundle, at)]);
      if (index % 500 === 0) verifyPlace(frame, at);
    }
    leastNs = Math.min(leastNs, Number(process.hrtime.bigint() - start) / LATER_LOOKUPS);
  }
  return leastNs;
}

function timeNode({ mapText, segments }: Bundle): number {
  let leastNs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.hrtime.bigint();
    const map = new SourceMap(JSON.parse(mapText) as ConstructorParameters<typeof SourceMap>[0]);
    const entry = map.findEntry(0, (segments - 1) * SEGMENT_BYTES);
    leastNs = Math.min(leastNs, Number(process.hrtime.bigint() - start));
    verify(
      'originalLine' in entry && entry.originalLine === placeOf(segments - 1)[1],
      'Node finds another place',
    );
  }
  return leastNs;
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write((await benchSourceMapCost()).text);
  process.exit(0);
}
