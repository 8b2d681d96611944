import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { LOCKS } from '../../../control-server/store/postgres/locks.ts';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import type { Retention } from '../../../control-server/store/retention.ts';
import { createSnapshotId } from '../../../src/protocol/snapshot-id.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import { until } from '../../helpers/until.ts';

const DAY_MS = 24 * 60 * 60_000;

test('a delivery that is repeated after midnight is stored once, in the partition of the day of its id', async () => {
  const { store, url } = await open();
  const midnight = startOfToday() + DAY_MS;
  const [snapshot] = snapshotsOf(midnight - 1, 1);
  const late = new Date(midnight + 1).toISOString();
  expect(await store.storeSnapshots('default', [snapshot], isoOf(midnight - 1))).toMatchObject({
    outcomes: ['stored'],
  });
  expect(await store.storeSnapshots('default', [snapshot], late)).toMatchObject({ outcomes: ['duplicate'] });
  const [row] = await query(url, 'SELECT tableoid::regclass::text AS partition FROM snapshot');
  expect(row).toEqual({ partition: `snapshot_day_${startOfToday() / DAY_MS}` });
});

test('ids of far-off clocks and ids that carry no day are kept in the default partition', async () => {
  const { store, url } = await open();
  const farOff = snapshotsOf(Date.parse('2189-01-01T00:00:00Z'), 1);
  const foreign = aSnapshot({ snapshotId: 'none of a UUID' });
  const upperCase = aSnapshot({ snapshotId: 'F81D4FAE-7DEC-71D0-A765-00A0C91E6BF6' });
  const batch = [...farOff, foreign, upperCase];
  for (const outcome of ['stored', 'duplicate']) {
    const { outcomes } = await store.storeSnapshots('default', batch, isoOf(Date.now()));
    expect(outcomes).toEqual([outcome, outcome, outcome]);
  }
  const rows = await query(url, 'SELECT DISTINCT tableoid::regclass::text AS partition FROM snapshot');
  expect(rows).toEqual([{ partition: 'snapshot_default' }]);
  for (const { snapshotId } of batch) expect(await store.readSnapshot(snapshotId ?? '')).not.toBeNull();
});

test('what came too early moves into its partition when that is made, and is found as before', async () => {
  const { store, url } = await open();
  const inFiveDays = startOfToday() + 5 * DAY_MS;
  const early = snapshotsOf(inFiveDays + 1, 3);
  const { cursor } = await store.storeSnapshots('default', early, isoOf(Date.now()));
  await store.indexTexts();
  await store.sweep(isoOf(inFiveDays - DAY_MS));
  const rows = await query(url, 'SELECT DISTINCT tableoid::regclass::text AS partition FROM snapshot');
  expect(rows).toEqual([{ partition: `snapshot_day_${inFiveDays / DAY_MS}` }]);
  const found = await store.listSnapshots({ q: 'placeOrder' });
  expect(found.items).toHaveLength(3);
  expect(found.items[0]?.cursor).toBe(cursor);
});

test('a day leaves as a whole once nothing in it is young, and its counts with it', async () => {
  const { store, url } = await open({ maxAgeMs: 3 * DAY_MS });
  const day = startOfToday();
  await store.storeSnapshots('default', snapshotsOf(day + 1_000, 20), isoOf(day + 1_000));
  await store.storeSnapshots('default', snapshotsOf(day + DAY_MS + 1, 5), isoOf(day + DAY_MS + 1));
  await store.indexTexts();
  // The day is not over for the snapshot that might have come last.
  expect(await store.sweep(isoOf(day + 3 * DAY_MS + 2_000))).toEqual({ deletedSnapshots: 0 });
  expect(await store.sweep(isoOf(day + 4 * DAY_MS))).toEqual({ deletedSnapshots: 20 });
  const gone = await query(url, `SELECT to_regclass('snapshot_day_${day / DAY_MS}') AS partition`);
  expect(gone).toEqual([{ partition: null }]);
  expect(await query(url, 'SELECT sum(snapshots)::integer AS snapshots FROM snapshot_usage')).toEqual([
    { snapshots: 5 },
  ]);
  expect((await store.listSnapshots({})).items).toHaveLength(5);
  expect((await store.listSnapshots({ q: 'placeOrder' })).items).toHaveLength(5);
});

test('a day that leaves waits for who indexes it, and never the other way round', async () => {
  const { store, url } = await open({ maxAgeMs: 3 * DAY_MS });
  const day = startOfToday();
  await store.storeSnapshots('default', snapshotsOf(day + 1_000, 20), isoOf(day + 1_000));
  // Makes the partitions of the days that come, for which it would wait too.
  await store.sweep(isoOf(day + 4 * DAY_MS), { maxAgeMs: 5 * DAY_MS });
  const indexer = new Client({ connectionString: url });
  await indexer.connect();
  onTestFinished(() => indexer.end());
  await indexer.query('BEGIN');
  await indexer.query('SELECT body FROM snapshot');
  const swept = store.sweep(isoOf(day + 4 * DAY_MS));
  await until('a wait for a lock', async () => {
    const [row] = await query(
      url,
      `SELECT count(*)::integer AS waits FROM pg_locks
       WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return row?.['waits'] === 1;
  });
  const { rows } = await indexer.query(`SELECT pg_try_advisory_xact_lock(${LOCKS.texts}) AS taken`);
  expect(rows).toEqual([{ taken: true }]);
  await indexer.query('COMMIT');
  const { deletedSnapshots } = await swept;
  // It gives up after two seconds, for who reads meanwhile.
  const later = await store.sweep(isoOf(day + 4 * DAY_MS));
  expect(deletedSnapshots + later.deletedSnapshots).toBe(20);
});

test('a day with a pinned snapshot stays, and loses the others', async () => {
  const { store } = await open({ maxAgeMs: 3 * DAY_MS });
  const day = startOfToday();
  const snapshots = snapshotsOf(day + 1_000, 20);
  const pinned = snapshots[7]?.snapshotId ?? '';
  await store.storeSnapshots('default', snapshots, isoOf(day + 1_000));
  await store.pinSnapshot(pinned, true);
  expect(await store.sweep(isoOf(day + 5 * DAY_MS))).toEqual({ deletedSnapshots: 19 });
  expect((await store.listSnapshots({})).items.map(({ id }) => id)).toEqual([pinned]);
});

test('an age of less than two days is kept to the millisecond', async () => {
  const { store } = await open({ maxAgeMs: 60_000 });
  const now = startOfToday() + DAY_MS / 2;
  await store.storeSnapshots('default', snapshotsOf(now, 2), isoOf(now));
  expect(await store.sweep(isoOf(now + 60_000))).toEqual({ deletedSnapshots: 0 });
  expect(await store.sweep(isoOf(now + 60_001))).toEqual({ deletedSnapshots: 2 });
});

async function open(retention: Partial<Retention> = {}) {
  const url = await createPostgresDatabase();
  const store = await createPostgresStore({ url, retention });
  onTestFinished(() => store.close());
  return { store, url };
}

/** Snapshots whose ids are of this instant. */
function snapshotsOf(
  atMs: number,
  count: number,
): [ReturnType<typeof aSnapshot>, ...ReturnType<typeof aSnapshot>[]] {
  const make = () => {
    const random = crypto.getRandomValues(new Uint8Array(10));
    return aSnapshot({ snapshotId: createSnapshotId(atMs, random) });
  };
  return [make(), ...Array.from({ length: count - 1 }, make)];
}

/** The partitions of a new store begin with today. */
function startOfToday(): number {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
