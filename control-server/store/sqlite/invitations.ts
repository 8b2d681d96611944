import { readInstant } from '../instant.ts';
import type { StoredInvitation, StoredUser } from '../people-store.ts';
import { readUserById, updateUser } from './accounts.ts';
import type { Database } from './database.ts';

/** The newest link of an account is the one that works. */
export function createInvitation(database: Database, invitation: StoredInvitation): void {
  database.run('DELETE FROM invitation WHERE user_id = :userId', { userId: invitation.userId });
  database.run(
    'INSERT INTO invitation (code_hash, user_id, expires_at) VALUES (:codeHash, :userId, :expiresAt)',
    {
      codeHash: invitation.codeHash,
      userId: invitation.userId,
      expiresAt: readInstant(invitation.expiresAt, 'expiresAt'),
    },
  );
}

/** True while the code works. */
export function holdsInvitation(database: Database, codeHash: string, nowIso: string): boolean {
  return findUserId(database, codeHash, nowIso) !== null;
}

/** The account with its new password, signed out everywhere; null for a code that does not work. */
export function redeemInvitation(
  database: Database,
  codeHash: string,
  passwordHash: string,
  nowIso: string,
): StoredUser | null {
  const userId = findUserId(database, codeHash, nowIso);
  if (userId === null) return null;
  database.run('DELETE FROM invitation WHERE user_id = :userId', { userId });
  database.run('DELETE FROM session WHERE user_id = :userId', { userId });
  updateUser(database, userId, { passwordHash });
  return readUserById(database, userId);
}

/** Forgets links that work no more. */
export function pruneInvitations(database: Database, nowMs: number): void {
  database.run('DELETE FROM invitation WHERE expires_at <= :nowMs', { nowMs });
}

function findUserId(database: Database, codeHash: string, nowIso: string): string | null {
  const row = database.get<{ user_id: string }>(
    'SELECT user_id FROM invitation WHERE code_hash = :codeHash AND expires_at > :nowMs',
    { codeHash, nowMs: readInstant(nowIso, 'now') },
  );
  return row?.user_id ?? null;
}
