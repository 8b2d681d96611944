import { expect, test } from 'vitest';
import { createChangeFollower } from '../../../control-server/nodes/change-follower.ts';
import type { ChangeNotice } from '../../../control-server/live/live.ts';
import type { ClusterStore, ControlNotice, Revisions } from '../../../control-server/store/cluster-store.ts';

const EVERYTHING = { environment: null, serviceName: null, kind: null };
const OF_SHOP: ControlNotice = { environment: 'default', serviceName: 'shop', kind: 'breakpoint' };

test('tells nothing at the start, and then what changed, each once', async () => {
  const { follower, told, show } = start({ default: 5 });
  await follower.look();
  await follower.look();
  expect(told).toEqual([]);
  show({ default: 8 }, new Map([['default', [OF_SHOP, OF_SHOP, { ...OF_SHOP, serviceName: 'billing' }]]]));
  await follower.look();
  expect(told).toEqual([OF_SHOP, { ...OF_SHOP, serviceName: 'billing' }]);
  await follower.look();
  expect(told).toHaveLength(2);
});

test('tells of the whole environment when not every change is known any more', async () => {
  const { follower, told, show } = start({ default: 5, staging: 1 });
  await follower.look();
  show({ default: 5_000, staging: 1 }, new Map([['default', null]]));
  await follower.look();
  expect(told).toEqual([{ environment: 'default', serviceName: null, kind: null }]);
});

test('tells of everything after a new epoch, whatever the revisions say', async () => {
  const { follower, told, show } = start({ default: 5 });
  await follower.look();
  show({ default: 5 }, new Map(), 2);
  await follower.look();
  expect(told).toEqual([EVERYTHING]);
});

test('tells of an environment that is new', async () => {
  const { follower, told, show } = start({});
  await follower.look();
  show({ default: 1 }, new Map([['default', [OF_SHOP]]]));
  await follower.look();
  expect(told).toEqual([OF_SHOP]);
});

test('looks once more for a hint that comes while it looks, and for many hints not many times', async () => {
  const { follower, looks } = start({ default: 5 });
  await Promise.all(Array.from({ length: 50 }, () => follower.look()));
  expect(looks()).toBe(2);
});

test('finds after an outage what it missed', async () => {
  const { follower, told, show, fail } = start({ default: 5 });
  await follower.look();
  fail(true);
  await expect(follower.look()).rejects.toThrow('away');
  fail(false);
  show({ default: 6 }, new Map([['default', [OF_SHOP]]]));
  await follower.look();
  expect(told).toEqual([OF_SHOP]);
});

function start(revisions: Record<string, number>) {
  const told: ChangeNotice[] = [];
  let shown: Revisions = { epoch: 1, byEnvironment: new Map(Object.entries(revisions)) };
  let changes: ReadonlyMap<string, readonly ControlNotice[] | null> = new Map();
  let looks = 0;
  let isAway = false;
  const cluster: Pick<ClusterStore, 'readRevisions' | 'readChanges'> = {
    readRevisions: async () => {
      looks++;
      await Promise.resolve();
      if (isAway) throw new Error('away');
      return shown;
    },
    readChanges: () => Promise.resolve(changes),
  };
  const follower = createChangeFollower(cluster, {
    refresh: (notice) => {
      told.push(notice);
      return Promise.resolve();
    },
  });
  return {
    follower,
    told,
    looks: () => looks,
    fail: (away: boolean) => {
      isAway = away;
    },
    show: (next: Record<string, number>, found: typeof changes, epoch = 1) => {
      shown = { epoch, byEnvironment: new Map(Object.entries(next)) };
      changes = found;
    },
  };
}
