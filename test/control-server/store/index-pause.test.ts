import { expect, onTestFinished, test, vi } from 'vitest';
import { createSnapshots } from '../../../control-server/store/sqlite-snapshots.ts';
import type { StoreThread } from '../../../control-server/store/store-thread.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

test('the index of texts makes a pause after each slice while snapshots are being stored, and none otherwise', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let slices = 0;
  const stored = Promise.withResolvers<unknown>();
  const answer = (name: string): unknown => {
    if (name === 'storeSnapshots') return stored.promise;
    slices++;
    return Promise.resolve(slices === 6);
  };
  // oxlint-disable-next-line no-unsafe-type-assertion -- only what this test calls
  const thread = { call: answer } as unknown as StoreThread;
  const snapshots = createSnapshots(thread, () => false);
  const storing = snapshots.storeSnapshots('default', snapshotsOf(1), NOW);
  const indexing = snapshots.indexTexts();
  await vi.advanceTimersByTimeAsync(99);
  expect(slices).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(slices).toBe(2);
  stored.resolve({ outcomes: [], cursor: null, changes: [] });
  await storing;
  await vi.advanceTimersByTimeAsync(100);
  await indexing;
  expect(slices).toBe(6);
});
