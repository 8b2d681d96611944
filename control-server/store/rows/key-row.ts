import type { SdkKey } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { toIso, toOptionalIso } from '../instant.ts';

/** A row of `sdk_key`, in every database. */
export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly service_name: string | null;
  readonly scopes: string;
  readonly secret_hash: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
  readonly replaced_by: string | null;
}

/** The key of a row, without the hash of its secret. */
export function toKey(row: KeyRow): SdkKey {
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    serviceName: row.service_name,
    scopes: readStrings(JSON.parse(row.scopes)).filter(isScope),
    createdAt: toIso(row.created_at),
    expiresAt: toOptionalIso(row.expires_at),
    lastUsedAt: toOptionalIso(row.last_used_at),
    revokedAt: toOptionalIso(row.revoked_at),
    replacedBy: row.replaced_by,
  };
}

function isScope(text: string): text is SdkKey['scopes'][number] {
  return text === 'ingest' || text === 'control:read';
}
