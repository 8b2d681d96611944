import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { guardDisk, startDiskGuard } from '../../control-server/disk-guard.ts';
import type { DiskGuard, DiskUsage } from '../../control-server/disk-guard.ts';
import { StoreError } from '../../control-server/store/store-error.ts';
import type { Store } from '../../control-server/store/store.ts';
import { eventually } from '../helpers/until.ts';

const guards: DiskGuard[] = [];
afterEach(async () => {
  await Promise.all(guards.splice(0).map((guard) => guard.stop()));
});

interface Watched {
  readonly guard: DiskGuard;
  usage: DiskUsage | Error;
  nowMs: number;
  readonly changes: boolean[];
  readonly problems: unknown[];
}

async function watch(usage: DiskUsage | Error, limitPercent = 90): Promise<Watched> {
  const changes: boolean[] = [];
  const problems: unknown[] = [];
  const state = { usage, nowMs: 0, changes, problems };
  const guard = await startDiskGuard({
    folder: '/data',
    limitPercent,
    intervalMs: 1,
    now: () => state.nowMs,
    readUsage: () =>
      state.usage instanceof Error ? Promise.reject(state.usage) : Promise.resolve(state.usage),
    onChange: (isFull) => changes.push(isFull),
    onProblem: (error) => problems.push(error),
  });
  guards.push(guard);
  return Object.assign(state, { guard });
}

const used = (percent: number): DiskUsage => ({ used: percent * 10, available: 1_000 - percent * 10 });

describe('the disk', () => {
  test.each([
    [90, false],
    [90.1, true],
    [100, true],
  ])('that is used to %d %% is full: %s', async (percent, isFull) => {
    expect((await watch(used(percent))).guard.isFull()).toBe(isFull);
  });

  test('that is full is left to the database when the limit is 100', async () => {
    expect((await watch(used(100), 100)).guard.isFull()).toBe(false);
  });

  test('has room again as soon as there is some, and each change is told once', async () => {
    const state = await watch(used(50));
    for (const [percent, isFull] of [
      [95, true],
      [85, false],
      [91, true],
    ] as const) {
      state.usage = used(percent);
      await eventually(() => expect(state.guard.isFull()).toBe(isFull));
    }
    expect(state.changes).toEqual([true, false, true]);
  });

  test('that says nothing of itself has room, and is one problem', async () => {
    const state = await watch(new Error('no such file system'));
    expect(state.guard.isFull()).toBe(false);
    expect(state.guard.usedPercent()).toBe(null);
    state.usage = used(95);
    await eventually(() => expect(state.guard.isFull()).toBe(true));
    expect(state.problems).toEqual([new Error('no such file system')]);
    expect(state.guard.usedPercent()).toBe(95);
  });

  test('of this machine is asked as it is', async () => {
    const problems: unknown[] = [];
    const guard = await startDiskGuard({
      folder: tmpdir(),
      limitPercent: 100,
      onChange: () => undefined,
      onProblem: (error) => problems.push(error),
    });
    guards.push(guard);
    expect(problems).toEqual([]);
  });
});

describe('a database that finds no room', () => {
  test('is not asked for ten seconds, and then again', async () => {
    const state = await watch(used(10));
    const refuse = vi.fn<Store['storeSnapshots']>().mockRejectedValue(new StoreError('store_full', 'full'));
    const store = guardDisk({ storeSnapshots: refuse } as unknown as Store, state.guard);
    await expect(store.storeSnapshots('default', [], '')).rejects.toThrow('full');
    expect(state.guard.isFull()).toBe(true);
    state.nowMs = 9_999;
    expect(state.guard.isFull()).toBe(true);
    state.nowMs = 10_000;
    expect(state.guard.isFull()).toBe(false);
  });

  test('is told from one that fails for another reason', async () => {
    const state = await watch(used(10));
    const fail = vi.fn<Store['storeSnapshots']>().mockRejectedValue(new StoreError('store_failed', 'dead'));
    const store = guardDisk({ storeSnapshots: fail } as unknown as Store, state.guard);
    await expect(store.storeSnapshots('default', [], '')).rejects.toThrow('dead');
    expect(state.guard.isFull()).toBe(false);
  });
});
