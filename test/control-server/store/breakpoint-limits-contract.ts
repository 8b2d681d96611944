import { describe, expect, test } from 'vitest';
import type { Store } from '../../../control-server/store/store.ts';
import { CHECKOUT, later, NOW, SHOP } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on hits, their limit and expiry. */
export function describeBreakpointLimits(open: OpenStore): void {
  describe('hits', () => {
    test('are counted once for each snapshot, whatever way it names its breakpoint', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      const byId = snapshotsOf(2, { breakpointId: breakpoint.id, label: null }, 'by-id-');
      const byLabel = snapshotsOf(3, { functionName: 'another' }, 'by-label-');
      const { changes } = await store.storeSnapshots('default', [...byId, ...byLabel], later(1_000));
      expect(changes).toEqual([]);
      await store.storeSnapshots('default', [...byId, ...byLabel], later(2_000));
      expect(await store.readBreakpoint(breakpoint.id)).toEqual({
        ...breakpoint,
        captureCount: 5,
        lastHitAt: later(1_000),
      });
    });

    test('of a label in two functions belong to the function that made them', async () => {
      const { store } = await open();
      await store.registerLabel('default', { ...CHECKOUT, functionName: 'another' }, NOW);
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, later(1));
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      expect(await store.readBreakpoint(breakpoint.id)).toMatchObject({ captureCount: 2 });
    });

    test('cannot be spent with the key of another environment, or by another service', async () => {
      const { store } = await open();
      const id = await createLimited(store, 1);
      await store.storeSnapshots('staging', snapshotsOf(3, { breakpointId: id }, 'a-'), NOW);
      await store.storeSnapshots(
        'default',
        snapshotsOf(3, { breakpointId: id, serviceName: 'billing' }, 'b-'),
        NOW,
      );
      expect(await store.readBreakpoint(id)).toMatchObject({ captureCount: 0, enabled: true });
      expect((await store.listSnapshots({ breakpoint: id })).items).toEqual([]);
    });
  });

  describe('a limit of captures', () => {
    test('disables the breakpoint with the snapshot that reaches it, and says so', async () => {
      const { store } = await open();
      const id = await createLimited(store, 5);
      const before = await store.readServiceState(SHOP, NOW);
      const below = await store.storeSnapshots('default', snapshotsOf(4, { breakpointId: id }, 'a-'), NOW);
      expect(below.changes).toEqual([]);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: true, captureCount: 4 });

      const at = await store.storeSnapshots('default', snapshotsOf(1, { breakpointId: id }, 'b-'), NOW);
      const after = await store.readServiceState(SHOP, NOW);
      expect(at.changes).toEqual([
        {
          kind: 'breakpoint_updated',
          breakpoint: await store.readBreakpoint(id),
          version: after.version,
        },
      ]);
      expect(after.version).not.toBe(before.version);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: false, captureCount: 5, version: 2 });
    });

    test('stores nothing beyond it, within a batch and after it, and is reported once', async () => {
      const { store } = await open();
      const id = await createLimited(store, 2);
      const batch = snapshotsOf(5, { breakpointId: id }, 'a-');
      const { outcomes, changes } = await store.storeSnapshots('default', batch, NOW);
      expect(outcomes).toEqual(['stored', 'stored', 'limit', 'limit', 'limit']);
      expect(changes).toHaveLength(1);
      const late = await store.storeSnapshots('default', snapshotsOf(1, { breakpointId: id }, 'b-'), NOW);
      expect(late).toEqual({ outcomes: ['limit'], cursor: null, changes: [] });
      expect(await store.readBreakpoint(id)).toMatchObject({ captureCount: 2, version: 2 });
      expect((await store.listSnapshots({ breakpoint: id })).items).toHaveLength(2);
    });

    test('knows what it has stored already, also when it is spent', async () => {
      const { store } = await open();
      const id = await createLimited(store, 2);
      const [first, second, third] = snapshotsOf(3, { breakpointId: id });
      if (first === undefined || second === undefined || third === undefined) throw new Error('Three.');
      const again = await store.storeSnapshots('default', [first, first, second, second, third], NOW);
      expect(again.outcomes).toEqual(['stored', 'duplicate', 'stored', 'duplicate', 'limit']);
      const retry = await store.storeSnapshots('default', [first, third], NOW);
      expect(retry.outcomes).toEqual(['duplicate', 'limit']);
    });

    test('holds for batches that come at the same time', async () => {
      const { store } = await open();
      const id = await createLimited(store, 5);
      const batches = await Promise.all(
        ['a-', 'b-', 'c-'].map((prefix) =>
          store.storeSnapshots('default', snapshotsOf(4, { breakpointId: id }, prefix), NOW),
        ),
      );
      const outcomes = batches.flatMap((batch) => batch.outcomes);
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(5);
      expect(await store.readBreakpoint(id)).toMatchObject({ captureCount: 5, enabled: false });
    });

    test('that was reached starts anew when a person enables the breakpoint', async () => {
      const { store } = await open();
      const id = await createLimited(store, 2);
      await store.storeSnapshots('default', snapshotsOf(2, { breakpointId: id }), NOW);
      await store.patchBreakpoint(id, { enabled: true }, null, NOW);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: true, captureCount: 0 });
    });

    test('can be raised without losing the count, and disables when lowered to it', async () => {
      const { store } = await open();
      const id = await createLimited(store, 9);
      await store.storeSnapshots('default', snapshotsOf(2, { breakpointId: id }), NOW);
      await store.patchBreakpoint(id, { maxCaptures: 3 }, null, NOW);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: true, captureCount: 2 });
      await store.patchBreakpoint(id, { maxCaptures: 2 }, null, NOW);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: false, captureCount: 2 });
      await store.patchBreakpoint(id, { maxCaptures: 3, enabled: true }, null, NOW);
      expect(await store.readBreakpoint(id)).toMatchObject({ enabled: true, captureCount: 2 });
    });
  });

  describe('an expiry', () => {
    test('disables the breakpoint at its instant, once', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.registerLabel('default', { ...CHECKOUT, label: 'refund' }, NOW);
      await store.patchBreakpoint(breakpoint.id, { expireAt: later(1_000) }, null, NOW);
      expect(await store.expireBreakpoints(later(999))).toEqual([]);
      const changes = await store.expireBreakpoints(later(1_000));
      expect(changes).toEqual([
        {
          kind: 'breakpoint_updated',
          breakpoint: await store.readBreakpoint(breakpoint.id),
          version: (await store.readServiceState(SHOP, later(1_000))).version,
        },
      ]);
      expect(await store.readBreakpoint(breakpoint.id)).toMatchObject({ enabled: false, version: 3 });
      expect(await store.expireBreakpoints(later(1_001))).toEqual([]);
    });

    test('takes the breakpoint out of the state of its service, even before it is enforced', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.patchBreakpoint(breakpoint.id, { expireAt: later(1_000) }, null, NOW);
      expect((await store.readServiceState(SHOP, later(999))).breakpoints).toHaveLength(1);
      expect((await store.readServiceState(SHOP, later(1_000))).breakpoints).toEqual([]);
      expect(await store.listBreakpoints(SHOP)).toHaveLength(1);
    });
  });
}

async function createLimited(store: Store, maxCaptures: number): Promise<string> {
  await store.createBreakpoint(
    { environment: 'default', serviceName: 'shop', label: 'checkout', maxCaptures },
    NOW,
  );
  const [created] = await store.listBreakpoints(SHOP);
  if (created === undefined) throw new Error('The breakpoint is not there.');
  return created.id;
}
