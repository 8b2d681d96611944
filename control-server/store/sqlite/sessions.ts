import { readInstant } from '../instant.ts';
import type { StoredSession } from '../people-store.ts';
import { MAX_SESSIONS } from '../session-rules.ts';
import { INSERT_SESSION, SELECT_SESSION, sessionValues, toSession } from '../rows/session-row.ts';
import type { SessionRow } from '../rows/session-row.ts';
import type { Database } from './database.ts';

/** Remembers a signed-in browser until it expires, or until there are {@link MAX_SESSIONS} of the account that were used later. */
export function createSession(database: Database, session: StoredSession): void {
  database.run(INSERT_SESSION, sessionValues(session));
  database.run(
    `DELETE FROM session WHERE id_hash IN (
       SELECT id_hash FROM session WHERE user_id = :userId AND id_hash <> :idHash
       ORDER BY last_used_at DESC, created_at DESC, id_hash LIMIT -1 OFFSET :others)`,
    { userId: session.userId, idHash: session.idHash, others: MAX_SESSIONS - 1 },
  );
}

/** Null for one that has ended. */
export function readSession(database: Database, idHash: string, nowIso: string): StoredSession | null {
  const row = database.get<SessionRow>(`${SELECT_SESSION} AND s.id_hash = :idHash`, {
    idHash,
    nowMs: readInstant(nowIso, 'now'),
  });
  return row === undefined ? null : toSession(row);
}

/** Those that have not ended, the newest first. */
export function listSessions(database: Database, userId: string, nowIso: string): StoredSession[] {
  return database
    .all<SessionRow>(`${SELECT_SESSION} AND s.user_id = :userId ORDER BY s.created_at DESC, s.id_hash`, {
      userId,
      nowMs: readInstant(nowIso, 'now'),
    })
    .map(toSession);
}

/** Notes a use; one that does not exist is none. */
export function touchSession(
  database: Database,
  idHash: string,
  nowIso: string,
  idleExpiresAt: string,
): void {
  database.run(
    'UPDATE session SET last_used_at = :nowMs, idle_expires_at = :idleMs WHERE id_hash = :idHash',
    {
      idHash,
      nowMs: readInstant(nowIso, 'now'),
      idleMs: readInstant(idleExpiresAt, 'idleExpiresAt'),
    },
  );
}

/** Signs out; one that does not exist is none. */
export function deleteSession(database: Database, idHash: string): void {
  database.run('DELETE FROM session WHERE id_hash = :idHash', { idHash });
}

/** Signs an account out everywhere but in one place. Hashes of what ended. */
export function deleteSessionsOf(database: Database, userId: string, exceptIdHash: string | null): string[] {
  return database
    .all<{ id_hash: string }>(
      `DELETE FROM session WHERE user_id = :userId AND id_hash IS NOT :exceptIdHash RETURNING id_hash`,
      { userId, exceptIdHash },
    )
    .map(({ id_hash: idHash }) => idHash);
}

/** Forgets the sessions that have ended. */
export function pruneSessions(database: Database, nowMs: number): void {
  database.run('DELETE FROM session WHERE expires_at <= :nowMs OR idle_expires_at <= :nowMs', { nowMs });
}
