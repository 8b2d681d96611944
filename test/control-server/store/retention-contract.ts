import { describe, expect, test } from 'vitest';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on what is deleted, and when. */
export function describeRetention(open: OpenStore): void {
  describe('a sweep', () => {
    test('forgets a service that was not seen for 30 days, unless it has breakpoints or snapshots', async () => {
      const { store } = await open({ maxAgeMs: 60 * 24 * 60 * 60_000 });
      const names = async () => (await store.listServices(NOW)).map(({ serviceName }) => serviceName);
      await store.touchService({ environment: 'default', serviceName: 'pod-7f9c' }, NOW);
      await store.registerLabel('default', CHECKOUT, NOW);
      await store.storeSnapshots('default', [aSnapshot({ serviceName: 'captured' })], NOW);
      const days = 24 * 60 * 60_000;
      await store.sweep(later(30 * days));
      expect(await names()).toEqual(['captured', 'pod-7f9c', 'shop']);
      await store.sweep(later(30 * days + 1));
      expect(await names()).toEqual(['captured', 'shop']);
      const again = await store.touchService({ environment: 'default', serviceName: 'pod-7f9c' }, NOW);
      expect(again).toEqual({ created: true });
    });

    test('that is under way when the store closes ends early and quietly', async () => {
      const { store } = await open({ maxAgeMs: 1 });
      for (const prefix of ['a-', 'b-', 'c-']) {
        await store.storeSnapshots('default', snapshotsOf(1_000, {}, prefix), NOW);
      }
      const sweeping = store.sweep(later(2));
      await store.close();
      expect((await sweeping).deletedSnapshots).toBeLessThan(3_000);
    });

    test('deletes what is older than the age, and not what is exactly as old', async () => {
      const { store } = await open({ maxAgeMs: 60_000 });
      await store.storeSnapshots('default', snapshotsOf(2, {}, 'old-'), NOW);
      await store.storeSnapshots('default', snapshotsOf(1, {}, 'young-'), later(1));
      expect(await store.sweep(later(60_000))).toEqual({ deletedSnapshots: 0 });
      expect(await store.sweep(later(60_001))).toEqual({ deletedSnapshots: 2 });
      expect((await store.listSnapshots({})).items).toMatchObject([{ id: 'young-1' }]);
      expect(await store.readSnapshot('old-1')).toBeNull();
    });

    test('heeds limits that were set since the store was opened', async () => {
      const { store } = await open({ maxAgeMs: 60_000 });
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      expect(await store.sweep(later(60_001), { maxAgeMs: 60_001 })).toEqual({ deletedSnapshots: 0 });
      expect(await store.sweep(later(60_001), { maxTotalBytes: 1 })).toEqual({ deletedSnapshots: 3 });
    });

    test('keeps the newest of each breakpoint', async () => {
      const { store } = await open({ maxSnapshotsPerBreakpoint: 3 });
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.registerLabel('default', { ...CHECKOUT, label: 'refund' }, NOW);
      await store.storeSnapshots('default', snapshotsOf(3, { label: 'refund' }, 'refund-'), NOW);
      await store.storeSnapshots('default', snapshotsOf(5, { label: null }, 'other-'), NOW);
      await store.storeSnapshots('default', snapshotsOf(5, {}, 'checkout-'), NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 2 });
      const { items } = await store.listSnapshots({ breakpoint: breakpoint.id });
      expect(items.map(({ id }) => id)).toEqual(['checkout-5', 'checkout-4', 'checkout-3']);
      expect((await store.listSnapshots({})).items).toHaveLength(11);
      await store.storeSnapshots('default', snapshotsOf(1, {}, 'next-'), NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 1 });
    });

    test('deletes the oldest until the rest fits into the bytes', async () => {
      const { store: measure } = await open();
      await measure.storeSnapshots('default', snapshotsOf(1), NOW);
      const sizeBytes = (await measure.readSnapshot('id-1'))?.sizeBytes ?? 0;

      const { store } = await open({ maxTotalBytes: 3 * sizeBytes });
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 0 });
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'id-4' })], NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 1 });
      expect((await store.listSnapshots({})).items.map(({ id }) => id)).toEqual(['id-4', 'id-3', 'id-2']);
      await store.deleteSnapshot('id-3');
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'id-5' })], NOW);
      expect(await store.sweep(NOW)).toEqual({ deletedSnapshots: 0 });
    });

    test('goes on over several slices', async () => {
      const { store } = await open({ maxAgeMs: 1 });
      await store.storeSnapshots('default', snapshotsOf(1_201), NOW);
      expect(await store.sweep(later(2))).toEqual({ deletedSnapshots: 1_201 });
      expect(await store.sweep(later(2))).toEqual({ deletedSnapshots: 0 });
    });

    test('that is asked for twice at once runs once', async () => {
      const { store } = await open({ maxAgeMs: 1 });
      await store.storeSnapshots('default', snapshotsOf(10), NOW);
      const [first, second] = await Promise.all([store.sweep(later(2)), store.sweep(later(2))]);
      expect(first).toEqual({ deletedSnapshots: 10 });
      expect(second).toEqual(first);
    });

    test('makes room for the same id to be stored again', async () => {
      const { store } = await open({ maxAgeMs: 1 });
      await store.storeSnapshots('default', snapshotsOf(1), NOW);
      await store.sweep(later(2));
      const { outcomes } = await store.storeSnapshots('default', snapshotsOf(1), later(2));
      expect(outcomes).toEqual(['stored']);
    });

    test('leaves the cursors of deleted snapshots where they were', async () => {
      const { store } = await open({ maxAgeMs: 1 });
      const { cursor } = await store.storeSnapshots('default', snapshotsOf(3), NOW);
      await store.sweep(later(2));
      await store.storeSnapshots('default', snapshotsOf(2, {}, 'new-'), later(2));
      const { items } = await store.listSnapshots({ after: cursor ?? '' });
      expect(items.map(({ id }) => id)).toEqual(['new-1', 'new-2']);
    });
  });
}
