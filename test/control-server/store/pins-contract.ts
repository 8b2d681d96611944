import { describe, expect, test } from 'vitest';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on pinned snapshots. */
export function describePins(open: OpenStore): void {
  describe('a pinned snapshot', () => {
    test('says so in lists and by itself, until it is unpinned', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      const pinned = async () => [
        (await store.readSnapshot('id-1'))?.pinned,
        ...(await store.listSnapshots({})).items.map((item) => item.pinned),
      ];
      expect(await pinned()).toEqual([false, false, false]);
      expect(await store.pinSnapshot('id-1', true)).toBe(true);
      expect(await store.pinSnapshot('id-1', true)).toBe(true);
      expect(await pinned()).toEqual([true, false, true]);
      expect(await store.pinSnapshot('id-1', false)).toBe(true);
      expect(await pinned()).toEqual([false, false, false]);
      expect(await store.pinSnapshot('nobody', true)).toBe(false);
    });

    test('outlives the age, and goes with it once it is unpinned', async () => {
      const { store } = await open({ maxAgeMs: 60_000 });
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      await store.pinSnapshot('id-2', true);
      expect(await store.sweep(later(60_001))).toEqual({ deletedSnapshots: 2 });
      expect((await store.listSnapshots({})).items).toMatchObject([{ id: 'id-2', pinned: true }]);
      await store.pinSnapshot('id-2', false);
      expect(await store.sweep(later(60_001))).toEqual({ deletedSnapshots: 1 });
    });

    test('does not count among those of its breakpoint', async () => {
      const { store } = await open({ maxSnapshotsPerBreakpoint: 2 });
      await store.registerLabel('default', CHECKOUT, NOW);
      await store.storeSnapshots('default', snapshotsOf(4), NOW);
      await store.pinSnapshot('id-1', true);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 1 });
      const ids = async () => (await store.listSnapshots({})).items.map(({ id }) => id);
      expect(await ids()).toEqual(['id-4', 'id-3', 'id-1']);
      await store.pinSnapshot('id-1', false);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 1 });
      expect(await ids()).toEqual(['id-4', 'id-3']);
    });

    test('does not count among the bytes of all, and stays when they are too many', async () => {
      const { store: measure } = await open();
      await measure.storeSnapshots('default', snapshotsOf(1), NOW);
      const sizeBytes = (await measure.readSnapshot('id-1'))?.sizeBytes ?? 0;

      const { store } = await open({ maxTotalBytes: 2 * sizeBytes });
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      await store.pinSnapshot('id-1', true);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 0 });
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'id-4' })], NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 1 });
      expect((await store.listSnapshots({})).items.map(({ id }) => id)).toEqual(['id-4', 'id-3', 'id-1']);
    });

    test('counts among the snapshots and the bytes that the store says it has', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      const { sizeBytes = 0 } = (await store.readSnapshot('id-1')) ?? {};
      await store.pinSnapshot('id-1', true);
      expect(await store.readStats()).toMatchObject({ snapshots: 2, snapshotBytes: 2 * sizeBytes });
      await store.deleteSnapshot('id-1');
      expect(await store.readStats()).toMatchObject({ snapshotBytes: sizeBytes });
    });

    test('has so many bytes with all others, and not one more', async () => {
      const { store: measure } = await open();
      await measure.storeSnapshots('default', snapshotsOf(1), NOW);
      const sizeBytes = (await measure.readSnapshot('id-1'))?.sizeBytes ?? 0;

      const { store } = await open({ maxPinnedBytes: 2 * sizeBytes });
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      await store.pinSnapshot('id-1', true);
      await store.pinSnapshot('id-2', true);
      await expect(store.pinSnapshot('id-3', true)).rejects.toMatchObject({
        code: 'too_many_pinned',
        message: expect.stringContaining(`${2 * sizeBytes} bytes`),
      });
      await store.deleteSnapshot('id-1');
      expect(await store.pinSnapshot('id-3', true)).toBe(true);
      await store.pinSnapshot('id-2', false);
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'id-4' })], NOW);
      expect(await store.pinSnapshot('id-4', true)).toBe(true);
    });
  });
}
