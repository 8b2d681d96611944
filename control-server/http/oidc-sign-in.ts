import type { Configuration } from 'openid-client';
import { isOfDomain, nameOf, roleOf } from './oidc-claims.ts';
import type { OidcClaims, OidcRoleRules } from './oidc-claims.ts';
import { isLoopbackHost } from './loopback.ts';
import { ProblemError } from './problem.ts';
import type { Role } from './role.ts';
import { createSealedTexts } from './sealed-text.ts';

/** Where and as whom people sign in. */
export interface OidcOptions extends OidcRoleRules {
  readonly issuer: URL;
  readonly clientId: string;
  /** Null: a public client, which only PKCE protects. */
  readonly clientSecret: string | null;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: URL;
  /** Where it sends them after a sign-out. */
  readonly signedOutUri: URL;
  readonly scopes: readonly string[];
  /** Lower-case domains of e-mail addresses; empty: any. */
  readonly allowedDomains: readonly string[];
}

/** A person for whom the provider vouches. */
export interface OidcPerson {
  /** The pair names the person for ever. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** By the claims, or the default; null: no way in. */
  readonly role: Role | null;
}

/** Sign-in at an identity provider: authorization code with PKCE, state and nonce. */
export interface OidcSignIn {
  /** Whether each sign-in decides the role anew; false: it is given once, and then administrators change it. */
  readonly decidesRoles: boolean;
  /** Where to send the browser, and what it must bring back in its cookie. Rejects with 502 `oidc_unavailable`. */
  begin(): Promise<{ readonly url: string; readonly ticket: string }>;
  /**
   * Who came back. Rejects with 401 `oidc_refused` when anything does not fit, and with 403 `oidc_not_allowed` for who is
   * of no allowed domain.
   * @param query of the address that the browser came back to
   */
  finish(query: string, ticket: string | undefined): Promise<OidcPerson>;
  /** Where the browser signs out of the provider as well; null when the provider has no such page, or does not answer. */
  signOutUrl(): Promise<string | null>;
}

interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly expiresAtMs: number;
}

/** How long somebody may take at the provider. */
const FLOW_LIFETIME_MS: number = 10 * 60_000;
const TIMEOUT_SECONDS = 10;
/** The provider's endpoints are asked for again after this time. */
const DISCOVERY_KEPT_MS: number = 60 * 60_000;

/** @param now milliseconds since 1970 */
export function createOidcSignIn(options: OidcOptions, now: () => number): OidcSignIn {
  // With the client's secret every node can read what another sealed.
  const tickets = createSealedTexts(options.clientSecret, 'oidc sign-in');
  let discovered: { readonly config: Promise<Configuration>; readonly atMs: number } | null = null;

  // Loaded when somebody signs in: most servers have no provider.
  const load = (): Promise<typeof import('openid-client')> => import('openid-client');

  async function discover(): Promise<Configuration> {
    const client = await load();
    const { issuer, clientId, clientSecret } = options;
    return client.discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === null ? client.None() : client.ClientSecretPost(clientSecret),
      {
        timeout: TIMEOUT_SECONDS,
        execute: isLoopbackHost(issuer.hostname) ? [client.allowInsecureRequests] : [],
      },
    );
  }

  async function configuration(): Promise<Configuration> {
    if (discovered === null || now() - discovered.atMs > DISCOVERY_KEPT_MS) {
      discovered = { config: discover(), atMs: now() };
    }
    try {
      return await discovered.config;
    } catch (cause) {
      discovered = null;
      throw unavailable(cause);
    }
  }

  function readTicket(ticket: string | undefined): Flow {
    const text = ticket === undefined ? null : tickets.unseal(ticket);
    if (text === null) throw refused();
    // Nobody but this server could have sealed it.
    // oxlint-disable-next-line no-unsafe-type-assertion
    const flow = JSON.parse(text) as Flow;
    if (flow.expiresAtMs <= now()) throw refused();
    return flow;
  }

  async function readClaims(query: string, flow: Flow): Promise<OidcClaims & { sub: string; iss: string }> {
    const client = await load();
    const config = await configuration();
    const currentUrl = new URL(options.redirectUri);
    currentUrl.search = query;
    const tokens = await client.authorizationCodeGrant(config, currentUrl, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.codeVerifier,
    });
    const idToken = tokens.claims();
    if (idToken === undefined) throw refused();
    const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
    const more = hasMore ? await client.fetchUserInfo(config, tokens.access_token, idToken.sub) : {};
    // What was signed for this very sign-in wins.
    return { ...more, ...idToken };
  }

  return {
    decidesRoles: options.roleClaim !== null,
    async begin() {
      const client = await load();
      const config = await configuration();
      const codeVerifier = client.randomPKCECodeVerifier();
      const flow: Flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier,
        expiresAtMs: now() + FLOW_LIFETIME_MS,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: options.redirectUri.href,
        scope: options.scopes.join(' '),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, ticket: tickets.seal(JSON.stringify(flow)) };
    },
    async finish(query, ticket) {
      const flow = readTicket(ticket);
      let claims;
      try {
        claims = await readClaims(query, flow);
      } catch (cause) {
        throw cause instanceof ProblemError ? cause : refused(cause);
      }
      if (!isOfDomain(claims, options.allowedDomains)) {
        throw new ProblemError(
          403,
          'oidc_not_allowed',
          'Your account at the identity provider has no verified address of a domain that this server lets in.',
        );
      }
      const { iss: issuer, sub: subject } = claims;
      return { issuer, subject, name: nameOf(claims, subject), role: roleOf(claims, options) };
    },
    async signOutUrl() {
      try {
        const [client, config] = await Promise.all([load(), configuration()]);
        if (config.serverMetadata().end_session_endpoint === undefined) return null;
        const parameters = { post_logout_redirect_uri: options.signedOutUri.href };
        return client.buildEndSessionUrl(config, parameters).href;
      } catch {
        // The session here has ended in any case.
        return null;
      }
    },
  };
}

function refused(cause?: unknown): ProblemError {
  return new ProblemError(
    401,
    'oidc_refused',
    'The sign-in at the identity provider did not end as it began here, or was refused there. Start again from the sign-in page.',
    { cause },
  );
}

function unavailable(cause: unknown): ProblemError {
  return new ProblemError(
    502,
    'oidc_unavailable',
    'The identity provider could not be reached. Try again shortly; the log of the server has the reason.',
    { cause },
  );
}
