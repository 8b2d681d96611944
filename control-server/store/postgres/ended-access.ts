import { readInstant } from '../instant.ts';
import type { OpenAccess } from '../open-access-store.ts';
import { CONFIRMED_AT } from '../rows/token-row.ts';
import type { Session } from './database.ts';
import type { Parameters } from './named-parameters.ts';

/** Which of these open nothing any more. One statement each, whatever their number. */
export async function findEndedAccess(
  session: Session,
  open: OpenAccess,
  nowIso: string,
  confirmedSince: string,
): Promise<OpenAccess> {
  const nowMs = readInstant(nowIso, 'now');
  const endedOf = async (ids: readonly string[], valid: string, more: Parameters = {}): Promise<string[]> => {
    if (ids.length === 0) return [];
    const rows = await session.all<{ id: string }>(
      `SELECT id FROM unnest(:ids::text[]) AS open (id) WHERE NOT EXISTS (${valid})`,
      { ids, nowMs, ...more },
    );
    return rows.map(({ id }) => id);
  };
  return {
    keyIds: await endedOf(
      open.keyIds,
      `SELECT 1 FROM sdk_key k
       WHERE k.id = open.id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > :nowMs)`,
    ),
    sessionIds: await endedOf(
      open.sessionIds,
      `SELECT 1 FROM session s LEFT JOIN account a ON a.id = s.user_id
       WHERE s.id_hash = open.id AND s.expires_at > :nowMs AND s.idle_expires_at > :nowMs AND a.disabled_at IS NULL`,
    ),
    tokenIds: await endedOf(
      open.tokenIds,
      `SELECT 1 FROM api_token t JOIN account a ON a.id = t.user_id
       WHERE t.id = open.id AND t.revoked_at IS NULL AND t.expires_at > :nowMs AND a.disabled_at IS NULL
         AND (a.oidc_issuer IS NULL OR ${CONFIRMED_AT} >= :confirmedSinceMs)`,
      { confirmedSinceMs: readInstant(confirmedSince, 'confirmedSince') },
    ),
  };
}
