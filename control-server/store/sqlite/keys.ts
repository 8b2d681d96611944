import type { SdkKey } from '../../../src/protocol/api.ts';
import { readInstant } from '../instant.ts';
import type { StoredKey } from '../key-store.ts';
import { INSERT_KEY, keyValues, toKey } from '../rows/key-row.ts';
import type { KeyRow } from '../rows/key-row.ts';
import type { Database } from './database.ts';

/** The last use is noted to the minute: each note is a write. */
const USE_GRANULARITY_MS = 60_000;

/** Throws when the id is taken, whatever the odds. */
export function createKey(database: Database, key: StoredKey): void {
  database.run(INSERT_KEY, keyValues(key));
}

/** With the hash of its secret. A key that has ended is found too: its `revokedAt` or `expiresAt` says so. */
export function readKey(database: Database, id: string): StoredKey | null {
  const row = database.get<KeyRow>('SELECT * FROM sdk_key WHERE id = :id', { id });
  return row === undefined ? null : { ...toKey(row), secretHash: row.secret_hash };
}

/** Without the hashes, which nobody but {@link readKey} needs. */
export function listKeys(database: Database): SdkKey[] {
  return database.all<KeyRow>('SELECT * FROM sdk_key ORDER BY created_at, id').map(toKey);
}

/** Notes a use; one that does not exist is none. */
export function touchKey(database: Database, id: string, nowIso: string): void {
  database.run(
    `UPDATE sdk_key SET last_used_at = :nowMs
     WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :nowMs - :granularityMs)`,
    { id, nowMs: readInstant(nowIso, 'now'), granularityMs: USE_GRANULARITY_MS },
  );
}

/** With those that it took the place of. False for a key that does not exist or is revoked already. */
export function revokeKey(database: Database, id: string, nowIso: string): boolean {
  const nowMs = readInstant(nowIso, 'now');
  const { changes } = database.run(
    'UPDATE sdk_key SET revoked_at = :nowMs WHERE id = :id AND revoked_at IS NULL',
    { id, nowMs },
  );
  if (changes === 0) return false;
  database.run(
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
export function replaceKey(
  database: Database,
  id: string,
  successor: StoredKey,
  graceEndsAt: string,
  nowIso: string,
): boolean {
  const { changes } = database.run(
    `UPDATE sdk_key SET replaced_by = :successorId, expires_at = min(coalesce(expires_at, :graceMs), :graceMs)
     WHERE id = :id AND revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > :nowMs)`,
    {
      id,
      successorId: successor.id,
      graceMs: readInstant(graceEndsAt, 'graceEndsAt'),
      nowMs: readInstant(nowIso, 'now'),
    },
  );
  if (changes > 0) createKey(database, successor);
  return changes > 0;
}
