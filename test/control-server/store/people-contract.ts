import { describe, expect, test } from 'vitest';
import type { StoredUser } from '../../../control-server/store/people-store.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { ANN, BOB, SESSION } from './stored-people.ts';

const IDENTITY = { issuer: 'https://id.example.com', subject: '42' };

/** The contract on accounts, invitations and sessions. */
export function describePeople(open: OpenStore): void {
  describe('users', () => {
    test('exist once by name', async () => {
      const { store } = await open();
      expect(await store.countUsers()).toBe(0);
      await store.createUser(ANN);
      await expect(store.createUser({ ...BOB, name: 'ann' })).rejects.toMatchObject({ code: 'user_exists' });
      expect(await store.readUser('ann')).toEqual(ANN);
      expect(await store.readUserById('u1')).toEqual(ANN);
      expect(await store.readUser('bob')).toBeNull();
      expect(await store.countUsers()).toBe(1);
    });

    test('made at the same time with one name: one of them exists', async () => {
      const { store } = await open();
      const made = await Promise.allSettled(['u1', 'u2', 'u3'].map((id) => store.createUser({ ...ANN, id })));
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('are first only while there is nobody else, whoever tries at the same time', async () => {
      const { store } = await open();
      const first = (id: string) => store.createFirstUser({ ...ANN, id, name: `ann of ${id}` });
      const made = await Promise.all(['u1', 'u2', 'u3'].map(first));
      expect(made.toSorted()).toEqual([false, false, true]);
      expect(await store.countUsers()).toBe(1);
      expect(await first('u4')).toBe(false);
    });

    test('are not first where somebody comes by another way at the same time', async () => {
      const { store } = await open();
      const [isFirst] = await Promise.all([store.createFirstUser(ANN), store.createUser(BOB)]);
      expect(await store.countUsers()).toBe(isFirst ? 2 : 1);
      expect(await store.createFirstUser({ ...ANN, id: 'u3', name: 'cleo' })).toBe(false);
    });

    test('exist once by what an identity provider calls them, whatever their name', async () => {
      const { store } = await open();
      const cleo: StoredUser = { ...BOB, name: 'cleo', passwordHash: null, identity: IDENTITY };
      await store.createUser(cleo);
      await expect(store.createUser({ ...cleo, id: 'u3', name: 'dora' })).rejects.toMatchObject({
        code: 'user_exists',
      });
      expect(await store.readUserByIdentity(IDENTITY)).toEqual(cleo);
      expect(await store.readUserByIdentity({ ...IDENTITY, issuer: 'https://other.example' })).toBeNull();
      expect(await store.readUserByIdentity({ ...IDENTITY, subject: 'cleo' })).toBeNull();
    });

    test('are listed by name, with their last sign-in', async () => {
      const { store } = await open();
      await store.createUser(BOB);
      await store.createUser(ANN);
      await store.noteSignIn('u1', later(1));
      expect(await store.listUsers()).toEqual([{ ...ANN, lastSignInAt: later(1) }, BOB]);
    });

    test('change in what is given, and in nothing else', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      expect(await store.updateUser('u2', { role: 'operator' })).toEqual({ ...BOB, role: 'operator' });
      expect(await store.updateUser('u2', { passwordHash: 'new' })).toMatchObject({ passwordHash: 'new' });
      expect(await store.updateUser('u2', { disabledAt: NOW })).toMatchObject({ disabledAt: NOW });
      expect(await store.updateUser('u2', { disabledAt: null })).toEqual({
        ...BOB,
        role: 'operator',
        passwordHash: 'new',
      });
      expect(await store.updateUser('none', { role: 'admin' })).toBeNull();
    });

    test('keep the last administrator who can sign in', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser({ ...BOB, role: 'admin', disabledAt: NOW });
      await store.createUser({ ...BOB, id: 'u3', name: 'invited', role: 'admin', passwordHash: null });
      const last = { code: 'last_admin' };
      await expect(store.updateUser('u1', { role: 'operator' })).rejects.toMatchObject(last);
      await expect(store.updateUser('u1', { disabledAt: NOW })).rejects.toMatchObject(last);
      await expect(store.deleteUser('u1')).rejects.toMatchObject(last);
      expect(await store.readUserById('u1')).toEqual(ANN);
      await store.updateUser('u2', { disabledAt: null });
      expect(await store.updateUser('u1', { role: 'operator' })).toMatchObject({ role: 'operator' });
      await expect(store.deleteUser('u2')).rejects.toMatchObject(last);
    });

    test('two administrators who demote each other at the same time: one of them stays', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser({ ...BOB, role: 'admin' });
      await Promise.allSettled(['u1', 'u2'].map((id) => store.updateUser(id, { role: 'viewer' })));
      const roles = (await store.listUsers()).map(({ role }) => role);
      expect(roles.filter((role) => role === 'admin')).toHaveLength(1);
    });

    test('go with their sessions', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser({ ...BOB, role: 'admin' });
      await store.createSession(SESSION);
      expect(await store.deleteUser('u1')).toBe(true);
      expect(await store.deleteUser('u1')).toBe(false);
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
      expect(await store.readUser('ann')).toBeNull();
    });
  });

  describe('invitations', () => {
    const invitation = { codeHash: 'aa', userId: 'u2', expiresAt: later(60_000) };
    const invited: StoredUser = { ...BOB, passwordHash: null };

    test('set a password once, and end what was signed in', async () => {
      const { store } = await open();
      await store.createUser(invited);
      await store.createSession({ ...SESSION, userId: 'u2' });
      await store.createInvitation(invitation);
      expect(await store.holdsInvitation('aa', later(59_999))).toBe(true);
      expect(await store.redeemInvitation('aa', 'hash', later(59_999))).toEqual({
        ...BOB,
        passwordHash: 'hash',
      });
      expect(await store.redeemInvitation('aa', 'other', NOW)).toBeNull();
      expect(await store.readUserById('u2')).toMatchObject({ passwordHash: 'hash' });
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
    });

    test('redeemed twice at the same time work once', async () => {
      const { store } = await open();
      await store.createUser(invited);
      await store.createInvitation(invitation);
      const users = await Promise.all(['one', 'two'].map((hash) => store.redeemInvitation('aa', hash, NOW)));
      expect(users.filter((user) => user !== null)).toHaveLength(1);
    });

    test('lapse, are replaced by a newer one, and go when the account is disabled', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(invited);
      await store.createInvitation(invitation);
      expect(await store.holdsInvitation('aa', later(60_000))).toBe(false);
      expect(await store.redeemInvitation('aa', 'hash', later(60_000))).toBeNull();
      await store.createInvitation({ ...invitation, codeHash: 'bb' });
      expect(await store.holdsInvitation('aa', NOW)).toBe(false);
      expect(await store.holdsInvitation('bb', NOW)).toBe(true);
      await store.updateUser('u2', { disabledAt: NOW });
      expect(await store.holdsInvitation('bb', NOW)).toBe(false);
    });
  });

  describe('sessions', () => {
    test('last until they expire, or until nobody used them for long', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createSession(SESSION);
      expect(await store.readSession(SESSION.idHash, later(29_999))).toEqual(SESSION);
      expect(await store.readSession(SESSION.idHash, later(30_000))).toBeNull();
      await store.touchSession(SESSION.idHash, later(20_000), later(90_000));
      expect(await store.readSession(SESSION.idHash, later(59_999))).toEqual({
        ...SESSION,
        lastUsedAt: later(20_000),
        idleExpiresAt: later(90_000),
      });
      expect(await store.readSession(SESSION.idHash, later(60_000))).toBeNull();
      expect(await store.readSession('none', NOW)).toBeNull();
    });

    test('have the role that their account has now, and end when it is disabled', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser({ ...BOB, role: 'operator' });
      await store.createSession({ ...SESSION, userId: 'u2' });
      expect(await store.readSession(SESSION.idHash, NOW)).toMatchObject({
        userName: 'bob',
        role: 'operator',
      });
      await store.updateUser('u2', { role: 'viewer' });
      expect(await store.readSession(SESSION.idHash, NOW)).toMatchObject({ role: 'viewer' });
      await store.updateUser('u2', { disabledAt: NOW });
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
      await store.updateUser('u2', { disabledAt: null });
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
    });

    test('of no account keep the role that they were given', async () => {
      const { store } = await open();
      const local = { ...SESSION, userId: null, userName: 'local', role: 'operator' } as const;
      await store.createSession(local);
      expect(await store.readSession(SESSION.idHash, NOW)).toEqual(local);
    });

    test('end when they are deleted, alone or all but one', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      for (const idHash of ['a', 'b', 'c']) await store.createSession({ ...SESSION, idHash });
      await store.deleteSession('a');
      await store.deleteSession('a');
      expect(await store.readSession('a', NOW)).toBeNull();
      expect((await store.listSessions('u1', NOW)).map(({ idHash }) => idHash)).toEqual(['b', 'c']);
      expect(await store.deleteSessionsOf('u1', 'c')).toEqual(['b']);
      expect(await store.deleteSessionsOf('u1', null)).toEqual(['c']);
      expect(await store.listSessions('u1', NOW)).toEqual([]);
    });

    test('are twenty of an account at most: then the one ends that was not used for the longest time', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createUser(BOB);
      await store.createSession({ ...SESSION, idHash: 'bob', userId: 'u2' });
      await store.createSession({ ...SESSION, idHash: 'local', userId: null });
      for (let n = 1; n <= 20; n++) {
        const at = later(n);
        await store.createSession({ ...SESSION, idHash: `s${n}`, createdAt: at, lastUsedAt: at });
      }
      await store.touchSession('s1', later(100), later(30_000));
      const hashes = async () => (await store.listSessions('u1', NOW)).map(({ idHash }) => idHash);
      expect(await hashes()).toHaveLength(20);
      // Of a node whose clock is behind: it stays all the same.
      await store.createSession({ ...SESSION, idHash: 'new' });
      expect(await hashes()).toHaveLength(20);
      expect(await hashes()).toEqual(expect.arrayContaining(['new', 's1', 's3']));
      expect(await store.readSession('s2', NOW)).toBeNull();
      for (const other of ['bob', 'local']) expect(await store.readSession(other, NOW)).not.toBeNull();
    });

    test('are forgotten by a sweep once they have ended', async () => {
      const { store } = await open();
      await store.createUser(ANN);
      await store.createSession(SESSION);
      await store.sweep(later(29_999));
      expect(await store.readSession(SESSION.idHash, NOW)).toEqual(SESSION);
      await store.sweep(later(30_000));
      expect(await store.readSession(SESSION.idHash, NOW)).toBeNull();
    });
  });
}
