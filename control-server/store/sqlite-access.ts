import type { AuditStamp, AuditStore, RecordedCallName, RecordedChanges } from './audit-store.ts';
import type { KeyStore } from './key-store.ts';
import type { OpenAccessStore } from './open-access-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { StoreThread } from './store-thread.ts';
import type { TokenStore } from './token-store.ts';

type AccessStore = KeyStore & PeopleStore & TokenStore & OpenAccessStore & Omit<AuditStore, 'recording'>;

/** Who may come in, and who did what: each call as the store's thread runs it. */
export function createAccess(thread: StoreThread): AccessStore {
  return {
    createKey: (key) => thread.call('createKey', key),
    readKey: (id) => thread.call('readKey', id),
    listKeys: () => thread.call('listKeys'),
    touchKey: (id, nowIso) => thread.call('touchKey', id, nowIso),
    revokeKey: (id, nowIso) => thread.call('revokeKey', id, nowIso),
    replaceKey: (id, successor, graceEndsAt, nowIso) =>
      thread.call('replaceKey', id, successor, graceEndsAt, nowIso),

    countUsers: () => thread.call('countUsers'),
    listUsers: () => thread.call('listUsers'),
    createUser: (user) => thread.call('createUser', user),
    createFirstUser: (user) => thread.call('createFirstUser', user),
    readUser: (name) => thread.call('readUser', name),
    readUserById: (id) => thread.call('readUserById', id),
    readUserByIdentity: (identity) => thread.call('readUserByIdentity', identity),
    updateUser: (id, patch) => thread.call('updateUser', id, patch),
    deleteUser: (id) => thread.call('deleteUser', id),
    noteSignIn: (id, nowIso) => thread.call('noteSignIn', id, nowIso),

    createInvitation: (invitation) => thread.call('createInvitation', invitation),
    holdsInvitation: (codeHash, nowIso) => thread.call('holdsInvitation', codeHash, nowIso),
    redeemInvitation: (codeHash, passwordHash, nowIso) =>
      thread.call('redeemInvitation', codeHash, passwordHash, nowIso),

    createSession: (session) => thread.call('createSession', session),
    readSession: (idHash, nowIso) => thread.call('readSession', idHash, nowIso),
    listSessions: (userId, nowIso) => thread.call('listSessions', userId, nowIso),
    touchSession: (idHash, nowIso, idleExpiresAt) =>
      thread.call('touchSession', idHash, nowIso, idleExpiresAt),
    deleteSession: (idHash) => thread.call('deleteSession', idHash),
    deleteSessionsOf: (userId, exceptIdHash) => thread.call('deleteSessionsOf', userId, exceptIdHash),

    createToken: (token) => thread.call('createToken', token),
    readToken: (id) => thread.call('readToken', id),
    listTokens: (userId) => thread.call('listTokens', userId),
    touchToken: (id, nowIso) => thread.call('touchToken', id, nowIso),
    revokeToken: (id, nowIso) => thread.call('revokeToken', id, nowIso),
    replaceToken: (id, successor, graceEndsAt, nowIso) =>
      thread.call('replaceToken', id, successor, graceEndsAt, nowIso),

    findEndedAccess: (open, nowIso, confirmedSince) =>
      thread.call('findEndedAccess', open, nowIso, confirmedSince),
    recordAudit: (entry) => thread.call('recordAudit', entry),
    listAudit: (query) => thread.call('listAudit', query),
  };
}

/** The changes that the thread writes together with their entry in the audit. */
export function createRecording(thread: StoreThread, stamp: AuditStamp): RecordedChanges {
  const changes = RECORDED_CALLS.map((name) => [
    name,
    // oxlint-disable-next-line no-unsafe-type-assertion
    (...args: unknown[]) => thread.callRecorded(stamp, name, args as never),
  ]);
  // Each name stands once below, and the thread runs the function of this name.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return Object.fromEntries(changes) as RecordedChanges;
}

/** A table, so that the compiler misses none. */
const RECORDED: Readonly<Record<RecordedCallName, true>> = {
  createBreakpoint: true,
  patchBreakpoint: true,
  deleteBreakpoint: true,
  expireBreakpoints: true,
  registerLabel: true,
  setKillSwitch: true,
  setKillSwitchLate: true,
  expireKillSwitches: true,
  deleteSnapshot: true,
  pinSnapshot: true,
  createKey: true,
  replaceKey: true,
  revokeKey: true,
  createUser: true,
  createFirstUser: true,
  updateUser: true,
  deleteUser: true,
  createInvitation: true,
  redeemInvitation: true,
  deleteSession: true,
  deleteSessionsOf: true,
  createToken: true,
  replaceToken: true,
  revokeToken: true,
  writeSettingsDocument: true,
  createWebhook: true,
  changeWebhook: true,
  deleteWebhook: true,
};
// oxlint-disable-next-line no-unsafe-type-assertion -- the keys of a record literal
const RECORDED_CALLS = Object.keys(RECORDED) as RecordedCallName[];
