import type { PersonalToken } from '../../../src/protocol/api-people.ts';
import type { OwnedToken, StoredToken } from '../token-store.ts';
import { readInstant, toIso, toOptionalIso } from '../instant.ts';

/** What {@link SELECT_TOKEN} gives. */
export interface TokenRow {
  readonly id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly owner_role: PersonalToken['role'];
  readonly owner_disabled_at: number | null;
  readonly owner_confirmed_at: number | null;
  readonly name: string;
  readonly role: PersonalToken['role'];
  readonly secret_hash: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
  readonly replaced_by: string | null;
}

/** When the identity provider last let an account `a` in; null for one that signs in here. */
export const CONFIRMED_AT: string = `CASE WHEN a.oidc_issuer IS NULL THEN NULL ELSE coalesce(a.last_sign_in_at, a.created_at) END`;

/** Tokens as `t` with their owners as `a`. */
export const SELECT_TOKEN: string = `SELECT t.*, a.name AS user_name, a.role AS owner_role,
    a.disabled_at AS owner_disabled_at, ${CONFIRMED_AT} AS owner_confirmed_at
  FROM api_token t JOIN account a ON a.id = t.user_id`;

/** The token of a row, without the hash of its secret. */
export function toToken(row: TokenRow): PersonalToken & { readonly userId: string } {
  return {
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    name: row.name,
    role: row.role,
    createdAt: toIso(row.created_at),
    expiresAt: toIso(row.expires_at),
    lastUsedAt: toOptionalIso(row.last_used_at),
    revokedAt: toOptionalIso(row.revoked_at),
    replacedBy: row.replaced_by,
  };
}

/** The token of a row with what is checked: the hash of its secret, and its owner. */
export function toOwnedToken(row: TokenRow): OwnedToken {
  return {
    ...toToken(row),
    secretHash: row.secret_hash,
    ownerRole: row.owner_role,
    isOwnerDisabled: row.owner_disabled_at !== null,
    ownerConfirmedAt: toOptionalIso(row.owner_confirmed_at),
  };
}

/** Takes {@link tokenValues}. */
export const INSERT_TOKEN: string = `INSERT INTO api_token (id, user_id, name, role, secret_hash, created_at, expires_at)
  VALUES (:id, :userId, :name, :role, :secretHash, :createdAt, :expiresAt)`;

/** The values of {@link INSERT_TOKEN}. */
export function tokenValues(token: StoredToken): Record<string, string | number | null> {
  return {
    id: token.id,
    userId: token.userId,
    name: token.name,
    role: token.role,
    secretHash: token.secretHash,
    createdAt: readInstant(token.createdAt, 'createdAt'),
    expiresAt: readInstant(token.expiresAt, 'expiresAt'),
  };
}
