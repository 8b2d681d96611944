import { expect, test } from 'vitest';
import { createSnapshotWatch } from '../../../control-server/nodes/snapshot-watch.ts';
import type { DashboardHint } from '../../../src/protocol/api.ts';

test('tells of what came since somebody watches, and of each snapshot once', async () => {
  const { watch, told, store } = start();
  store(10);
  await watch.look();
  expect(told).toEqual([]);
  store(3);
  await watch.look();
  await watch.look();
  expect(told).toEqual([{ topic: 'snapshots', count: 3, cursor: 'at 13', services: ['shop'] }]);
});

test('leaves out what this node has told itself, before or after it was seen', async () => {
  const { watch, told, store } = start();
  await watch.look();
  store(5);
  watch.noteOwn(5);
  await watch.look();
  expect(told).toEqual([]);
  store(4);
  watch.noteOwn(2);
  await watch.look();
  expect(told).toMatchObject([{ count: 2 }]);
});

test('begins anew for who watches after a rest', async () => {
  const { watch, told, store } = start();
  await watch.look();
  watch.rest();
  store(100);
  watch.noteOwn(7);
  await watch.look();
  store(1);
  await watch.look();
  expect(told).toMatchObject([{ count: 1, cursor: 'at 101' }]);
});

function start() {
  const told: DashboardHint[] = [];
  let newest = 0;
  const watch = createSnapshotWatch(
    {
      readNewestSequence: () => Promise.resolve(newest),
      readNewSnapshots: (after) => Promise.resolve({ count: newest - after, newest, services: ['shop'] }),
    },
    (hint) => told.push(hint),
    (sequence) => `at ${sequence}`,
  );
  return {
    watch,
    told,
    store: (count: number) => {
      newest += count;
    },
  };
}
