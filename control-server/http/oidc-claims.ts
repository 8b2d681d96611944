import { isAtLeast } from './role.ts';
import type { Role } from './role.ts';

/** What an identity provider says of a person: the ID token together with the answer of its user info. */
export type OidcClaims = Readonly<Record<string, unknown>>;

/** How claims become a role. */
export interface OidcRoleRules {
  /** Name of the claim, or a path to it with dots; null: claims say nothing of roles. */
  readonly roleClaim: string | null;
  /** Values of the claim with the role that each gives. */
  readonly roles: ReadonlyMap<string, Role>;
  /** For who has none of these values; null: no way in. */
  readonly defaultRole: Role | null;
}

const MAX_NAME_CHARS = 80;

/** The highest role that a value of the claim gives, else the default one. */
export function roleOf(claims: OidcClaims, { roleClaim, roles, defaultRole }: OidcRoleRules): Role | null {
  const values = roleClaim === null ? [] : readTexts(findClaim(claims, roleClaim));
  let best: Role | null = null;
  for (const value of values) {
    const role = roles.get(value);
    if (role !== undefined && (best === null || isAtLeast(role, best))) best = role;
  }
  return best ?? defaultRole;
}

/** True when the verified e-mail address is of one of these domains; true for all when there are none. */
export function isOfDomain(claims: OidcClaims, allowedDomains: readonly string[]): boolean {
  if (allowedDomains.length === 0) return true;
  const { email, email_verified: isVerified } = claims;
  // Where anybody can claim any address, only one that the provider has checked says something.
  if (typeof email !== 'string' || isVerified !== true) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return email.includes('@') && allowedDomains.includes(domain);
}

/** What to call the person: never what the account is found by. */
export function nameOf(claims: OidcClaims, subject: string): string {
  const candidates = [claims['preferred_username'], claims['email'], claims['name'], subject];
  for (const candidate of candidates) {
    if (typeof candidate !== 'string') continue;
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    const name = candidate
      .toWellFormed()
      .replace(/[\u0000-\u001f\u007f]/g, '')
      .trim();
    if (name !== '') return name.slice(0, MAX_NAME_CHARS).toWellFormed();
  }
  return 'unnamed';
}

/** A claim may have dots in its name, as those that are named like addresses do. */
function findClaim(claims: OidcClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}

function readTexts(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}
