import type { SdkKey } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { readInstant, readOptionalInstant, toIso, toOptionalIso } from '../instant.ts';
import { StoreError } from '../store-error.ts';
import type { StoredKey } from '../key-store.ts';
import type { StoredSession, StoredUser } from '../people-store.ts';
import type { Database } from './database.ts';

/** The last use of a key is noted to the minute: each note is a write. */
const USE_GRANULARITY_MS = 60_000;

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly service_name: string | null;
  readonly scopes: string;
  readonly secret_hash: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

/** Throws when the id is taken, whatever the odds. */
export function createKey(database: Database, key: StoredKey): void {
  database.run(
    `INSERT INTO sdk_key
       (id, name, environment, service_name, scopes, secret_hash, created_at, last_used_at, revoked_at)
     VALUES (:id, :name, :environment, :serviceName, :scopes, :secretHash, :createdAt, :lastUsedAt, :revokedAt)`,
    {
      id: key.id,
      name: key.name,
      environment: key.environment,
      serviceName: key.serviceName,
      scopes: JSON.stringify(key.scopes),
      secretHash: key.secretHash,
      createdAt: readInstant(key.createdAt, 'createdAt'),
      lastUsedAt: readOptionalInstant(key.lastUsedAt, 'lastUsedAt'),
      revokedAt: readOptionalInstant(key.revokedAt, 'revokedAt'),
    },
  );
}

/** With the hash of its secret. A revoked key is found too: its `revokedAt` says so. */
export function readKey(database: Database, id: string): StoredKey | null {
  const row = database.get<KeyRow>('SELECT * FROM sdk_key WHERE id = :id', { id });
  return row === undefined ? null : { ...toKey(row), secretHash: row.secret_hash };
}

/** Without the hashes, which nobody but {@link readKey} needs. */
export function listKeys(database: Database): SdkKey[] {
  return database.all<KeyRow>('SELECT * FROM sdk_key ORDER BY created_at, id').map(toKey);
}

/** Notes a use; one that does not exist is none. */
export function touchKey(database: Database, id: string, nowIso: string): void {
  database.run(
    `UPDATE sdk_key SET last_used_at = :nowMs
     WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :nowMs - :granularityMs)`,
    { id, nowMs: readInstant(nowIso, 'now'), granularityMs: USE_GRANULARITY_MS },
  );
}

/** False for a key that does not exist or is revoked already. */
export function revokeKey(database: Database, id: string, nowIso: string): boolean {
  const { changes } = database.run(
    'UPDATE sdk_key SET revoked_at = :nowMs WHERE id = :id AND revoked_at IS NULL',
    { id, nowMs: readInstant(nowIso, 'now') },
  );
  return changes > 0;
}

function toKey(row: KeyRow): SdkKey {
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    serviceName: row.service_name,
    scopes: readStrings(JSON.parse(row.scopes)).filter(isScope),
    createdAt: toIso(row.created_at),
    lastUsedAt: toOptionalIso(row.last_used_at),
    revokedAt: toOptionalIso(row.revoked_at),
  };
}

function isScope(text: string): text is SdkKey['scopes'][number] {
  return text === 'ingest' || text === 'control:read';
}

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string;
  readonly role: StoredUser['role'];
  readonly created_at: number;
}

/** Zero until somebody has set the server up. */
export function countUsers(database: Database): number {
  return database.get<{ users: number }>('SELECT count(*) AS users FROM user')?.users ?? 0;
}

/** Throws `user_exists` for a name that is taken. */
export function createUser(database: Database, user: StoredUser): void {
  const { changes } = database.run(
    `INSERT INTO user (id, name, password_hash, role, created_at)
     VALUES (:id, :name, :passwordHash, :role, :createdAt) ON CONFLICT (name) DO NOTHING`,
    {
      id: user.id,
      name: user.name,
      passwordHash: user.passwordHash,
      role: user.role,
      createdAt: readInstant(user.createdAt, 'createdAt'),
    },
  );
  if (changes === 0) throw new StoreError('user_exists', `There is a user "${user.name}" already.`);
}

/** By the exact name. */
export function readUser(database: Database, name: string): StoredUser | null {
  const row = database.get<UserRow>('SELECT * FROM user WHERE name = :name', { name });
  return row === undefined
    ? null
    : {
        id: row.id,
        name: row.name,
        passwordHash: row.password_hash,
        role: row.role,
        createdAt: toIso(row.created_at),
      };
}

interface SessionRow {
  readonly id_hash: string;
  readonly user_name: string;
  readonly role: StoredSession['role'];
  readonly created_at: number;
  readonly expires_at: number;
}

/** Remembers a signed-in browser until it expires. */
export function createSession(database: Database, session: StoredSession): void {
  database.run(
    `INSERT INTO session (id_hash, user_name, role, created_at, expires_at)
     VALUES (:idHash, :userName, :role, :createdAt, :expiresAt)`,
    {
      idHash: session.idHash,
      userName: session.userName,
      role: session.role,
      createdAt: readInstant(session.createdAt, 'createdAt'),
      expiresAt: readInstant(session.expiresAt, 'expiresAt'),
    },
  );
}

/** Null for one that has expired. */
export function readSession(database: Database, idHash: string, nowIso: string): StoredSession | null {
  const row = database.get<SessionRow>(
    'SELECT * FROM session WHERE id_hash = :idHash AND expires_at > :nowMs',
    { idHash, nowMs: readInstant(nowIso, 'now') },
  );
  return row === undefined
    ? null
    : {
        idHash: row.id_hash,
        userName: row.user_name,
        role: row.role,
        createdAt: toIso(row.created_at),
        expiresAt: toIso(row.expires_at),
      };
}

/** Signs out; one that does not exist is none. */
export function deleteSession(database: Database, idHash: string): void {
  database.run('DELETE FROM session WHERE id_hash = :idHash', { idHash });
}

/** Forgets the sessions that have expired. */
export function pruneSessions(database: Database, nowMs: number): void {
  database.run('DELETE FROM session WHERE expires_at <= :nowMs', { nowMs });
}
