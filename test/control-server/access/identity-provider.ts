import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from './memory-adapter.ts';

/** What the provider says of one person. */
export interface Claims {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly groups?: readonly string[];
}

/** A real provider on a free port of this machine, at which somebody is always signed in. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Who is sitting at the browser. */
  person: Claims;
  /** What it asked of each authorization, newest last. */
  readonly asked: readonly URLSearchParams[];
}

export const CLIENT = { id: 'stillframe', secret: 'a secret of the client' } as const;

/** @param publicUrl of the control server */
export async function startIdentityProvider(publicUrl: string): Promise<IdentityProvider> {
  const server: Server = createServer();
  // Left to the clients: after a pause it would close a connection at the moment in which one is used again.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line no-unsafe-type-assertion -- a TCP server that listens
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: URLSearchParams[] = [];
  const state = { person: { sub: 'nobody' } as Claims };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${publicUrl}/api/oidc/callback`],
        post_logout_redirect_uris: [`${publicUrl}/login`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    adapter: createMemoryAdapter(),
    jwks: {
      keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })],
    },
    ttl: {
      Interaction: 600,
      Grant: 600,
      Session: 600,
      AccessToken: 600,
      IdToken: 600,
      AuthorizationCode: 60,
    },
    pkce: { required: () => true },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username', 'groups'],
    },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['of the test'] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        ...state.person,
        ...(state.person.groups === undefined ? {} : { groups: [...state.person.groups] }),
      }),
    }),
    // Nobody is asked for consent.
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/auth') asked.push(url.searchParams);
    if (url.pathname.startsWith('/interaction/')) {
      const login = { accountId: state.person.sub, remember: false };
      provider.interactionFinished(request, response, { login }).catch(() => response.destroy());
      return;
    }
    void handle(request, response);
  });
  return {
    issuer,
    asked,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
