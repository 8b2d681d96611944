import { readInstant } from '../instant.ts';
import type { OpenAccess } from '../open-access-store.ts';
import { CONFIRMED_AT } from '../rows/token-row.ts';
import type { Database, Parameters } from './database.ts';

/** Which of these open nothing any more. One statement each, whatever their number. */
export function findEndedAccess(
  database: Database,
  open: OpenAccess,
  nowIso: string,
  confirmedSince: string,
): OpenAccess {
  const nowMs = readInstant(nowIso, 'now');
  const endedOf = (ids: readonly string[], valid: string, more: Parameters = {}): string[] =>
    ids.length === 0
      ? []
      : database
          .all<{ value: string }>(`SELECT value FROM json_each(:ids) WHERE value NOT IN (${valid})`, {
            ids: JSON.stringify(ids),
            nowMs,
            ...more,
          })
          .map(({ value }) => value);
  return {
    keyIds: endedOf(
      open.keyIds,
      'SELECT id FROM sdk_key WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :nowMs)',
    ),
    sessionIds: endedOf(
      open.sessionIds,
      `SELECT s.id_hash FROM session s LEFT JOIN account a ON a.id = s.user_id
       WHERE s.expires_at > :nowMs AND s.idle_expires_at > :nowMs AND a.disabled_at IS NULL`,
    ),
    tokenIds: endedOf(
      open.tokenIds,
      `SELECT t.id FROM api_token t JOIN account a ON a.id = t.user_id
       WHERE t.revoked_at IS NULL AND t.expires_at > :nowMs AND a.disabled_at IS NULL
         AND (a.oidc_issuer IS NULL OR ${CONFIRMED_AT} >= :confirmedSinceMs)`,
      { confirmedSinceMs: readInstant(confirmedSince, 'confirmedSince') },
    ),
  };
}
