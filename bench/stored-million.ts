/** What a store with a million snapshots holds: as services of several sizes leave it, some of it rare. */
import { createSnapshotId } from '../src/protocol/snapshot-id.ts';
import type { Snapshot } from '../src/protocol/snapshot.ts';

const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'su', 'ta', 'vor', 'wen', 'zi', 'bra', 'do', 'fel'];
const START_MS = Date.parse('2026-11-14T00:00:00Z');
const SPAN_MS = 6 * 24 * 60 * 60 * 1_000;

/** One row in so many has what a rare filter looks for. */
export const RARE_EVERY = 50_000;

/** Numbers that look random and are the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Small numbers often, large ones seldom, as the words of a language. */
function pick(random: () => number, count: number): number {
  return Math.floor(count ** random()) - 1;
}

/** A word of a vocabulary of 50,000. */
function wordOf(number: number): string {
  let word = '';
  for (let rest = number + 12; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

/** One snapshot of about 2 KB, and where and when it is received. */
export function millionSnapshot(
  index: number,
  total: number,
): { readonly environment: string; readonly receivedAt: string; readonly snapshot: Snapshot } {
  const random = createRandom(index * 7_919 + 17);
  const isRare = index % RARE_EVERY === 0;
  const atMs = START_MS + Math.floor((index / total) * SPAN_MS);
  const service = pick(random, 20);
  const place = pick(random, 200);
  const words = (count: number) =>
    Array.from({ length: count }, () => wordOf(pick(random, 50_000))).join(' ');
  const receivedAt = new Date(atMs).toISOString();
  return {
    environment: isRare ? 'staging' : service % 2 === 0 ? 'default' : 'production',
    receivedAt,
    snapshot: {
      snapshotId: createSnapshotId(
        atMs,
        Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256)),
      ),
      breakpointId: `breakpoint-${place}`,
      serviceName: isRare ? 'rare-service' : `service-${service}`,
      label: isRare ? 'rare label' : `label ${place}`,
      filePath: isRare ? '/app/src/rare.ts' : `/app/src/orders/handler-${place}.ts`,
      lineNumber: 10 + place,
      functionName: `handleOrder${place}`,
      variables: {
        order: {
          id: Math.floor(random() * 1e9),
          state: words(1),
          customer: { name: words(2), note: words(12) },
        },
        items: Array.from({ length: 8 }, () => ({
          sku: words(1),
          amount: Math.floor(random() * 90),
          text: words(8),
        })),
        ...(isRare ? { marker: 'needleword' } : {}),
      },
      valueMarks: [],
      securityFlags: isRare ? [{ type: 'jwt', severity: 'high', path: 'variables/token' }] : [],
      stackTrace: Array.from({ length: 5 }, (_, line) => `at handle${line} (/app/src/x.ts:${line}:1)`).join(
        '\n',
      ),
      frames: [],
      traceId: createSnapshotId(
        atMs,
        Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256)),
      ).replaceAll('-', ''),
      spanId: null,
      requestContext: null,
      expressionResults: null,
      logMessage: null,
      mode: isRare ? 'logpoint' : 'snapshot',
      capturedAt: receivedAt,
      truncated: {},
      environment: null,
      release: null,
      commit: null,
      host: null,
      instanceId: isRare ? 'instance-rare' : `instance-${pick(random, 50)}`,
      scrubbed: { version: '1' },
    },
  };
}
