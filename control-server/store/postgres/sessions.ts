import { readInstant } from '../instant.ts';
import type { StoredSession } from '../people-store.ts';
import { MAX_SESSIONS } from '../session-rules.ts';
import { INSERT_SESSION, SELECT_SESSION, sessionValues, toSession } from '../rows/session-row.ts';
import type { SessionRow } from '../rows/session-row.ts';
import type { Session } from './database.ts';

/** Remembers a signed-in browser until it expires, or until there are {@link MAX_SESSIONS} of the account that were used later. */
export async function createSession(session: Session, signedIn: StoredSession): Promise<void> {
  await session.run(INSERT_SESSION, sessionValues(signedIn));
  await session.run(
    `DELETE FROM session WHERE id_hash IN (
       SELECT id_hash FROM session WHERE user_id = :userId AND id_hash <> :idHash
       ORDER BY last_used_at DESC, created_at DESC, id_hash OFFSET :others)`,
    { userId: signedIn.userId, idHash: signedIn.idHash, others: MAX_SESSIONS - 1 },
  );
}

/** Null for one that has ended. */
export async function readSession(
  session: Session,
  idHash: string,
  nowIso: string,
): Promise<StoredSession | null> {
  const row = await session.get<SessionRow>(`${SELECT_SESSION} AND s.id_hash = :idHash`, {
    idHash,
    nowMs: readInstant(nowIso, 'now'),
  });
  return row === undefined ? null : toSession(row);
}

/** Those that have not ended, the newest first. */
export async function listSessions(
  session: Session,
  userId: string,
  nowIso: string,
): Promise<StoredSession[]> {
  const rows = await session.all<SessionRow>(
    `${SELECT_SESSION} AND s.user_id = :userId ORDER BY s.created_at DESC, s.id_hash`,
    {
      userId,
      nowMs: readInstant(nowIso, 'now'),
    },
  );
  return rows.map(toSession);
}

/** Notes a use; one that does not exist is none. */
export async function touchSession(
  session: Session,
  idHash: string,
  nowIso: string,
  idleExpiresAt: string,
): Promise<void> {
  await session.run(
    'UPDATE session SET last_used_at = :nowMs, idle_expires_at = :idleMs WHERE id_hash = :idHash',
    {
      idHash,
      nowMs: readInstant(nowIso, 'now'),
      idleMs: readInstant(idleExpiresAt, 'idleExpiresAt'),
    },
  );
}

/** Signs out; one that does not exist is none. */
export async function deleteSession(session: Session, idHash: string): Promise<void> {
  await session.run('DELETE FROM session WHERE id_hash = :idHash', { idHash });
}

/** Signs an account out everywhere but in one place. Hashes of what ended. */
export async function deleteSessionsOf(
  session: Session,
  userId: string,
  exceptIdHash: string | null,
): Promise<string[]> {
  const rows = await session.all<{ id_hash: string }>(
    `DELETE FROM session WHERE user_id = :userId AND id_hash IS DISTINCT FROM :exceptIdHash RETURNING id_hash`,
    { userId, exceptIdHash },
  );
  return rows.map(({ id_hash: idHash }) => idHash);
}

/** Forgets the sessions that have ended. */
export async function pruneSessions(session: Session, nowMs: number): Promise<void> {
  await session.run('DELETE FROM session WHERE expires_at <= :nowMs OR idle_expires_at <= :nowMs', { nowMs });
}
