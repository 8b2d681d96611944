import type { SdkKey } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { readInstant, readOptionalInstant, toIso, toOptionalIso } from '../instant.ts';
import type { StoredKey } from '../key-store.ts';

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

/** Takes {@link keyValues}. */
export const INSERT_KEY: string = `INSERT INTO sdk_key (id, name, environment, service_name, scopes, secret_hash, created_at, expires_at,
    last_used_at, revoked_at, replaced_by)
  VALUES (:id, :name, :environment, :serviceName, :scopes, :secretHash, :createdAt, :expiresAt,
    :lastUsedAt, :revokedAt, :replacedBy)`;

/** The values of {@link INSERT_KEY}. */
export function keyValues(key: StoredKey): Record<string, string | number | null> {
  return {
    id: key.id,
    name: key.name,
    environment: key.environment,
    serviceName: key.serviceName,
    scopes: JSON.stringify(key.scopes),
    secretHash: key.secretHash,
    createdAt: readInstant(key.createdAt, 'createdAt'),
    expiresAt: readOptionalInstant(key.expiresAt, 'expiresAt'),
    lastUsedAt: readOptionalInstant(key.lastUsedAt, 'lastUsedAt'),
    revokedAt: readOptionalInstant(key.revokedAt, 'revokedAt'),
    replacedBy: key.replacedBy,
  };
}
