import { readInstant } from '../instant.ts';
import type { StoredInvitation, StoredUser } from '../people-store.ts';
import { readUserById, updateUser } from './accounts.ts';
import type { Session } from './database.ts';

/** The newest link of an account is the one that works. */
export async function createInvitation(session: Session, invitation: StoredInvitation): Promise<void> {
  await session.run(
    `INSERT INTO invitation (code_hash, user_id, expires_at) VALUES (:codeHash, :userId, :expiresAt)
     ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at`,
    {
      codeHash: invitation.codeHash,
      userId: invitation.userId,
      expiresAt: readInstant(invitation.expiresAt, 'expiresAt'),
    },
  );
}

/** True while the code works. */
export async function holdsInvitation(session: Session, codeHash: string, nowIso: string): Promise<boolean> {
  const found = await session.get(
    'SELECT 1 FROM invitation WHERE code_hash = :codeHash AND expires_at > :nowMs',
    { codeHash, nowMs: readInstant(nowIso, 'now') },
  );
  return found !== undefined;
}

/** The account with its new password, signed out everywhere; null for a code that does not work. */
export async function redeemInvitation(
  session: Session,
  codeHash: string,
  passwordHash: string,
  nowIso: string,
): Promise<StoredUser | null> {
  const redeemed = await session.get<{ user_id: string }>(
    'DELETE FROM invitation WHERE code_hash = :codeHash AND expires_at > :nowMs RETURNING user_id',
    { codeHash, nowMs: readInstant(nowIso, 'now') },
  );
  if (redeemed === undefined) return null;
  const userId = redeemed.user_id;
  await session.run('DELETE FROM session WHERE user_id = :userId', { userId });
  await updateUser(session, userId, { passwordHash });
  return readUserById(session, userId);
}

/** Forgets links that work no more. */
export async function pruneInvitations(session: Session, nowMs: number): Promise<void> {
  await session.run('DELETE FROM invitation WHERE expires_at <= :nowMs', { nowMs });
}
