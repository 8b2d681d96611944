import type { PersonalToken } from '../../../src/protocol/api-people.ts';
import { readInstant } from '../instant.ts';
import type { OwnedToken, StoredToken } from '../token-store.ts';
import { INSERT_TOKEN, SELECT_TOKEN, tokenValues, toOwnedToken, toToken } from '../rows/token-row.ts';
import type { TokenRow } from '../rows/token-row.ts';
import { ENDED_TOKENS_KEPT_MS, requireRoomForToken } from '../token-rules.ts';
import type { Session } from './database.ts';

/** The last use is noted to the minute: each note is a write. */
const USE_GRANULARITY_MS = 60_000;

/** Throws `too_many_tokens`, and when the id is taken or there is no such account. */
export async function createToken(session: Session, token: StoredToken): Promise<void> {
  await forgetEnded(session, token);
  requireRoomForToken(await countTokens(session, token));
  await session.run(INSERT_TOKEN, tokenValues(token));
}

async function forgetEnded(session: Session, { userId, createdAt }: StoredToken): Promise<void> {
  await session.run(
    'DELETE FROM api_token WHERE user_id = :userId AND coalesce(revoked_at, expires_at) <= :cutoff',
    { userId, cutoff: readInstant(createdAt, 'createdAt') - ENDED_TOKENS_KEPT_MS },
  );
}

async function countTokens(
  session: Session,
  { userId, createdAt }: StoredToken,
): Promise<{ open: number; kept: number }> {
  const found = await session.get<{ open: number; kept: number }>(
    `SELECT count(*) AS kept,
       count(*) FILTER (WHERE revoked_at IS NULL AND expires_at > :nowMs) AS open
     FROM api_token WHERE user_id = :userId`,
    { userId, nowMs: readInstant(createdAt, 'createdAt') },
  );
  return found ?? { open: 0, kept: 0 };
}

/** With the hash of its secret, also when it has ended. */
export async function readToken(session: Session, id: string): Promise<OwnedToken | null> {
  const row = await session.get<TokenRow>(`${SELECT_TOKEN} WHERE t.id = :id`, { id });
  return row === undefined ? null : toOwnedToken(row);
}

/** Without the hashes. */
export async function listTokens(
  session: Session,
  userId: string | null,
): Promise<(PersonalToken & { readonly userId: string })[]> {
  const rows = await session.all<TokenRow>(
    `${SELECT_TOKEN} WHERE (:userId::text IS NULL OR t.user_id = :userId) ORDER BY t.created_at, t.id`,
    {
      userId,
    },
  );
  return rows.map(toToken);
}

/** Notes a use; one that does not exist is none. */
export async function touchToken(session: Session, id: string, nowIso: string): Promise<void> {
  await session.run(
    `UPDATE api_token SET last_used_at = :nowMs
     WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :nowMs::bigint - :granularityMs::bigint)`,
    { id, nowMs: readInstant(nowIso, 'now'), granularityMs: USE_GRANULARITY_MS },
  );
}

/** With those that it took the place of. */
export async function revokeToken(session: Session, id: string, nowIso: string): Promise<boolean> {
  const nowMs = readInstant(nowIso, 'now');
  const { changes } = await session.run(
    'UPDATE api_token SET revoked_at = :nowMs WHERE id = :id AND revoked_at IS NULL',
    { id, nowMs },
  );
  if (changes === 0) return false;
  await session.run(
    `WITH RECURSIVE former (id) AS (
       SELECT id FROM api_token WHERE replaced_by = :id
       UNION SELECT t.id FROM api_token t JOIN former f ON t.replaced_by = f.id)
     UPDATE api_token SET revoked_at = :nowMs
     WHERE id IN (SELECT id FROM former) AND revoked_at IS NULL AND expires_at > :nowMs`,
    { id, nowMs },
  );
  return true;
}

/** False, with nothing stored, for a token that has ended or has a successor. */
export async function replaceToken(
  session: Session,
  id: string,
  successor: StoredToken,
  graceEndsAt: string,
  nowIso: string,
): Promise<boolean> {
  const { changes } = await session.run(
    `UPDATE api_token SET replaced_by = :successorId, expires_at = least(expires_at, :graceMs)
     WHERE id = :id AND revoked_at IS NULL AND replaced_by IS NULL AND expires_at > :nowMs`,
    {
      id,
      successorId: successor.id,
      graceMs: readInstant(graceEndsAt, 'graceEndsAt'),
      nowMs: readInstant(nowIso, 'now'),
    },
  );
  if (changes > 0) await createToken(session, successor);
  return changes > 0;
}
