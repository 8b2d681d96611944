import { describe, expect, test } from 'vitest';
import { isStale, parseStateVersion } from '../../../src/protocol/state-version.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { CHECKOUT, later, NOW, SHOP } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';
import { KEY } from './stored-people.ts';

/** The contract on services and versions. */
export function describeControlState(open: OpenStore): void {
  describe('services', () => {
    test('says once that a service is new', async () => {
      const { store } = await open();
      expect(await store.touchService(SHOP, NOW)).toEqual({ created: true });
      expect(await store.touchService(SHOP, later(5_000))).toEqual({ created: false });
      expect(await store.listServices(NOW)).toEqual([
        {
          ...SHOP,
          firstSeenAt: NOW,
          lastSeenAt: later(5_000),
          breakpoints: { total: 0, enabled: 0 },
          snapshotsLastHour: 0,
          snapshotsByFiveMinutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
          killed: { global: false, service: false },
          release: null,
          commit: null,
        },
      ]);
    });

    test('are as many of a key as it may bring, and those that are there stay', async () => {
      const { store } = await open();
      const touch = (serviceName: string, keyId = 'k1', environment = 'default') =>
        store.touchService({ environment, serviceName }, NOW, { keyId, maxServices: 3 });
      await store.createKey(KEY);
      await store.touchService({ environment: 'default', serviceName: 'made by hand' }, NOW);
      for (const name of ['a', 'b']) expect(await touch(name)).toEqual({ created: true });
      // Two at once: there is room for one.
      const last = await Promise.allSettled([touch('c'), touch('c', 'k1', 'staging')]);
      expect(last.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      await expect(touch('d')).rejects.toMatchObject({ code: 'too_many_services' });
      for (const name of ['a', 'b', 'made by hand']) expect(await touch(name)).toEqual({ created: false });
      expect(await touch('d', 'k2')).toEqual({ created: true });
      expect((await store.countServicesByKey()).toSorted((x, y) => (x.keyId < y.keyId ? -1 : 1))).toEqual([
        { keyId: 'k1', services: 3 },
        { keyId: 'k2', services: 1 },
      ]);
      expect(await store.listServices(NOW)).toHaveLength(5);
    });

    test('keeps the services of two environments apart', async () => {
      const { store } = await open();
      await store.registerLabel('staging', CHECKOUT, NOW);
      await store.touchService(SHOP, NOW);
      expect(await store.listServices(NOW)).toMatchObject([
        { environment: 'default', breakpoints: { total: 0 } },
        { environment: 'staging', breakpoints: { total: 1 } },
      ]);
    });

    test('shows the breakpoints, the release and the snapshots of the last hour', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.registerLabel('default', { ...CHECKOUT, label: 'refund' }, NOW);
      await store.patchBreakpoint(breakpoint.id, { enabled: false }, null, NOW);
      await store.storeSnapshots('default', snapshotsOf(3, { release: '1.4', commit: 'abc' }), NOW);
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'later' })], later(600_000));
      expect(await store.listServices(later(600_000))).toMatchObject([
        {
          breakpoints: { total: 2, enabled: 1 },
          snapshotsLastHour: 4,
          release: '1.4',
          commit: 'abc',
          lastSeenAt: later(600_000),
        },
      ]);
      expect(await store.listServices(later(3_600_000))).toMatchObject([{ snapshotsLastHour: 1 }]);
      expect(await store.listServices(later(4_200_000))).toMatchObject([{ snapshotsLastHour: 0 }]);
    });

    test('shows in which five minutes of the last hour the snapshots came', async () => {
      const { store } = await open();
      const stepsAt = async (delayMs: number): Promise<unknown> => {
        const services = await store.listServices(later(delayMs));
        return services.map(({ snapshotsByFiveMinutes }) => snapshotsByFiveMinutes);
      };
      await store.storeSnapshots('default', snapshotsOf(3), NOW);
      await store.storeSnapshots('default', [aSnapshot({ snapshotId: 'later' })], later(5 * 60_000));
      await store.storeSnapshots(
        'staging',
        [aSnapshot({ snapshotId: 'elsewhere', environment: 'staging' })],
        later(5 * 60_000),
      );
      expect(await stepsAt(5 * 60_000)).toEqual([
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ]);
      expect(await stepsAt(59 * 60_000)).toEqual([
        [3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ]);
      expect(await stepsAt(60 * 60_000)).toEqual([
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ]);
    });

    test('counts what a faster clock received as received just now', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(2), later(20 * 60_000));
      expect(await store.listServices(NOW)).toMatchObject([
        { snapshotsLastHour: 2, snapshotsByFiveMinutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] },
      ]);
    });
  });

  describe('state versions', () => {
    test('count each control change of the environment, and no capture', async () => {
      const { store } = await open();
      const first = await revOf(store.readServiceState(SHOP, NOW));
      const { breakpoint, change } = await store.registerLabel('default', CHECKOUT, NOW);
      expect(versionIn(change).rev).toBe(first + 1);
      await store.storeSnapshots('default', snapshotsOf(5), NOW);
      expect(await revOf(store.readServiceState(SHOP, NOW))).toBe(first + 1);
      const patched = await store.patchBreakpoint(breakpoint.id, { condition: 'total > 1' }, null, NOW);
      expect(versionIn(patched).rev).toBe(first + 2);
      const deleted = await store.deleteBreakpoint(breakpoint.id, null, NOW);
      expect(versionIn(deleted).rev).toBe(first + 3);
      expect(await revOf(store.readServiceState(SHOP, NOW))).toBe(first + 3);
    });

    test('leave other environments alone', async () => {
      const { store } = await open();
      const staging = { ...SHOP, environment: 'staging' };
      await store.touchService(staging, NOW);
      const before = await store.readServiceState(staging, NOW);
      await store.registerLabel('default', CHECKOUT, NOW);
      expect(await store.readServiceState(staging, NOW)).toEqual(before);
    });

    test('never repeat when changes arrive together', async () => {
      const { store } = await open();
      const labels = Array.from({ length: 50 }, (_, index) => `label ${index}`);
      const registered = await Promise.all(
        labels.map((label) => store.registerLabel('default', { ...CHECKOUT, label }, NOW)),
      );
      const revs = registered.map(({ change }) => versionIn(change).rev);
      expect(new Set(revs).size).toBe(50);
      expect(await revOf(store.readServiceState(SHOP, NOW))).toBe(Math.max(...revs));
    });

    test('survive a restart', async () => {
      const { store, reopen } = await open();
      await store.registerLabel('default', CHECKOUT, NOW);
      const before = await store.readServiceState(SHOP, NOW);
      expect(await (await reopen()).readServiceState(SHOP, NOW)).toEqual(before);
    });

    test('of a new epoch are later than all before, even with the clock set back', async () => {
      const { store } = await open();
      await store.registerLabel('default', CHECKOUT, NOW);
      const before = parse((await store.readServiceState(SHOP, NOW)).version);
      await store.startNewEpoch('1999-01-01T00:00:00Z');
      const after = parse((await store.readServiceState(SHOP, NOW)).version);
      expect(after.epoch).toBe(before.epoch + 1);
      expect(isStale(before, after)).toBe(true);
    });
  });
}

function parse(version: string): { epoch: number; rev: number } {
  const parsed = parseStateVersion(version);
  if (parsed === null) throw new Error(`"${version}" is no state version`);
  return parsed;
}

function versionIn(change: unknown): { epoch: number; rev: number } {
  if (typeof change === 'object' && change !== null && 'version' in change)
    return parse(String(change.version));
  throw new Error('There was no change.');
}

async function revOf(state: Promise<{ readonly version: string }>): Promise<number> {
  return parse((await state).version).rev;
}
