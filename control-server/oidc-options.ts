import { readFileSync } from 'node:fs';
import { ControlServerError } from './control-server-error.ts';
import { isLoopbackHost } from './http/loopback.ts';
import type { OidcOptions as ResolvedOidc } from './http/oidc-sign-in.ts';
import type { Role } from './http/role.ts';

/** Sign-in at an identity provider (OpenID Connect, authorization code with PKCE). Needs `publicUrl`. */
export interface OidcOptions {
  /** Address of the provider, as its discovery document names itself; https, but for one on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out together with `clientSecretFile`: a public client. */
  readonly clientSecret?: string;
  /** File that holds nothing but the secret. */
  readonly clientSecretFile?: string;
  /** Asked for beside `openid`. Default `profile` and `email`. */
  readonly scopes?: readonly string[];
  /** Claim that says what a person may do, such as `groups` or `realm_access.roles`. Default: none does. */
  readonly roleClaim?: string;
  /** Which value of the claim gives which role; of several the highest counts. */
  readonly roles?: Readonly<Record<string, Role>>;
  /** Role of who has none of these values. Default: none, and no way in. */
  readonly defaultRole?: Role;
  /** Only people with a verified e-mail address of one of these domains. Default: everybody whom the provider lets in. */
  readonly allowedDomains?: readonly string[];
  /** Days for which personal tokens of these people work after their last sign-in, 1 to 365. Default 30. */
  readonly tokenDays?: number;
}

const DEFAULT_TOKEN_DAYS = 30;
const MAX_TOKEN_DAYS = 365;
const DAY_MS: number = 24 * 60 * 60_000;
const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
const DEFAULT_SCOPES = ['profile', 'email'];
const NAMES: Readonly<Record<keyof OidcOptions, true>> = {
  issuer: true,
  clientId: true,
  clientSecret: true,
  clientSecretFile: true,
  scopes: true,
  roleClaim: true,
  roles: true,
  defaultRole: true,
  allowedDomains: true,
  tokenDays: true,
};

/**
 * The options with their defaults, and the secret read.
 * @throws ControlServerError `bad_option`
 */
export function resolveOidc(oidc: OidcOptions | undefined, publicUrl: URL | null): ResolvedOidc | null {
  if (oidc === undefined) return null;
  const unknown = Object.keys(oidc).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined)
    throw bad(`has no option "${unknown}". Known are: ${Object.keys(NAMES).join(', ')}`);
  if (publicUrl === null) throw bad('needs publicUrl: the provider sends browsers back to that address');
  requireProtected('publicUrl', publicUrl);
  const issuer = URL.parse(oidc.issuer);
  if (issuer === null) throw bad(`needs an issuer that is an address, not ${JSON.stringify(oidc.issuer)}`);
  requireProtected('issuer', issuer);
  if (typeof oidc.clientId !== 'string' || oidc.clientId === '') throw bad('needs a clientId');
  const roles = new Map(Object.entries(oidc.roles ?? {}));
  for (const role of [...roles.values(), oidc.defaultRole]) {
    if (role !== undefined && !ROLES.includes(role)) {
      throw bad(`gives roles out of ${ROLES.join(', ')}, not ${JSON.stringify(role)}`);
    }
  }
  if (roles.size > 0 && oidc.roleClaim === undefined)
    throw bad('has roles, but no roleClaim to read them from');
  if (roles.size === 0 && oidc.roleClaim !== undefined)
    throw bad('has a roleClaim, but no roles that its values give');
  if (roles.size === 0 && oidc.defaultRole === undefined) {
    throw bad('would let nobody in: give a defaultRole, or roles and the roleClaim that they are read from');
  }
  return {
    issuer,
    clientId: oidc.clientId,
    clientSecret: readSecret(oidc),
    redirectUri: new URL('/api/oidc/callback', publicUrl),
    signedOutUri: new URL('/login', publicUrl),
    scopes: ['openid', ...(oidc.scopes ?? DEFAULT_SCOPES).filter((scope) => scope !== 'openid')],
    roleClaim: oidc.roleClaim ?? null,
    roles,
    defaultRole: oidc.defaultRole ?? null,
    allowedDomains: (oidc.allowedDomains ?? []).map((domain) => domain.toLowerCase()),
  };
}

/**
 * How long personal tokens work after the last sign-in of their owner, where that is an account of a provider: also of one
 * that is set up no more.
 * @throws ControlServerError `bad_option`
 */
export function resolveOwnerUnseenMs(oidc: OidcOptions | undefined): number {
  const days = oidc?.tokenDays ?? DEFAULT_TOKEN_DAYS;
  if (!Number.isInteger(days) || days < 1 || days > MAX_TOKEN_DAYS) {
    throw bad(
      `needs tokenDays that are a whole number of 1 to ${MAX_TOKEN_DAYS}, not ${JSON.stringify(days)}`,
    );
  }
  return days * DAY_MS;
}

function readSecret({ clientSecret, clientSecretFile }: OidcOptions): string | null {
  if (clientSecret !== undefined && clientSecretFile !== undefined) {
    throw bad('takes clientSecret or clientSecretFile, not both');
  }
  if (clientSecretFile === undefined) return clientSecret ?? null;
  let secret: string;
  try {
    secret = readFileSync(clientSecretFile, 'utf8').trim();
  } catch (cause) {
    throw bad(`cannot read clientSecretFile ${clientSecretFile}`, cause);
  }
  if (secret === '') throw bad(`finds nothing in clientSecretFile ${clientSecretFile}`);
  return secret;
}

/** Codes and sessions must not cross a network in the clear. */
function requireProtected(name: string, url: URL): void {
  const isProtected = url.protocol === 'https:';
  if (isProtected || (url.protocol === 'http:' && isLoopbackHost(url.hostname))) return;
  throw bad(`needs a ${name} that starts with https, not ${JSON.stringify(url.href)}`);
}

function bad(what: string, cause?: unknown): ControlServerError {
  return new ControlServerError('bad_option', `oidc ${what}.`, { cause });
}
