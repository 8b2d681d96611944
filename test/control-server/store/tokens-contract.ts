import { describe, expect, test } from 'vitest';
import { MAX_KEPT_TOKENS, MAX_OPEN_TOKENS } from '../../../control-server/store/token-rules.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { ANN, BOB, KEY, MARA, SESSION, TOKEN } from './stored-people.ts';

const DAY_MS: number = 24 * 60 * 60_000;

/** The contract on personal tokens, and on what was opened with any credential. */
export function describeTokens(open: OpenStore): void {
  describe('personal tokens', () => {
    test('come back with what their owner may, and in lists without their hash', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      await store.createToken(TOKEN);
      await store.createToken({ ...TOKEN, id: 't2', userId: 'u2', userName: 'bob', createdAt: later(1) });
      expect(await store.readToken('t1')).toEqual({
        ...TOKEN,
        ownerRole: 'admin',
        isOwnerDisabled: false,
        ownerConfirmedAt: null,
      });
      expect(await store.readToken('none')).toBeNull();
      const { secretHash: _, ...listed } = TOKEN;
      expect(await store.listTokens('u1')).toEqual([listed]);
      expect((await store.listTokens(null)).map(({ userName }) => userName)).toEqual(['ann', 'bob']);
    });

    test('say when the identity provider last let their owner in', async () => {
      const { store } = await open();
      await store.createUser(MARA);
      await store.createToken({ ...TOKEN, userId: 'u3', userName: 'mara' });
      expect(await store.readToken('t1')).toMatchObject({ ownerConfirmedAt: NOW });
      await store.noteSignIn('u3', later(5));
      expect(await store.readToken('t1')).toMatchObject({ ownerConfirmedAt: later(5) });
    });

    test('note their use to the minute', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createToken(TOKEN);
      await store.touchToken('t1', NOW);
      await store.touchToken('t1', later(59_999));
      expect(await store.readToken('t1')).toMatchObject({ lastUsedAt: NOW });
      await store.touchToken('t1', later(60_000));
      expect(await store.readToken('t1')).toMatchObject({ lastUsedAt: later(60_000) });
    });

    test('are revoked once, with those that they took the place of', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createToken(TOKEN);
      expect(await store.replaceToken('t1', { ...TOKEN, id: 't2' }, later(1_000), NOW)).toBe(true);
      expect(await store.replaceToken('t1', { ...TOKEN, id: 't3' }, later(1_000), NOW)).toBe(false);
      expect(await store.readToken('t1')).toMatchObject({ expiresAt: later(1_000), replacedBy: 't2' });
      expect(await store.revokeToken('t2', later(1))).toBe(true);
      expect(await store.revokeToken('t2', later(2))).toBe(false);
      expect(await store.readToken('t1')).toMatchObject({ revokedAt: later(1) });
      expect(await store.readToken('t3')).toBeNull();
    });

    test('are fifty of an account at a time, of which those that have ended are none', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      for (let n = 1; n < MAX_OPEN_TOKENS; n++) await store.createToken({ ...TOKEN, id: `t${n}` });
      // Two at once: there is room for one.
      const last = await Promise.allSettled(['ta', 'tb'].map((id) => store.createToken({ ...TOKEN, id })));
      expect(last.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const one = { ...TOKEN, id: 'tc' };
      await expect(store.createToken(one)).rejects.toMatchObject({ code: 'too_many_tokens' });
      // In the place of another: only when that one ends.
      const inPlaceOf = (graceEndsAt: string) => store.replaceToken('t1', one, graceEndsAt, NOW);
      await expect(inPlaceOf(later(1_000))).rejects.toMatchObject({ code: 'too_many_tokens' });
      expect(await store.readToken('t1')).toMatchObject({ replacedBy: null, expiresAt: TOKEN.expiresAt });
      expect(await inPlaceOf(NOW)).toBe(true);
      await store.revokeToken('t2', NOW);
      await store.createToken({ ...TOKEN, id: 'td' });
      await store.createToken({ ...TOKEN, id: 'te', userId: 'u2', userName: 'bob' });
      await store.createToken({ ...TOKEN, id: 'tf', createdAt: TOKEN.expiresAt, expiresAt: later(120_000) });
    });

    test('are kept a while when they have ended, and not without end', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      const make = async (id: string, createdAt: string) =>
        store.createToken({ ...TOKEN, id, createdAt, expiresAt: later(30 * DAY_MS + 1) });
      for (let n = 0; n < MAX_KEPT_TOKENS; n++) {
        await make(`t${n}`, NOW);
        await store.revokeToken(`t${n}`, NOW);
      }
      await expect(make('ta', later(30 * DAY_MS - 1))).rejects.toMatchObject({ code: 'too_many_tokens' });
      expect(await store.listTokens('u1')).toHaveLength(MAX_KEPT_TOKENS);
      await make('tb', later(30 * DAY_MS));
      expect((await store.listTokens('u1')).map(({ id }) => id)).toEqual(['tb']);
    });

    test('go with their owner, and know when the owner is disabled', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      await store.createToken({ ...TOKEN, userId: 'u2', userName: 'bob' });
      await store.updateUser('u2', { disabledAt: NOW });
      expect(await store.readToken('t1')).toMatchObject({ isOwnerDisabled: true, ownerRole: 'viewer' });
      await store.deleteUser('u2');
      expect(await store.readToken('t1')).toBeNull();
    });
  });

  describe('what was opened', () => {
    const everything = { keyIds: ['k1', 'k2'], sessionIds: [SESSION.idHash, 'gone'], tokenIds: ['t1', 't2'] };

    test('has ended when its credential does not exist', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createKey(KEY);
      await store.createSession(SESSION);
      await store.createToken(TOKEN);
      expect(await store.findEndedAccess(everything, NOW, NOW)).toEqual({
        keyIds: ['k2'],
        sessionIds: ['gone'],
        tokenIds: ['t2'],
      });
    });

    test('has ended to the millisecond when its credential expired', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createKey({ ...KEY, expiresAt: later(60_000) });
      await store.createSession({ ...SESSION, idleExpiresAt: later(60_000) });
      await store.createToken(TOKEN);
      const own = { keyIds: ['k1'], sessionIds: [SESSION.idHash], tokenIds: ['t1'] };
      const none = { keyIds: [], sessionIds: [], tokenIds: [] };
      expect(await store.findEndedAccess(own, later(59_999), NOW)).toEqual(none);
      expect(await store.findEndedAccess(own, later(60_000), NOW)).toEqual(own);
      expect(await store.findEndedAccess(none, later(60_000), NOW)).toEqual(none);
    });

    test('has ended when it is a token whose owner the identity provider has not let in since', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(MARA);
      await store.createToken(TOKEN);
      await store.createToken({ ...TOKEN, id: 't2', userId: 'u3', userName: 'mara' });
      const tokens = { keyIds: [], sessionIds: [], tokenIds: ['t1', 't2'] };
      const endedSince = async (since: string) => (await store.findEndedAccess(tokens, NOW, since)).tokenIds;
      expect(await endedSince(NOW)).toEqual([]);
      expect(await endedSince(later(1))).toEqual(['t2']);
      await store.noteSignIn('u3', later(1));
      expect(await endedSince(later(1))).toEqual([]);
    });

    test('has ended when it was revoked, or its owner is disabled', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      await store.createKey(KEY);
      await store.createSession({ ...SESSION, userId: 'u2' });
      await store.createToken({ ...TOKEN, userId: 'u2' });
      await store.revokeKey('k1', NOW);
      await store.updateUser('u2', { disabledAt: NOW });
      const own = { keyIds: ['k1'], sessionIds: [SESSION.idHash], tokenIds: ['t1'] };
      expect(await store.findEndedAccess(own, NOW, NOW)).toEqual(own);
    });
  });
}
