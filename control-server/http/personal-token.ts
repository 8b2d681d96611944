import { createSecretText, matchSecretText } from './secret-text.ts';
import type { FreshSecret } from './secret-text.ts';
import { lesserRole } from './role.ts';
import type { Role } from './role.ts';

/** What a look-up has to know of a token for the check; the rest of the record is handed through. */
export interface CheckableToken {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
  readonly role: Role;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** The role of the owner at this moment. */
  readonly ownerRole: Role;
  readonly isOwnerDisabled: boolean;
  /** When the identity provider last let the owner in; null for an account that signs in here. */
  readonly ownerConfirmedAt: string | null;
}

const PREFIX = 'sfp';

/** Makes a token: `sfp_<id>_<secret>`. */
export function createPersonalTokenSecret(): FreshSecret {
  return createSecretText(PREFIX);
}

/**
 * The record of a valid token with what it may do, or null for one that is malformed, unknown, revoked, expired, of a
 * disabled account or has a wrong secret.
 */
export async function checkPersonalToken<Token extends CheckableToken>(
  text: string,
  readToken: (id: string) => Promise<Token | null>,
  nowMs: number,
): Promise<{ readonly token: Token; readonly role: Role } | null> {
  const token = await matchSecretText(PREFIX, text, readToken);
  if (token === null || token.revokedAt !== null || token.isOwnerDisabled) return null;
  if (Date.parse(token.expiresAt) <= nowMs) return null;
  return { token, role: lesserRole(token.role, token.ownerRole) };
}
