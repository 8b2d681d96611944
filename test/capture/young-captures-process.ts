/**
 * Which parts of a capture V8 puts among its old objects at once, after captures had to wait. Run with
 * `--allow-natives-syntax --expose-gc` and a young heap that
 * holds all that waits; prints a JSON list of their names.
 */
import { randomFillSync } from 'node:crypto';
import { captureStack } from '../../src/capture/call-site.ts';
import { createTakeSnapshot } from '../../src/capture/take-snapshot.ts';
import type { TakenSnapshot } from '../../src/capture/take-snapshot.ts';
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

/** Whole, as it waits for its turn. */
function capture(): TakenSnapshot {
  const variables = { at: new Date(0), tags: ['a', 'b'], order: { lines: [{ sku: 'A-1' }, { sku: 'A-2' }] } };
  const taken = takeSnapshot(variables, {
    label: 'place order',
    plan: null,
    nowMs: 0,
    stack: captureStack(capture, 10),
  });
  taken.complete();
  return taken;
}

function partsOf(taken: TakenSnapshot): Record<string, object> {
  const captured = taken.complete();
  const { value, marks } = captured.variables;
  return {
    taken,
    captured,
    variables: captured.variables,
    value: value as object,
    marks,
    mark: marks[0]!,
    frames: captured.frames,
    frame: captured.frames[0]!,
  };
}

/** Longer than V8 needs to optimise. */
const CALLS = 20_000;

let waiting: TakenSnapshot[] = [];
for (let call = 0; call < 400; call++) waiting.push(capture());
collectYoung({ type: 'minor' });
collectYoung({ type: 'minor' });
const waited = waiting.length;
waiting = [];
for (let call = waited; call < CALLS; call++) capture();
const old = Object.entries(partsOf(capture()))
  .filter(([, part]) => !isYoung(part))
  .map(([name]) => name);
process.stdout.write(JSON.stringify(old));
