import type { PersonalToken } from '../../../src/protocol/api-people.ts';
import { readInstant } from '../instant.ts';
import type { OwnedToken, StoredToken } from '../token-store.ts';
import { INSERT_TOKEN, SELECT_TOKEN, tokenValues, toOwnedToken, toToken } from '../rows/token-row.ts';
import type { TokenRow } from '../rows/token-row.ts';
import { ENDED_TOKENS_KEPT_MS, requireRoomForToken } from '../token-rules.ts';
import type { Database } from './database.ts';

/** The last use is noted to the minute: each note is a write. */
const USE_GRANULARITY_MS = 60_000;

/** Throws `too_many_tokens`, and when the id is taken or there is no such account. */
export function createToken(database: Database, token: StoredToken): void {
  forgetEnded(database, token);
  requireRoomForToken(countTokens(database, token));
  database.run(INSERT_TOKEN, tokenValues(token));
}

function forgetEnded(database: Database, { userId, createdAt }: StoredToken): void {
  database.run(
    'DELETE FROM api_token WHERE user_id = :userId AND coalesce(revoked_at, expires_at) <= :cutoff',
    { userId, cutoff: readInstant(createdAt, 'createdAt') - ENDED_TOKENS_KEPT_MS },
  );
}

function countTokens(database: Database, { userId, createdAt }: StoredToken): { open: number; kept: number } {
  const found = database.get<{ open: number; kept: number }>(
    `SELECT count(*) AS kept,
       count(*) FILTER (WHERE revoked_at IS NULL AND expires_at > :nowMs) AS open
     FROM api_token WHERE user_id = :userId`,
    { userId, nowMs: readInstant(createdAt, 'createdAt') },
  );
  return found ?? { open: 0, kept: 0 };
}

/** With the hash of its secret, also when it has ended. */
export function readToken(database: Database, id: string): OwnedToken | null {
  const row = database.get<TokenRow>(`${SELECT_TOKEN} WHERE t.id = :id`, { id });
  return row === undefined ? null : toOwnedToken(row);
}

/** Without the hashes. */
export function listTokens(
  database: Database,
  userId: string | null,
): (PersonalToken & { readonly userId: string })[] {
  return database
    .all<TokenRow>(
      `${SELECT_TOKEN} WHERE (:userId IS NULL OR t.user_id = :userId) ORDER BY t.created_at, t.id`,
      {
        userId,
      },
    )
    .map(toToken);
}

/** Notes a use; one that does not exist is none. */
export function touchToken(database: Database, id: string, nowIso: string): void {
  database.run(
    `UPDATE api_token SET last_used_at = :nowMs
     WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :nowMs - :granularityMs)`,
    { id, nowMs: readInstant(nowIso, 'now'), granularityMs: USE_GRANULARITY_MS },
  );
}

/** With those that it took the place of. */
export function revokeToken(database: Database, id: string, nowIso: string): boolean {
  const nowMs = readInstant(nowIso, 'now');
  const { changes } = database.run(
    'UPDATE api_token SET revoked_at = :nowMs WHERE id = :id AND revoked_at IS NULL',
    { id, nowMs },
  );
  if (changes === 0) return false;
  database.run(
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
export function replaceToken(
  database: Database,
  id: string,
  successor: StoredToken,
  graceEndsAt: string,
  nowIso: string,
): boolean {
  const { changes } = database.run(
    `UPDATE api_token SET replaced_by = :successorId, expires_at = min(expires_at, :graceMs)
     WHERE id = :id AND revoked_at IS NULL AND replaced_by IS NULL AND expires_at > :nowMs`,
    {
      id,
      successorId: successor.id,
      graceMs: readInstant(graceEndsAt, 'graceEndsAt'),
      nowMs: readInstant(nowIso, 'now'),
    },
  );
  if (changes > 0) createToken(database, successor);
  return changes > 0;
}
