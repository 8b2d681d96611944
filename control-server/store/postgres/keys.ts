import type { SdkKey } from '../../../src/protocol/api.ts';
import { readInstant } from '../instant.ts';
import type { StoredKey } from '../key-store.ts';
import { INSERT_KEY, keyValues, toKey } from '../rows/key-row.ts';
import type { KeyRow } from '../rows/key-row.ts';
import type { Session } from './database.ts';

/** The last use is noted to the minute: each note is a write. */
const USE_GRANULARITY_MS = 60_000;

/** Throws when the id is taken, whatever the odds. */
export async function createKey(session: Session, key: StoredKey): Promise<void> {
  await session.run(INSERT_KEY, keyValues(key));
}

/** With the hash of its secret. A key that has ended is found too: its `revokedAt` or `expiresAt` says so. */
export async function readKey(session: Session, id: string): Promise<StoredKey | null> {
  const row = await session.get<KeyRow>('SELECT * FROM sdk_key WHERE id = :id', { id });
  return row === undefined ? null : { ...toKey(row), secretHash: row.secret_hash };
}

/** Without the hashes, which nobody but {@link readKey} needs. */
export async function listKeys(session: Session): Promise<SdkKey[]> {
  const rows = await session.all<KeyRow>('SELECT * FROM sdk_key ORDER BY created_at, id');
  return rows.map(toKey);
}

/** Notes a use; one that does not exist is none. */
export async function touchKey(session: Session, id: string, nowIso: string): Promise<void> {
  await session.run(
    `UPDATE sdk_key SET last_used_at = :nowMs
     WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :nowMs::bigint - :granularityMs::bigint)`,
    { id, nowMs: readInstant(nowIso, 'now'), granularityMs: USE_GRANULARITY_MS },
  );
}

/** With those that it took the place of. False for a key that does not exist or is revoked already. */
export async function revokeKey(session: Session, id: string, nowIso: string): Promise<boolean> {
  const nowMs = readInstant(nowIso, 'now');
  const { changes } = await session.run(
    'UPDATE sdk_key SET revoked_at = :nowMs WHERE id = :id AND revoked_at IS NULL',
    { id, nowMs },
  );
  if (changes === 0) return false;
  await session.run(
    `WITH RECURSIVE former (id) AS (
       SELECT id FROM sdk_key WHERE replaced_by = :id
       UNION SELECT k.id FROM sdk_key k JOIN former f ON k.replaced_by = f.id)
     UPDATE sdk_key SET revoked_at = :nowMs
     WHERE id IN (SELECT id FROM former) AND revoked_at IS NULL AND expires_at > :nowMs`,
    { id, nowMs },
  );
  return true;
}

/** False, with nothing stored, for a key that has ended or has a successor. */
export async function replaceKey(
  session: Session,
  id: string,
  successor: StoredKey,
  graceEndsAt: string,
  nowIso: string,
): Promise<boolean> {
  const { changes } = await session.run(
    `UPDATE sdk_key SET replaced_by = :successorId, expires_at = least(expires_at, :graceMs)
     WHERE id = :id AND revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > :nowMs)`,
    {
      id,
      successorId: successor.id,
      graceMs: readInstant(graceEndsAt, 'graceEndsAt'),
      nowMs: readInstant(nowIso, 'now'),
    },
  );
  if (changes > 0) await createKey(session, successor);
  return changes > 0;
}
