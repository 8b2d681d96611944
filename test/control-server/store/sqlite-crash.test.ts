import { channel } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import { until } from '../../helpers/until.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The thread of a store, whichever it is at the moment. */
function watchThreads(): () => Worker {
  let current: Worker | undefined;
  const onWorker = (message: unknown): void => {
    current = (message as { readonly worker: Worker }).worker;
  };
  channel('worker_threads').subscribe(onWorker);
  onTestFinished(() => channel('worker_threads').unsubscribe(onWorker));
  return () => {
    if (current === undefined) throw new Error('no thread was started');
    return current;
  };
}

test('a thread that ends within a transaction leaves all of it or nothing, and the next one goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-crash-'));
  const threadOf = watchThreads();
  const heard: string[] = [];
  const store = await createSqliteStore({
    file: join(folder, 'stillframe.db'),
    groupCommitMs: 0,
    watch: {
      onLost: () => heard.push('lost'),
      onRefused: () => heard.push('refused'),
      onReturned: () => heard.push('returned'),
    },
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const confirmed: number[] = [];
  for (let round = 0; round < 5; round++) {
    const wholeBatch = snapshotsOf(1_000, {}, `${round}-`);
    const storing = store.storeSnapshots('default', wholeBatch, NOW).then(
      () => confirmed.push(round),
      (error: unknown) => expect(error).toMatchObject({ code: 'store_failed' }),
    );
    // Further into the transaction in each round: a thread is ended between two of its statements.
    for (let turn = 0; turn < round * 60; turn++) await new Promise((resolve) => setImmediate(resolve));
    await threadOf().terminate();
    await storing;
    await until('the next thread', () => store.ping());
    const { snapshots } = await countRound(round);
    if (confirmed.includes(round)) expect(snapshots).toBe(1_000);
    else expect([0, 1_000]).toContain(snapshots);
    // What an agent does with an answer that says to come back.
    await store.storeSnapshots('default', wholeBatch, NOW);
    expect(await countRound(round)).toEqual({ snapshots: 1_000 });
  }
  expect(heard).toEqual(Array.from({ length: 5 }, () => ['lost', 'returned']).flat());

  async function countRound(round: number): Promise<{ readonly snapshots: number }> {
    const ids = snapshotsOf(1_000, {}, `${round}-`).map(({ snapshotId }) => snapshotId ?? '');
    const found = await Promise.all(ids.map((id) => store.readSnapshot(id)));
    return { snapshots: found.filter((snapshot) => snapshot !== null).length };
  }
});
