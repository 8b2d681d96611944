import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { SignInMethods } from '../../src/protocol/api-people.ts';
import type { App } from '../http/app.ts';
import type { OidcPerson, OidcSignIn } from '../http/oidc-sign-in.ts';
import { createLoginThrottle } from '../http/login-throttle.ts';
import { ProblemError } from '../http/problem.ts';
import type { StoredUser } from '../store/people-store.ts';
import { asPerson, record, recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';
import { sendRefusalPage, wantsPage } from './refusal-page.ts';
import { requireSafeTransport } from './safe-transport.ts';
import { createSignIn } from './sign-in.ts';

const tags = ['session'];
const START_URL = '/api/oidc/start';
const TICKET_LIFETIME_SECONDS = 600;
/** Where claims decide roles, they are asked for again within this time: who has lost a role keeps no session of it for long. */
const ROLE_LIFETIME_MS: number = 60 * 60_000;

/** Signing in at an identity provider. */
export function registerOidc(api: App, deps: ApiDependencies): void {
  const { oidc } = deps;
  const refusals = createLoginThrottle(deps.now);
  const signIn = createSignIn(deps);
  const accountOf = createAccountOf(deps);

  api.get('/sign-in-methods', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'What the sign-in page offers',
      response: answers({
        200: Type.Object({
          password: Type.Literal(true),
          oidc: Type.Union([Type.Object({ startUrl: Type.String() }), Type.Null()]),
        }),
      }),
    },
    handler: (): SignInMethods => ({
      password: true,
      oidc: oidc === null ? null : { startUrl: START_URL },
    }),
  });

  if (oidc === null) return;

  /** `Lax`: the browser has to bring it back when the provider sends it here, which is another site. */
  const ticketCookie = (request: FastifyRequest) => {
    const isHttps = isReachedByHttps(deps);
    return {
      name: `${isHttps ? '__Host-' : ''}stillframe_oidc`,
      attributes: { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps } as const,
      value: request.cookies[`${isHttps ? '__Host-' : ''}stillframe_oidc`],
    };
  };

  api.get('/oidc/start', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Sends the browser to the identity provider',
      response: answers(
        { 303: { description: 'To the provider' } },
        { 502: 'The provider does not answer (`oidc_unavailable`)' },
      ),
    },
    handler: async (request, reply) => {
      try {
        requireSafeTransport(request, deps);
        const { url, ticket } = await oidc.begin();
        const { name, attributes } = ticketCookie(request);
        return reply
          .setCookie(name, ticket, { ...attributes, maxAge: TICKET_LIFETIME_SECONDS })
          .redirect(url, 303);
      } catch (error) {
        return showRefusal(request, reply, error);
      }
    },
  });

  api.get('/oidc/callback', {
    config: { access: 'public' },
    schema: {
      tags,
      summary:
        'Where the identity provider sends the browser back to: signs in, and leads to the dashboard; a refusal is a page for browsers',
      response: answers(
        { 303: { description: 'Signed in, to the dashboard' } },
        {
          401: 'Not what began here, or refused (`oidc_refused`)',
          403: 'No role, a foreign domain, or disabled (`oidc_not_allowed`)',
          502: 'The provider does not answer (`oidc_unavailable`)',
        },
      ),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      const { name, attributes, value } = ticketCookie(request);
      // Once, whatever comes of it.
      reply.clearCookie(name, attributes);
      const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
      try {
        const user = await accountOf(request, oidc, await oidc.finish(query, value));
        await signIn(request, reply, user, oidc.decidesRoles ? ROLE_LIFETIME_MS : undefined);
      } catch (error) {
        // Anybody can come here and be refused: an address that does so again and again does not fill the audit.
        const isRefusal = error instanceof ProblemError && error.status < 500;
        if (isRefusal && refusals.begin('identity provider', request.ip) === 0) {
          request.log.warn({ address: request.ip, code: error.code, err: error.cause }, 'sign-in refused');
          await record(request, 'session.refuse', 'session', {
            actor: asPerson('identity provider'),
            after: { code: error.code },
          });
        }
        return showRefusal(request, reply, error);
      }
      return reply.redirect('/', 303);
    },
  });
}

/** Browsers come to these addresses by themselves, and a person reads what they are answered. */
function showRefusal(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof ProblemError) || !wantsPage(request)) throw error;
  return sendRefusalPage(reply, error);
}

/** Finds or makes the account of a person, by what the provider calls the person and by nothing else. */
function createAccountOf({
  store,
  live,
  now,
}: ApiDependencies): (request: FastifyRequest, oidc: OidcSignIn, person: OidcPerson) => Promise<StoredUser> {
  async function follow(request: FastifyRequest, known: StoredUser, oidc: OidcSignIn, person: OidcPerson) {
    if (known.disabledAt !== null) throw notAllowed('Your account here is disabled.');
    if (!oidc.decidesRoles || person.role === known.role) return known;
    if (person.role === null) {
      await endAccess(request, known);
      throw notAllowed('The identity provider gives you no role here any more.');
    }
    const changes = recorded(request, 'user.change', asPerson(known.name));
    try {
      return (await changes.updateUser(known.id, { role: person.role })) ?? known;
    } catch (error) {
      if (!isLastAdmin(error)) throw error;
      request.log.warn({ user: known.id }, 'the last administrator stays one, whatever the claims say');
      return known;
    }
  }

  /** Who has no role any more is out: in every browser, and with every token. */
  async function endAccess(request: FastifyRequest, { id, name }: StoredUser): Promise<void> {
    const ended = await recorded(request, 'session.end', asPerson(name)).deleteSessionsOf(id, null);
    for (const idHash of ended) live.endSession(idHash);
    const nowIso = new Date(now()).toISOString();
    const revocations = recorded(request, 'token.revoke', asPerson(name));
    for (const token of await store.listTokens(id)) {
      if (token.revokedAt !== null || Date.parse(token.expiresAt) <= now()) continue;
      await revocations.revokeToken(token.id, nowIso);
      live.endSession(`token:${token.id}`);
    }
  }

  async function create(request: FastifyRequest, person: OidcPerson): Promise<StoredUser> {
    const { issuer, subject, role } = person;
    if (role === null) throw notAllowed('The identity provider gives you no role here.');
    // An account of the same name may be somebody else's: it is never taken over.
    const taken = [`(${new URL(issuer).host})`, `(${subject.slice(0, 15)})`].map(
      (end) => `${person.name} ${end}`,
    );
    for (const name of [person.name, ...taken]) {
      const user: StoredUser = {
        id: randomUUID(),
        name: name.slice(0, 100),
        passwordHash: null,
        identity: { issuer, subject },
        role,
        createdAt: new Date(now()).toISOString(),
        lastSignInAt: null,
        disabledAt: null,
      };
      if ((await store.readUser(user.name)) !== null) continue;
      await recorded(request, 'user.create', asPerson(user.name)).createUser(user);
      return user;
    }
    throw notAllowed('Every name for your account is taken here.');
  }

  return async (request, oidc, person) => {
    const { issuer, subject } = person;
    const known = await store.readUserByIdentity({ issuer, subject });
    return known === null ? create(request, person) : follow(request, known, oidc, person);
  };
}

/** By name: the store runs behind a seam that this room knows by its types only. */
function isLastAdmin(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'last_admin';
}

function isReachedByHttps({ linkBase }: ApiDependencies): boolean {
  return linkBase().startsWith('https:');
}

function notAllowed(what: string): ProblemError {
  return new ProblemError(403, 'oidc_not_allowed', `${what} Ask an administrator.`);
}
