import { readInstant, toIso } from '../instant.ts';
import type { StoredSession } from '../people-store.ts';

/** What {@link SELECT_SESSION} gives. */
export interface SessionRow {
  readonly id_hash: string;
  readonly user_id: string | null;
  readonly user_name: string;
  readonly role: StoredSession['role'];
  readonly created_at: number;
  readonly last_used_at: number;
  readonly expires_at: number;
  readonly idle_expires_at: number;
  readonly address: string;
  readonly user_agent: string;
}

/** Sessions that have not ended. Of an account, name and role are what they are now, and a disabled one has no sessions. */
export const SELECT_SESSION: string = `SELECT s.id_hash, s.user_id, coalesce(a.name, s.user_name) AS user_name,
    coalesce(a.role, s.role) AS role, s.created_at, s.last_used_at, s.expires_at, s.idle_expires_at,
    s.address, s.user_agent
  FROM session s LEFT JOIN account a ON a.id = s.user_id
  WHERE s.expires_at > :nowMs AND s.idle_expires_at > :nowMs AND a.disabled_at IS NULL`;

/** The session of a row. */
export function toSession(row: SessionRow): StoredSession {
  return {
    idHash: row.id_hash,
    userId: row.user_id,
    userName: row.user_name,
    role: row.role,
    createdAt: toIso(row.created_at),
    lastUsedAt: toIso(row.last_used_at),
    expiresAt: toIso(row.expires_at),
    idleExpiresAt: toIso(row.idle_expires_at),
    address: row.address,
    userAgent: row.user_agent,
  };
}

/** Takes {@link sessionValues}. */
export const INSERT_SESSION: string = `INSERT INTO session (id_hash, user_id, user_name, role, created_at, last_used_at, expires_at, idle_expires_at,
    address, user_agent)
  VALUES (:idHash, :userId, :userName, :role, :createdAt, :lastUsedAt, :expiresAt, :idleExpiresAt,
    :address, :userAgent)`;

/** The values of {@link INSERT_SESSION}. */
export function sessionValues(session: StoredSession): Record<string, string | number | null> {
  return {
    idHash: session.idHash,
    userId: session.userId,
    userName: session.userName,
    role: session.role,
    createdAt: readInstant(session.createdAt, 'createdAt'),
    lastUsedAt: readInstant(session.lastUsedAt, 'lastUsedAt'),
    expiresAt: readInstant(session.expiresAt, 'expiresAt'),
    idleExpiresAt: readInstant(session.idleExpiresAt, 'idleExpiresAt'),
    address: session.address,
    userAgent: session.userAgent,
  };
}
