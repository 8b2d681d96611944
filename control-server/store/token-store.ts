import type { PersonalToken } from '../../src/protocol/api-people.ts';

/** A personal token as it is checked, with what its owner may at that moment. */
export interface StoredToken extends PersonalToken {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
  readonly userId: string;
}

/** What {@link TokenStore.readToken} knows beside the token. */
export interface OwnedToken extends StoredToken {
  readonly ownerRole: PersonalToken['role'];
  readonly isOwnerDisabled: boolean;
  /** When the identity provider last let the owner in; null for an account that signs in here. */
  readonly ownerConfirmedAt: string | null;
}

/** The personal tokens of a store. */
export interface TokenStore {
  createToken(token: StoredToken): Promise<void>;
  readToken(id: string): Promise<OwnedToken | null>;
  /** Of one account, or of all; the oldest first. */
  listTokens(userId: string | null): Promise<(PersonalToken & { readonly userId: string })[]>;
  /** Notes a use of the token, to the minute. */
  touchToken(id: string, nowIso: string): Promise<void>;
  /** Revokes the token, and the ones that it took the place of. False when there is none to revoke. */
  revokeToken(id: string, nowIso: string): Promise<boolean>;
  /** Like `replaceKey`. */
  replaceToken(id: string, successor: StoredToken, graceEndsAt: string, nowIso: string): Promise<boolean>;
}
