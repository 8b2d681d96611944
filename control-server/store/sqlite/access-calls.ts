import type { AuditStore } from '../audit-store.ts';
import type { KeyStore } from '../key-store.ts';
import type { OpenAccessStore } from '../open-access-store.ts';
import type { PeopleStore } from '../people-store.ts';
import type { StoreCalls } from '../store-calls.ts';
import type { TokenStore } from '../token-store.ts';
import * as accounts from './accounts.ts';
import * as audit from './audit.ts';
import { read, write } from './call.ts';
import type { Call } from './call.ts';
import type { Database } from './database.ts';
import { findEndedAccess } from './ended-access.ts';
import * as invitations from './invitations.ts';
import * as keys from './keys.ts';
import * as sessions from './sessions.ts';
import * as tokens from './tokens.ts';

type Name = Exclude<keyof (KeyStore & PeopleStore & TokenStore & OpenAccessStore & AuditStore), 'recording'>;

/** Who may come in, and who did what. */
export function createAccessCalls(database: Database): { readonly [N in Name]: Call<StoreCalls[N]> } {
  return {
    createKey: write((key) => keys.createKey(database, key)),
    readKey: read((id) => keys.readKey(database, id)),
    listKeys: read(() => keys.listKeys(database)),
    touchKey: write((id, nowIso) => keys.touchKey(database, id, nowIso)),
    revokeKey: write((id, nowIso) => keys.revokeKey(database, id, nowIso)),
    replaceKey: write((id, successor, graceEndsAt, nowIso) =>
      keys.replaceKey(database, id, successor, graceEndsAt, nowIso),
    ),

    countUsers: read(() => accounts.countUsers(database)),
    listUsers: read(() => accounts.listUsers(database)),
    createUser: write((user) => accounts.createUser(database, user)),
    createFirstUser: write((user) => accounts.createFirstUser(database, user)),
    readUser: read((name) => accounts.readUser(database, name)),
    readUserById: read((id) => accounts.readUserById(database, id)),
    readUserByIdentity: read((identity) => accounts.readUserByIdentity(database, identity)),
    updateUser: write((id, patch) => accounts.updateUser(database, id, patch)),
    deleteUser: write((id) => accounts.deleteUser(database, id)),
    noteSignIn: write((id, nowIso) => accounts.noteSignIn(database, id, nowIso)),

    createInvitation: write((invitation) => invitations.createInvitation(database, invitation)),
    holdsInvitation: read((codeHash, nowIso) => invitations.holdsInvitation(database, codeHash, nowIso)),
    redeemInvitation: write((codeHash, passwordHash, nowIso) =>
      invitations.redeemInvitation(database, codeHash, passwordHash, nowIso),
    ),

    createSession: write((session) => sessions.createSession(database, session)),
    readSession: read((idHash, nowIso) => sessions.readSession(database, idHash, nowIso)),
    listSessions: read((userId, nowIso) => sessions.listSessions(database, userId, nowIso)),
    touchSession: write((idHash, nowIso, idleExpiresAt) =>
      sessions.touchSession(database, idHash, nowIso, idleExpiresAt),
    ),
    deleteSession: write((idHash) => sessions.deleteSession(database, idHash)),
    deleteSessionsOf: write((userId, exceptIdHash) =>
      sessions.deleteSessionsOf(database, userId, exceptIdHash),
    ),

    createToken: write((token) => tokens.createToken(database, token)),
    readToken: read((id) => tokens.readToken(database, id)),
    listTokens: read((userId) => tokens.listTokens(database, userId)),
    touchToken: write((id, nowIso) => tokens.touchToken(database, id, nowIso)),
    revokeToken: write((id, nowIso) => tokens.revokeToken(database, id, nowIso)),
    replaceToken: write((id, successor, graceEndsAt, nowIso) =>
      tokens.replaceToken(database, id, successor, graceEndsAt, nowIso),
    ),

    findEndedAccess: read((open, nowIso, confirmedSince) =>
      findEndedAccess(database, open, nowIso, confirmedSince),
    ),
    recordAudit: write((entry) => audit.recordAudit(database, entry)),
    listAudit: read((query) => audit.listAudit(database, query)),
  };
}
