import { describe, expect, test } from 'vitest';
import type { StoredKey } from '../../../control-server/store/key-store.ts';
import type { StoredSession, StoredUser } from '../../../control-server/store/people-store.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';

const KEY: StoredKey = {
  id: 'k1',
  name: 'production',
  environment: 'default',
  serviceName: 'shop',
  scopes: ['ingest', 'control:read'],
  createdAt: NOW,
  lastUsedAt: null,
  revokedAt: null,
  secretHash: 'ab'.repeat(32),
};
const USER: StoredUser = {
  id: 'u1',
  name: 'ann',
  passwordHash: 'scrypt$1$2$3$salt$hash',
  role: 'admin',
  createdAt: NOW,
};
const SESSION: StoredSession = {
  idHash: 'cd'.repeat(32),
  userName: 'ann',
  role: 'admin',
  createdAt: NOW,
  expiresAt: later(60_000),
};

/** The contract on keys, users, sessions and the end of a store. */
export function describeAccess(open: OpenStore): void {
  describe('keys', () => {
    test('come back as they were made, and in lists without their hash', async () => {
      const { store, reopen } = await open();
      const anyService: StoredKey = { ...KEY, id: 'k2', serviceName: null, scopes: [], createdAt: later(1) };
      await store.createKey(anyService);
      await store.createKey(KEY);
      const reopened = await reopen();
      expect(await reopened.readKey('k1')).toEqual(KEY);
      expect(await reopened.readKey('k2')).toEqual(anyService);
      expect(await reopened.readKey('none')).toBeNull();
      const { secretHash: _, ...listed } = KEY;
      const listedKeys = await reopened.listKeys();
      expect(listedKeys.map(({ id }) => id)).toEqual(['k1', 'k2']);
      expect(listedKeys[0]).toEqual(listed);
    });

    test('note their use to the minute', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      const lastUse = async () => (await store.readKey('k1'))?.lastUsedAt;
      await store.touchKey('k1', NOW);
      await store.touchKey('k1', later(59_999));
      expect(await lastUse()).toBe(NOW);
      await store.touchKey('k1', later(60_000));
      expect(await lastUse()).toBe(later(60_000));
    });

    test('are revoked once', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      expect(await store.revokeKey('k1', NOW)).toBe(true);
      expect(await store.revokeKey('k1', later(1))).toBe(false);
      expect(await store.revokeKey('none', NOW)).toBe(false);
      expect(await store.readKey('k1')).toEqual({ ...KEY, revokedAt: NOW });
    });

    test('with the id of another are refused, and leave it as it was', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      await expect(store.createKey({ ...KEY, secretHash: 'ef' })).rejects.toMatchObject({
        code: 'store_failed',
      });
      expect(await store.readKey('k1')).toEqual(KEY);
    });
  });

  describe('users', () => {
    test('exist once by name', async () => {
      const { store } = await open();
      expect(await store.countUsers()).toBe(0);
      await store.createUser(USER);
      await expect(store.createUser({ ...USER, id: 'u2', role: 'viewer' })).rejects.toMatchObject({
        code: 'user_exists',
      });
      expect(await store.readUser('ann')).toEqual(USER);
      expect(await store.readUser('bob')).toBeNull();
      expect(await store.countUsers()).toBe(1);
    });

    test('made at the same time with one name: one of them exists', async () => {
      const { store } = await open();
      const made = await Promise.allSettled(
        ['u1', 'u2', 'u3'].map((id) => store.createUser({ ...USER, id })),
      );
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('sessions', () => {
    test('last until they expire', async () => {
      const { store } = await open();
      await store.createSession(SESSION);
      expect(await store.readSession(SESSION.idHash, later(59_999))).toEqual(SESSION);
      expect(await store.readSession(SESSION.idHash, later(60_000))).toBeNull();
      expect(await store.readSession('none', NOW)).toBeNull();
    });

    test('end when they are deleted', async () => {
      const { store } = await open();
      await store.createSession(SESSION);
      await store.deleteSession(SESSION.idHash);
      await store.deleteSession(SESSION.idHash);
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
    });

    test('are forgotten by a sweep once they have expired', async () => {
      const { store } = await open();
      await store.createSession(SESSION);
      await store.sweep(later(59_999));
      expect(await store.readSession(SESSION.idHash, NOW)).toEqual(SESSION);
      await store.sweep(later(60_000));
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
    });
  });

  test('answers a ping until it is closed, and refuses everything after', async () => {
    const { store } = await open();
    expect(await store.ping()).toBe(true);
    const late = store.createUser(USER);
    await store.close();
    await late;
    expect(await store.ping()).toBe(false);
    await expect(store.countUsers()).rejects.toMatchObject({ code: 'store_failed' });
    await store.close();
  });
}
