import { describe, expect, test } from 'vitest';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on snapshots that come from another server. */
export function describeImport(open: OpenStore): void {
  describe('an imported snapshot', () => {
    test('is stored once, as received now and captured when it was', async () => {
      const { store } = await open();
      const imported = snapshotsOf(2, { capturedAt: '2025-01-01T00:00:00.000Z' });
      const first = await store.importSnapshots('staging', imported, NOW);
      expect(first).toMatchObject({ outcomes: ['stored', 'stored'], changes: [] });
      const again = await store.importSnapshots('staging', imported, later(1_000));
      expect(again).toEqual({ outcomes: ['duplicate', 'duplicate'], cursor: null, changes: [] });
      expect(await store.readSnapshot('id-1')).toMatchObject({
        environment: 'staging',
        capturedAt: '2025-01-01T00:00:00.000Z',
        receivedAt: NOW,
      });
    });

    test('is no hit of its breakpoint and no activity of its service', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.patchBreakpoint(breakpoint.id, { maxCaptures: 1 }, null, NOW);
      const { outcomes } = await store.importSnapshots('default', snapshotsOf(3), NOW);
      expect(outcomes).toEqual(['stored', 'stored', 'stored']);
      expect(await store.readBreakpoint(breakpoint.id)).toMatchObject({
        captureCount: 0,
        enabled: true,
        lastHitAt: null,
      });
      expect((await store.listSnapshots({ breakpoint: breakpoint.id })).items).toHaveLength(3);
      expect(await store.listServices(NOW)).toMatchObject([{ serviceName: 'shop', snapshotsLastHour: 0 }]);
    });

    test('is listed, found, swept and counted as any other', async () => {
      const { store } = await open({ maxAgeMs: 60_000 });
      await store.importSnapshots('default', [aSnapshot({ snapshotId: 'a', serviceName: 'old' })], NOW);
      await store.indexTexts();
      expect((await store.listSnapshots({ service: 'old', q: 'checkout' })).items).toHaveLength(1);
      expect(await store.sweep(later(60_001))).toEqual({ deletedSnapshots: 1 });
    });
  });

  describe('whole snapshots', () => {
    test('are read page by page, by the filters of a list', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(5), NOW);
      await store.storeSnapshots('default', snapshotsOf(1, { label: 'other' }, 'other-'), NOW);
      const first = await store.readSnapshots({ label: 'checkout', after: 'sn-0', limit: 3 });
      expect(first.items.map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3']);
      const [item] = first.items;
      expect(item).toEqual(await store.readSnapshot('id-1'));
      const rest = await store.readSnapshots({ label: 'checkout', after: first.nextCursor ?? '', limit: 3 });
      expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([['id-4', 'id-5'], null]);
    });

    test('say where they are in every list, for the hit before and the hit after', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      const cursor = (await store.readSnapshot('id-2'))?.cursor ?? '';
      const idAt = async (query: object) =>
        (await store.listSnapshots({ label: 'checkout', limit: 1, ...query })).items.map(({ id }) => id);
      expect(await idAt({ before: cursor })).toEqual(['id-1']);
      expect(await idAt({ after: cursor })).toEqual(['id-3']);
    });
  });
}
