/**
 * How long does a page of a list take in a store of a million snapshots, for each filter and for searches? And how soon
 * does a server listen that opens it? `node bench/store-million.ts [<snapshots> [<folder to keep>]]`: a quarter of an hour.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSqliteStore } from '../control-server/store/sqlite-store.ts';
import { watchDelay } from '../control-server/store/delay-watch.ts';
import type { Store } from '../control-server/store/store.ts';
import type { SnapshotQuery } from '../src/protocol/api.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import { millionSnapshot, RARE_EVERY } from './stored-million.ts';

const MILLION = 1_000_000;
const BATCH = 500;
const BATCHES_AT_ONCE = 8;
const ROUNDS = 40;
const MAX_PAGE_MS = 200;
const MAX_START_MS = 1_000;
const BIN = join(import.meta.dirname, '..', 'control-server', 'bin', 'stillframe.js');

interface ListCase {
  readonly name: string;
  readonly query: SnapshotQuery;
  /** Rows of the first page: what is not found is not timed. */
  readonly expected: (rare: number) => number;
}

/** What is asked of a store: a trace and a place of its own, and else the same of each. */
async function listCases(store: Store): Promise<ListCase[]> {
  const { items } = await store.listSnapshots({ limit: 500 });
  const trace = items.at(-1)?.traceId ?? '';
  const deep = (
    await store.listSnapshots({ from: '2026-11-15T00:00:00Z', to: '2026-11-15T01:00:00Z', limit: 1 })
  ).nextCursor;
  const full = () => 50;
  const rare = (count: number) => Math.min(50, count);
  const one = (name: string, query: SnapshotQuery, expected: ListCase['expected'] = full): ListCase => ({
    name,
    query,
    expected,
  });
  return [
    one('newest', {}),
    one('five days back, by cursor', { before: deep ?? '' }),
    one('following a cursor', { after: deep ?? '' }),
    one('an hour five days back', { from: '2026-11-15T00:00:00Z', to: '2026-11-15T01:00:00Z' }),
    one('service', { service: 'service-3' }),
    one('rare service', { service: 'rare-service' }, rare),
    one('environment', { environment: 'production' }),
    one('rare environment', { environment: 'staging' }, rare),
    one('label', { label: 'label 7' }),
    one('rare label', { label: 'rare label' }, rare),
    one('breakpoint', { breakpoint: 'breakpoint-7' }),
    one('instance', { instance: 'instance-3' }),
    one('rare instance', { instance: 'instance-rare' }, rare),
    one('file', { file: '/app/src/orders/handler-7.ts' }),
    one('rare file', { file: '/app/src/rare.ts' }, rare),
    one('trace', { trace }, () => 1),
    one('flag', { flag: 'jwt' }, rare),
    one('mode', { mode: 'logpoint' }, rare),
    one('pinned', { pinned: true }, () => 10),
    one('service, label and mode', { service: 'service-3', label: 'label 7', mode: 'snapshot' }),
    one('label and another instance', { label: 'label 7', instance: 'instance-rare' }, () => 0),
    one('search: word that is everywhere', { q: 'order' }),
    one('search: rare word', { q: 'needleword' }, rare),
    one('search: word that is nowhere', { q: 'nowhereword' }, () => 0),
    one('search: two letters', { q: 'ka' }),
    one('search: one letter', { q: 'k' }),
    one('search: three words', { q: 'order customer ka' }),
    one('search: phrase', { q: 'handleOrder7' }),
    one('search: in places only', { q: 'handler', searchIn: 'place' }),
    one('search: rare word of a label', { q: 'needleword', label: 'rare label' }, rare),
    one('search: word that is everywhere, rare label', { q: 'order', label: 'rare label' }, rare),
  ];
}

/** Fills a store, and measures it. */
export async function benchMillion(store: Store, total: number): Promise<Section> {
  const filled = await fill(store, total);
  const rareRows = Math.ceil(total / RARE_EVERY);
  const cases = await listCases(store);
  const samples = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, query, expected } of cases) {
      const start = performance.now();
      const { items } = await store.listSnapshots(query);
      const ms = performance.now() - start;
      const wanted = expected(rareRows);
      verify(items.length === wanted, `${name}: ${items.length} rows instead of ${wanted}`);
      samples.set(name, [...(samples.get(name) ?? []), ms]);
    }
  }
  const figure = (name: string, share: number): number => percentile(samples.get(name) ?? [], share);
  const slowest = cases.toSorted((a, b) => figure(b.name, 0.95) - figure(a.name, 0.95))[0]?.name ?? '';
  return {
    goals: [
      atMost(
        `a page of ${total} snapshots, 95th percentile, slowest: ${slowest}`,
        figure(slowest, 0.95),
        MAX_PAGE_MS,
        formatMs,
      ),
    ],
    text: `## A store of ${total} snapshots

Stored at ${filled.storedPerSecond.toFixed(0)} a second and made searchable at ${filled.indexedPerSecond.toFixed(0)} a second afterwards, the longest call beside that ${formatMs(filled.longestPingMs)}${filled.held}. Pages of 50, ${ROUNDS} rounds.

${formatTable(
  ['page', 'median', '95th percentile'],
  cases.map(({ name }) => [name, formatMs(figure(name, 0.5)), formatMs(figure(name, 0.95))]),
)}
`,
  };
}

async function fill(
  store: Store,
  total: number,
): Promise<{
  readonly storedPerSecond: number;
  readonly indexedPerSecond: number;
  readonly longestPingMs: number;
  /** What held calls up: the thread of this bench, that of the store, or neither. */
  readonly held: string;
}> {
  const startMs = performance.now();
  let next = 0;
  const storeBatches = async (): Promise<void> => {
    while (next < total) {
      const first = next;
      next += BATCH;
      const rows = Array.from({ length: Math.min(BATCH, total - first) }, (_, index) =>
        millionSnapshot(first + index, total),
      );
      for (const [environment, group] of Map.groupBy(rows, (row) => row.environment)) {
        const snapshots = group.map(({ snapshot }) => snapshot);
        await store.storeSnapshots(environment, snapshots, group[0]?.receivedAt ?? '');
      }
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, storeBatches));
  const storedMs = performance.now() - startMs;
  const indexStartMs = performance.now();
  const indexing = { isDone: false };
  const indexed = store.indexTexts().finally(() => {
    indexing.isDone = true;
  });
  let longestPingMs = 0;
  const own = watchDelay();
  await store.readStats(); // what was before is not asked for
  while (!indexing.isDone) {
    const askedMs = performance.now();
    await store.ping();
    longestPingMs = Math.max(longestPingMs, performance.now() - askedMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await indexed;
  const ownMs = own.takeLongestMs();
  own.stop();
  const { threadDelaySeconds } = await store.readStats();
  const { items } = await store.listSnapshots({ limit: 10 });
  for (const { id } of items) await store.pinSnapshot(id, true);
  return {
    storedPerSecond: (total / storedMs) * 1_000,
    indexedPerSecond: (total / (performance.now() - indexStartMs)) * 1_000,
    longestPingMs,
    held: ` (the longest delay of the event loop here ${formatMs(ownMs)}${
      threadDelaySeconds === null ? '' : `, of the store's thread ${formatMs(threadDelaySeconds * 1_000)}`
    })`,
  };
}

/** From the start of the process to the line that says where it listens. */
async function measureStart(dataFolder: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [BIN, 'serve', '--port', '0', '--data-dir', dataFolder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let listeningMs = Number.NaN;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('Stillframe runs at')) continue;
    listeningMs = performance.now() - startMs;
    child.kill('SIGTERM');
  }
  if (child.exitCode === null) await once(child, 'exit');
  return listeningMs;
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

if (process.argv[1] === import.meta.filename) {
  const total = Number(process.argv[2] ?? MILLION);
  const kept = process.argv[3];
  if (!(total >= RARE_EVERY))
    throw new Error(`usage: node bench/store-million.ts [<${RARE_EVERY} or more> [<folder>]]`);
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'stillframe-million-')));
  const file = join(folder, 'stillframe.db');
  const store = await createSqliteStore({ file });
  const { text, goals: pageGoals } = await benchMillion(store, total);
  await store.close();
  const empty = await mkdtemp(join(tmpdir(), 'stillframe-empty-'));
  const starts: { full: number; empty: number }[] = [];
  for (let round = 0; round < 5; round++) {
    starts.push({ empty: await measureStart(empty), full: await measureStart(folder) });
  }
  await rm(empty, { recursive: true, force: true });
  const startMs = (which: 'full' | 'empty') =>
    percentile(
      starts.map((start) => start[which]),
      0.5,
    );
  const goals = [
    ...pageGoals,
    atMost(
      'from the start of the process to listening, median of five',
      startMs('full'),
      MAX_START_MS,
      formatMs,
    ),
  ];
  process.stdout.write(
    `${text}\nThe file has ${((await stat(file)).size / 1024 ** 2).toFixed(0)} MB. An empty one listens after ${formatMs(startMs('empty'))}.\n\n`,
  );
  for (const { what, measured, promised, isKept } of goals) {
    process.stdout.write(`${isKept ? 'kept' : 'NOT KEPT'}: ${what} ${measured} (${promised})\n`);
  }
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
  process.exitCode = goals.every(({ isKept }) => isKept) ? 0 : 1;
}
