/**
 * Which parts of a capture V8 puts among its old objects at once, after captures had to wait. Run with
 * `--allow-natives-syntax --expose-gc` and a young heap that
 * holds all that waits; prints a JSON list of their names.
 */
import { randomFillSync } from 'node:crypto';
import { captureStack } from '../../src/capture/call-site.ts';
import { createTakeSnapshot } from '../../src/capture/take-snapshot.ts';
import type { TakenSnapshot } from '../../src/capture/take-snapshot.ts';
import { enterContainer } from '../../src/copy/enter-container.ts';
import { withScrubMargin } from '../../src/copy/margin.ts';
import { placeValue } from '../../src/copy/place-value.ts';
import { Walk } from '../../src/copy/walk.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';

// The parser knows `%` only with the flag.
// oxlint-disable-next-line typescript/no-implied-eval
const isYoung = new Function('object', 'return %InYoungGeneration(object)') as (object: object) => boolean;
const collectYoung = globalThis.gc as unknown as (options: { readonly type: 'minor' }) => void;

const takeSnapshot = createTakeSnapshot({
  limits: DEFAULT_LIMITS,
  monotonicNow: () => performance.now(),
  randomBytes: () => randomFillSync(new Uint8Array(10)),
  requests: null,
});

function capture(): TakenSnapshot {
  const variables = { at: new Date(0), tags: ['a'], stock: new Map([['A-1', 2]]) };
  return takeSnapshot(variables, {
    label: 'place order',
    plan: null,
    nowMs: 0,
    stack: captureStack(capture, 10),
  });
}

function partsOf(taken: TakenSnapshot): Record<string, object> {
  const captured = taken.complete();
  const { value, marks } = captured.variables;
  const { tags, stock } = value as unknown as {
    readonly tags: object;
    readonly stock: readonly object[];
  };
  return {
    taken,
    captured,
    variables: captured.variables,
    value: value as object,
    array: tags,
    entry: stock[0]!,
    marks,
    mark: marks[0]!,
    frames: captured.frames,
    frame: captured.frames[0]!,
    ...notesOf({ at: new Date(0) }),
  };
}

/** What the marks are written from, which the copy keeps to itself. */
function notesOf(value: unknown): Record<string, object> {
  const walk = new Walk(
    withScrubMargin(DEFAULT_LIMITS),
    () => 0,
    1,
    () => 0,
  );
  placeValue(walk, walk.holder, '', value);
  for (let next = walk.dequeue(); next !== null; next = walk.dequeue()) enterContainer(walk, next);
  return { notes: walk.notes, note: walk.notes[0]! };
}

/** Longer than V8 needs to optimise. */
const CALLS = 20_000;

let waiting: TakenSnapshot[] = [];
for (let call = 0; call < 400; call++) waiting.push(capture());
collectYoung({ type: 'minor' });
for (let call = 0; call < 400; call++) waiting.push(capture());
// Whole, as they wait for the scrubber.
for (const taken of waiting) taken.complete();
collectYoung({ type: 'minor' });
collectYoung({ type: 'minor' });
const waited = waiting.length;
waiting = [];
for (let call = waited; call < CALLS; call++) capture().complete();
const old = Object.entries(partsOf(capture()))
  .filter(([, part]) => !isYoung(part))
  .map(([name]) => name);
process.stdout.write(JSON.stringify(old));
