import { expect, test } from 'vitest';
import { cacheKeys } from '../../../control-server/store/cached-keys.ts';
import type { StoredKey } from '../../../control-server/store/key-store.ts';
import type { Store } from '../../../control-server/store/store.ts';

const KEY: StoredKey = {
  id: 'one',
  name: 'agents',
  environment: 'default',
  serviceName: null,
  scopes: ['ingest'],
  createdAt: '2026-11-21T10:00:00.000Z',
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
  replacedBy: null,
  secretHash: '00',
};

/** A store of one key that counts how often it is asked. */
function openCounting() {
  const clock = { ms: 0 };
  let reads = 0;
  let key: StoredKey = KEY;
  let hold: Promise<void> | null = null;
  const store = {
    async readKey(id: string) {
      reads++;
      const found = id === key.id ? key : null;
      await hold;
      return found;
    },
    async revokeKey(id: string, nowIso: string) {
      if (id !== key.id || key.revokedAt !== null) return false;
      key = { ...key, revokedAt: nowIso };
      return true;
    },
  } as unknown as Store;
  return {
    clock,
    reads: () => reads,
    holdReads(until: Promise<void> | null) {
      hold = until;
    },
    store: cacheKeys(store, () => clock.ms),
  };
}

test('a valid key is asked for once a second', async () => {
  const { store, clock, reads } = openCounting();
  for (const ms of [0, 500, 999]) {
    clock.ms = ms;
    expect(await store.readKey('one')).toEqual(KEY);
  }
  expect(reads()).toBe(1);
  clock.ms = 1_000;
  expect(await store.readKey('one')).toEqual(KEY);
  expect(reads()).toBe(2);
});

test('an unknown key is asked for each time: it may be made in the next moment', async () => {
  const { store, reads } = openCounting();
  expect(await store.readKey('none')).toBeNull();
  expect(await store.readKey('none')).toBeNull();
  expect(reads()).toBe(2);
});

test('a revoked key is known to be revoked at once, and stays so', async () => {
  const { store, reads } = openCounting();
  await store.readKey('one');
  expect(await store.revokeKey('one', '2026-11-21T10:00:01.000Z')).toBe(true);
  expect(await store.readKey('one')).toMatchObject({ revokedAt: '2026-11-21T10:00:01.000Z' });
  expect(reads()).toBe(2);
});

test('a look-up that was under way while its key was revoked does not bring it back', async () => {
  const { store, holdReads } = openCounting();
  const { promise, resolve } = Promise.withResolvers<void>();
  holdReads(promise);
  const early = store.readKey('one');
  await store.revokeKey('one', '2026-11-21T10:00:01.000Z');
  holdReads(null);
  resolve();
  expect(await early).toEqual(KEY);
  expect(await store.readKey('one')).toMatchObject({ revokedAt: '2026-11-21T10:00:01.000Z' });
});

test('a clock that is set back keeps no key for longer', async () => {
  const { store, clock, reads } = openCounting();
  clock.ms = 5_000;
  await store.readKey('one');
  clock.ms = 0;
  await store.readKey('one');
  expect(reads()).toBe(2);
});
