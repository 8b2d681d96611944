import { toIso, toOptionalIso } from '../instant.ts';
import type { StoredUser } from '../people-store.ts';

/** A row of `account`, in every database. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string | null;
  readonly oidc_issuer: string | null;
  readonly oidc_subject: string | null;
  readonly role: StoredUser['role'];
  readonly created_at: number;
  readonly last_sign_in_at: number | null;
  readonly disabled_at: number | null;
}

/** True for an administrator who can sign in. */
export function isActiveAdmin(user: StoredUser): boolean {
  const maySignIn = user.passwordHash !== null || user.identity !== null;
  return user.role === 'admin' && user.disabledAt === null && maySignIn;
}

/** The account of a row. */
export function toUser(row: AccountRow): StoredUser {
  const { oidc_issuer: issuer, oidc_subject: subject } = row;
  return {
    id: row.id,
    name: row.name,
    passwordHash: row.password_hash,
    identity: issuer === null || subject === null ? null : { issuer, subject },
    role: row.role,
    createdAt: toIso(row.created_at),
    lastSignInAt: toOptionalIso(row.last_sign_in_at),
    disabledAt: toOptionalIso(row.disabled_at),
  };
}
