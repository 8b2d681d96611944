import type { Logger } from 'pino';
import type { KeyUsage } from '../src/protocol/api-key-usage.ts';
import { VERSION } from '../src/protocol/version.ts';
import type { SnapshotScrubber } from '../src/scrub/snapshot-scrubber.ts';
import type { ApiDependencies } from './api/dependencies.ts';
import { registerApi } from './api/register-api.ts';
import { createBackupFiles } from './backup-files.ts';
import type { App } from './http/app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createLoginThrottle } from './http/login-throttle.ts';
import { createOidcSignIn } from './http/oidc-sign-in.ts';
import { checkSdkKey } from './http/sdk-key.ts';
import { createSessions } from './http/session.ts';
import { registerStaticFiles } from './http/static-files.ts';
import { createImporter } from './ingest/import-snapshots.ts';
import { createKeyQuotas } from './ingest/key-quotas.ts';
import type { KeyQuotas } from './ingest/key-quotas.ts';
import { registerIngest } from './ingest/register-ingest.ts';
import type { Live } from './live/live.ts';
import type { Metrics } from './metrics/create-metrics.ts';
import type { OpenedData } from './open-data.ts';
import type { ResolvedOptions } from './options.ts';
import { createServiceSources } from './sources/service-sources.ts';
import type { SourceExchange } from './sources/source-exchange.ts';
import { findDashboard } from './server-files.ts';
import { createServiceSettings } from './store/cached-settings.ts';
import { createUseNote } from './use-note.ts';

/** What the routes of a server work with. */
export interface RoutesOptions extends Pick<
  ApiDependencies,
  | 'store'
  | 'live'
  | 'roster'
  | 'nodes'
  | 'passwords'
  | 'webhooks'
  | 'loginCodes'
  | 'setupCodes'
  | 'linkBase'
  | 'now'
  | 'isReady'
> {
  readonly options: ResolvedOptions;
  readonly data: Pick<OpenedData, 'folder' | 'disk' | 'instanceId'>;
  readonly metrics: Metrics;
  readonly scrubber: SnapshotScrubber;
  /** Questions for source to agents, and their answers. */
  readonly exchange: SourceExchange;
  readonly logger: Logger;
  /** Opens the API to programs on this machine. A secret. */
  readonly localToken: string;
}

/** The API, the agents' protocol and the dashboard. */
export async function registerRoutes(app: App, given: RoutesOptions): Promise<void> {
  const { options, data, store, live, metrics, scrubber, logger, now } = given;
  const { limits } = options;
  const isHttps = options.tls !== null || options.publicUrl?.protocol === 'https:';
  const sessions = createSessions({ storage: store, instanceId: data.instanceId, isHttps, now });
  const intake = {
    scrubber,
    trustAgents: options.trustAgents,
    now,
    onProblem: (code: string, error: unknown) => logger.warn({ err: error, code }, 'ingest'),
    isDiskFull: data.disk.isFull,
  };
  const keyLimits = {
    snapshotsPerSecond: limits.keySnapshotsPerSecond,
    bytesPerDay: limits.keyMbPerDay * 1024 * 1024,
    services: limits.keyServices,
  };
  const quotas = createKeyQuotas(keyLimits, now);
  await registerApi(app, {
    ...given,
    sessions,
    authenticate: createAuthenticate({
      sessions,
      localToken: given.localToken,
      readToken: (id) => store.readToken(id),
      noteTokenUse: createUseNote(
        (id, nowIso) => store.touchToken(id, nowIso),
        now,
        (error) => logger.warn({ err: error }, 'the use of a token could not be noted'),
      ),
      ownerUnseenMs: options.ownerUnseenMs,
      now,
    }),
    throttle: createLoginThrottle(now),
    metricsToken: options.metricsToken,
    allowsInsecureSignIn: options.insecureHttp || isHttps,
    oidc: options.oidc === null ? null : createOidcSignIn(options.oidc, now),
    serverVersion: VERSION,
    isDiskFull: data.disk.isFull,
    keyUsage: () => listKeyUsage(quotas, live, store, { ...keyLimits, agents: limits.keyAgents }),
    sources: createServiceSources({
      exchange: given.exchange,
      listAgents: () => given.roster.listAgents(),
    }),
    importSnapshots: createImporter({ ...intake, store, live }),
    makeBackup: createBackupFiles(store, data.folder.path),
  });
  registerIngest(app, {
    ...intake,
    store,
    live,
    authenticate: (text) => checkSdkKey(text, (id) => store.readKey(id), now()),
    readServiceSettings: createServiceSettings(store, now),
    onCapture: metrics.ingest.captured,
    sources: given.exchange,
    quotas,
  });
  await registerStaticFiles(app, findDashboard());
}

/** Of the keys that sent or brought something, or that an agent is there with. */
async function listKeyUsage(
  quotas: KeyQuotas,
  live: Live,
  store: RoutesOptions['store'],
  limits: KeyUsage['limits'],
): Promise<KeyUsage[]> {
  const services = new Map((await store.countServicesByKey()).map((row) => [row.keyId, row.services]));
  const agents = live.countAgentsByKey();
  const sent = new Map(quotas.list().map((counts) => [counts.keyId, counts]));
  return [...new Set([...sent.keys(), ...agents.keys(), ...services.keys()])].map((keyId) => ({
    snapshotsToday: 0,
    bytesToday: 0,
    refusedToday: 0,
    ...sent.get(keyId),
    keyId,
    agents: agents.get(keyId) ?? 0,
    services: services.get(keyId) ?? 0,
    limits,
  }));
}
