import { describe, expect, test } from 'vitest';
import type { StoredKey } from '../../../control-server/store/key-store.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { KEY } from './stored-people.ts';

/** The contract on the keys of agents. */
export function describeKeys(open: OpenStore): void {
  describe('keys', () => {
    test('come back as they were made, and in lists without their hash', async () => {
      const { store, reopen } = await open();
      const anyService: StoredKey = {
        ...KEY,
        id: 'k2',
        serviceName: null,
        scopes: [],
        createdAt: later(1),
        expiresAt: later(2),
      };
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

    test('end with their grace once another took their place', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      const successor = { ...KEY, id: 'k2', secretHash: 'cc'.repeat(32) };
      expect(await store.replaceKey('k1', successor, later(60_000), NOW)).toBe(true);
      expect(await store.readKey('k1')).toEqual({ ...KEY, expiresAt: later(60_000), replacedBy: 'k2' });
      expect(await store.readKey('k2')).toEqual(successor);
    });

    test('never get more time by a grace than they had', async () => {
      const { store } = await open();
      await store.createKey({ ...KEY, expiresAt: later(1_000) });
      await store.replaceKey('k1', { ...KEY, id: 'k2' }, later(60_000), NOW);
      expect(await store.readKey('k1')).toMatchObject({ expiresAt: later(1_000) });
    });

    test('that have ended or were replaced are not replaced, and nothing is made', async () => {
      const { store } = await open();
      await store.createKey({ ...KEY, id: 'revoked', revokedAt: NOW });
      await store.createKey({ ...KEY, id: 'expired', expiresAt: NOW });
      await store.createKey({ ...KEY, id: 'replaced', replacedBy: 'other' });
      for (const id of ['revoked', 'expired', 'replaced', 'none']) {
        expect(await store.replaceKey(id, { ...KEY, id: 'new' }, later(1), NOW)).toBe(false);
      }
      expect(await store.readKey('new')).toBeNull();
    });

    test('take those with them that they took the place of', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      await store.replaceKey('k1', { ...KEY, id: 'k2' }, later(60_000), NOW);
      await store.replaceKey('k2', { ...KEY, id: 'k3' }, later(60_000), NOW);
      await store.revokeKey('k3', later(1));
      const keys = await store.listKeys();
      expect(keys.map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
        ['k1', later(1)],
        ['k2', later(1)],
        ['k3', later(1)],
      ]);
    });

    test('leave their successor when they are revoked', async () => {
      const { store } = await open();
      await store.createKey(KEY);
      await store.replaceKey('k1', { ...KEY, id: 'k2' }, later(60_000), NOW);
      await store.revokeKey('k1', later(1));
      expect(await store.readKey('k2')).toMatchObject({ revokedAt: null });
    });
  });
}
