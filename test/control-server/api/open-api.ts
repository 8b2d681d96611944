import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import type { RouteOptions } from 'fastify';
import type { Response as InjectedAnswer } from 'light-my-request';
import { createAuthenticate } from '../../../control-server/http/authenticate.ts';
import type { App } from '../../../control-server/http/app.ts';
import { createApp } from '../../../control-server/http/app.ts';
import { createHostAllowList } from '../../../control-server/http/host-allow-list.ts';
import { createLoginThrottle } from '../../../control-server/http/login-throttle.ts';
import type { OidcSignIn } from '../../../control-server/http/oidc-sign-in.ts';
import { createOneTimeCodes } from '../../../control-server/http/one-time-code.ts';
import type { OneTimeCodes } from '../../../control-server/http/one-time-code.ts';
import { createPasswords } from '../../../control-server/http/password.ts';
import type { Passwords } from '../../../control-server/http/password.ts';
import { createSessions } from '../../../control-server/http/session.ts';
import type { Role } from '../../../control-server/http/role.ts';
import { registerApi } from '../../../control-server/api/register-api.ts';
import { translateStoreError } from '../../../control-server/api/store-problem.ts';
import { createBackupFiles } from '../../../control-server/backup-files.ts';
import { createImporter } from '../../../control-server/ingest/import-snapshots.ts';
import { checkSdkKey } from '../../../control-server/http/sdk-key.ts';
import { registerIngest } from '../../../control-server/ingest/register-ingest.ts';
import { createLive } from '../../../control-server/live/create-live.ts';
import type { Live } from '../../../control-server/live/live.ts';
import { createWebhooks } from '../../../control-server/webhooks/create-webhooks.ts';
import { createNodeList } from '../../../control-server/nodes/node-list.ts';
import { createLocalRoster } from '../../../control-server/nodes/shared-roster.ts';
import { createLocalExchange } from '../../../control-server/sources/source-exchange.ts';
import { createServiceSources } from '../../../control-server/sources/service-sources.ts';
import { createMetrics } from '../../../control-server/metrics/create-metrics.ts';
import type { Metrics } from '../../../control-server/metrics/create-metrics.ts';
import { measureStore } from '../../../control-server/metrics/measure-store.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { StoredSession } from '../../../control-server/store/people-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { createSnapshotScrubber } from '../../../src/scrub/snapshot-scrubber.ts';
import { pino } from 'pino';

/** One request to the API. */
export interface Call {
  readonly body?: unknown;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly remoteAddress?: string;
}

/** The API over a real store and real live streams, with a clock of its own. */
export interface OpenApi extends AsyncDisposable {
  readonly app: App;
  readonly store: Store;
  readonly live: Live;
  readonly metrics: Metrics;
  readonly clock: { ms: number };
  readonly routes: readonly { method: string; url: string }[];
  readonly localToken: string;
  readonly loginCodes: OneTimeCodes;
  readonly setupCodes: OneTimeCodes;
  /** Everything that was logged. */
  logged(): string;
  /** The cookie of a new session. */
  signIn(role?: Role, fields?: Partial<StoredSession>): Promise<string>;
  call(method: string, url: string, call?: Call): Promise<InjectedAnswer>;
  /** What `/api/openapi.json` answers. */
  readDocumentation<T>(): Promise<T>;
}

/** Opens the metrics. */
export const METRICS_TOKEN = 'metrics-token-0123456789';

export async function openApi(
  options: {
    readonly passwords?: Passwords;
    readonly allowsInsecureSignIn?: boolean;
    readonly isReady?: () => boolean;
    readonly isDiskFull?: () => boolean;
    readonly oidc?: OidcSignIn;
    /** True: with the protocol of agents beside the API. Default false. */
    readonly withAgents?: boolean;
  } = {},
): Promise<OpenApi> {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-api-'));
  const clock = { ms: Date.parse('2026-11-21T10:00:00.000Z') };
  const now = () => clock.ms;
  const metrics = createMetrics('1.2.3');
  const store = measureStore(
    await createSqliteStore({ file: join(folder, 'stillframe.db') }),
    metrics.storeCalls,
  );
  const live = createLive({
    readState: (ref) => store.readServiceState(ref),
    serverVersion: '1.2.3',
    now,
    streams: metrics.streams,
  });
  const exchange = createLocalExchange(live.askForSource);
  const lines: string[] = [];
  const app = createApp({
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    allowsHost: createHostAllowList('127.0.0.1', []),
    tls: null,
    translateError: translateStoreError,
  });
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', (route: RouteOptions) => {
    for (const method of [route.method].flat())
      if (method !== 'HEAD') routes.push({ method, url: route.url });
  });
  const sessions = createSessions({ storage: store, instanceId: 'abcdefgh-1234', isHttps: false, now });
  const localToken = randomBytes(32).toString('base64url');
  const loginCodes = createOneTimeCodes(5 * 60_000, now);
  const setupCodes = createOneTimeCodes(10 * 60_000, now);
  const webhooks = createWebhooks({
    store,
    now,
    linkBase: () => 'http://localhost:7070',
    serverVersion: '1.2.3',
    allowedPrivate: [],
    resolveName: (_name, found) => found(new Error('no names here'), []),
    onProblem: (code, error) => lines.push(`${code} ${String(error)}`),
  });
  metrics.observe(store, live);
  await registerApi(app, {
    store,
    live,
    roster: createLocalRoster(live),
    nodes: createNodeList({
      nodeId: 'node-1',
      startedAtMs: now(),
      readFacts: () => ({
        host: 'till-1',
        version: '1.2.3',
        agents: live.listAgents().length,
        diskUsedPercent: 41.5,
        diskLimitPercent: 90,
      }),
      cluster: null,
      now,
    }),
    sources: createServiceSources({
      exchange,
      listAgents: () => Promise.resolve(live.listAgents()),
    }),
    sessions,
    authenticate: createAuthenticate({
      sessions,
      localToken,
      readToken: (id) => store.readToken(id),
      noteTokenUse: () => undefined,
      ownerUnseenMs: 30 * 24 * 60 * 60_000,
      now,
    }),
    passwords: options.passwords ?? createPasswords(),
    throttle: createLoginThrottle(now),
    loginCodes,
    setupCodes,
    metrics,
    metricsToken: METRICS_TOKEN,
    webhooks,
    allowsInsecureSignIn: options.allowsInsecureSignIn ?? false,
    linkBase: () => 'http://localhost:7070',
    oidc: options.oidc ?? null,
    serverVersion: '1.2.3',
    now,
    isReady: options.isReady ?? (() => true),
    isDiskFull: options.isDiskFull ?? (() => false),
    keyUsage: async () => [],
    importSnapshots: createImporter({
      store,
      live,
      scrubber: createSnapshotScrubber(),
      trustAgents: true,
      now,
      isDiskFull: () => options.isDiskFull?.() ?? false,
      onProblem: (code, error) => lines.push(`${code} ${String(error)}`),
    }),
    makeBackup: createBackupFiles(store, folder),
  });
  if (options.withAgents === true) {
    registerIngest(app, {
      store,
      live,
      scrubber: createSnapshotScrubber(),
      authenticate: (text) => checkSdkKey(text, (id) => store.readKey(id), now()),
      now,
    });
  }
  await app.ready();
  const call: OpenApi['call'] = (method, url, { body, cookie, headers = {}, remoteAddress } = {}) =>
    app.inject({
      method: method as 'GET',
      url,
      headers: {
        host: 'localhost:7070',
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
    });

  return {
    app,
    store,
    live,
    metrics,
    clock,
    routes,
    localToken,
    loginCodes,
    setupCodes,
    logged: () => lines.join(''),
    async signIn(role = 'admin', fields = {}) {
      const value = randomBytes(32).toString('base64url');
      await store.createSession({
        idHash: createHash('sha256').update(value).digest('hex'),
        userId: null,
        userName: `a ${role}`,
        role,
        createdAt: new Date(clock.ms).toISOString(),
        lastUsedAt: new Date(clock.ms).toISOString(),
        expiresAt: new Date(clock.ms + 60_000).toISOString(),
        idleExpiresAt: new Date(clock.ms + 60_000).toISOString(),
        address: '127.0.0.1',
        userAgent: 'test',
        ...fields,
      });
      return `stillframe_abcdefgh=${value}`;
    },
    call,
    async readDocumentation<T>() {
      const headers = { authorization: `Bearer ${localToken}` };
      return (await call('GET', '/api/openapi.json', { headers })).json<T>();
    },
    async [Symbol.asyncDispose]() {
      await live.close();
      await app.close();
      await webhooks.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
