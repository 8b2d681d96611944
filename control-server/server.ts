import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { NewSdkKey } from '../src/protocol/api.ts';
import { VERSION } from '../src/protocol/version.ts';
import { createSnapshotScrubber } from '../src/scrub/snapshot-scrubber.ts';
import { startAccessWatch } from './access-watch.ts';
import { issueSdkKey } from './api/sdk-keys.ts';
import type { WantedKey } from './api/sdk-keys.ts';
import { translateStoreError } from './api/store-problem.ts';
import { closeAll } from './closers.ts';
import type { Closers } from './closers.ts';
import { ControlServerError } from './control-server-error.ts';
import { guardDisk } from './disk-guard.ts';
import { ensureAccount } from './first-account.ts';
import { createApp } from './http/app.ts';
import type { App } from './http/app.ts';
import { createHostAllowList } from './http/host-allow-list.ts';
import { createOneTimeCodes } from './http/one-time-code.ts';
import { createPasswords } from './http/password.ts';
import { ProblemError } from './http/problem.ts';
import { repairServicePath } from './ingest/service-path.ts';
import { createLive } from './live/create-live.ts';
import { openData } from './open-data.ts';
import { joinNodes } from './open-store.ts';
import { resolveOptions } from './options.ts';
import type { ControlServerOptions, ResolvedOptions } from './options.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import { registerRoutes } from './register-routes.ts';
import { startListening } from './server-address.ts';
import { readTls } from './server-files.ts';
import { watchDelay } from './store/delay-watch.ts';
import { toIso } from './store/instant.ts';
import { StoreError } from './store/store-error.ts';
import { systemStamp } from './store/system-stamp.ts';
import { startUpkeep } from './upkeep.ts';
import { takeBallast, withBallast } from './ballast.ts';
import { createWebhooks } from './webhooks/create-webhooks.ts';
import { watchLive, watchStore } from './webhooks/watch.ts';

/** A running control server. */
export interface ControlServer {
  /** By which this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Opens the API to programs on this machine, as `Authorization: Bearer`; new at each start. A secret. */
  readonly localToken: string;
  /** Makes the first account, once and within 10 minutes; null when there is an account. A secret. */
  readonly setupLink: string | null;
  /** A link that signs one browser in, once and within 5 minutes. A secret. */
  createLoginLink(): string;
  /**
   * Makes a key for agents; its secret is never shown again. Rejects with `bad_option` for a name that is empty, too long
   * or not one line, and for an expiry that has passed.
   */
  createKey(wanted: WantedKey): Promise<NewSdkKey>;
  /**
   * Says at `/readyz` that it closes, takes no new control streams and ends the open ones over `drainMs`, so that their agents
   * do not come to another node all at once. Everything else goes on until `close`, which also cuts it short.
   */
  drain(): Promise<void>;
  /** Tells agents to come back later, finishes what is under way, and frees port and data folder. Again: waits for it. */
  close(): Promise<void>;
}

const SETUP_CODE_LIFETIME_MS = 10 * 60_000;
const LOGIN_CODE_LIFETIME_MS = 5 * 60_000;
/** Nothing of ours takes so long at a time. */
const LONG_DELAY_MS = 1_000;
/** What a client may take to finish a request while the server closes. */
const CLOSE_DEADLINE_MS = 5_000;

/**
 * Starts a control server with everything in it. Prints nothing: what a person should read goes to `onNotice`.
 *
 * @throws ControlServerError with a stable code and the next step; nothing stays open then
 */
export async function createControlServer(options: ControlServerOptions = {}): Promise<ControlServer> {
  const resolved = resolveOptions(options);
  const closers: Closers = [];
  try {
    return await open(resolved, closers);
  } catch (error) {
    await closeAll(closers).catch(() => undefined);
    throw toStartError(error);
  }
}

async function open(options: ResolvedOptions, closers: Closers): Promise<ControlServer> {
  const now = Date.now;
  const scrubber = createSnapshotScrubber();
  const logger = createLogger({
    level: options.logLevel,
    destination: options.logDestination,
    scrubText: (text) => scrubber.scrubText(text),
  });
  const tls = options.tls === null ? null : await readTls(options.tls);
  const metrics = createMetrics(VERSION);
  const data = await openData(options, { logger, metrics, now, closers });
  const { folder, kills } = data;
  let listeningUrl = '';
  const linkBase = (): string => options.publicUrl?.origin ?? listeningUrl;
  const webhooks = createWebhooks({
    store: data.store,
    now,
    linkBase,
    serverVersion: VERSION,
    allowedPrivate: options.webhookAllowPrivate,
    onOutcome: metrics.webhooks.ended,
    onDisabled: (webhook) => logger.warn({ webhook }, 'webhook switched off after too many failures'),
    onProblem: (code, error) => logger.warn({ err: error, code }, 'webhooks'),
  });
  closers.push(() => webhooks.stop());
  const store = watchStore(guardDisk(data.store, data.disk), webhooks);
  const passwords = createPasswords();
  const hasAccount = await ensureAccount(store, passwords, options);

  const app = createApp({
    logger,
    allowsHost: createHostAllowList(options.host, [
      ...options.allowedHosts,
      ...(options.publicUrl === null ? [] : [options.publicUrl.hostname]),
    ]),
    tls,
    translateError: translateStoreError,
    repairUrl: repairServicePath,
    isBehindProxy: options.publicUrl !== null,
  });
  closers.push(() => closeApp(app));
  const ownLive = watchLive(
    createLive({
      readState: (ref) => store.readServiceState(ref, toIso(now())),
      overlay: kills.applyTo,
      serverVersion: VERSION,
      now,
      heartbeatMs: options.heartbeatMs,
      maxStreamAgeMs: options.limits.maxStreamAgeMs,
      maxAgentsPerKey: options.limits.keyAgents,
      onProblem: (code, error) => logger.warn({ err: error, code }, 'live state'),
      streams: metrics.streams,
    }),
    webhooks,
  );
  closers.push(() => ownLive.close());
  const {
    live,
    roster,
    nodes,
    exchange,
    stop: leaveNodes,
  } = joinNodes(data.cluster, ownLive, {
    logger,
    readFacts: () => ({
      host: hostname(),
      version: VERSION,
      agents: ownLive.listAgents().length,
      diskUsedPercent: data.disk.usedPercent(),
      diskLimitPercent: options.limits.diskLimitPercent,
    }),
  });
  closers.push(() => leaveNodes());
  kills.start((change) => void live.publish(change));
  data.onReturn(() => void live.refresh({ environment: null, serviceName: null, kind: null }));

  metrics.observe(store, live);

  let isReady = true;
  const localToken = randomBytes(32).toString('base64url');
  const loginCodes = createOneTimeCodes(LOGIN_CODE_LIFETIME_MS, now);
  const setupCodes = createOneTimeCodes(SETUP_CODE_LIFETIME_MS, now);
  await registerRoutes(app, {
    options,
    data,
    store,
    live,
    roster,
    nodes,
    exchange,
    passwords,
    webhooks,
    metrics,
    scrubber,
    logger,
    localToken,
    loginCodes,
    setupCodes,
    linkBase,
    now,
    isReady: () => isReady,
  });

  const { port, url } = await startListening(app, options);
  listeningUrl = url;
  const upkeep = startUpkeep(store, live, logger, now);
  closers.push(() => upkeep.stop());
  const delayWatch = watchDelay((delayMs, cpuMs) => {
    if (delayMs < LONG_DELAY_MS) return;
    const figures = { delayMs: Math.round(delayMs), cpuMs: Math.round(cpuMs) };
    logger.warn(figures, 'nothing was done for a while: the process was held up');
  });
  closers.push(() => delayWatch.stop());
  const accessWatch = startAccessWatch(store, live, { logger, ownerUnseenMs: options.ownerUnseenMs, now });
  closers.push(() => accessWatch.stop());
  closers.push(() => folder.removeServerInfo());
  try {
    await withBallast(folder.path, () => folder.writeServerInfo({ url, pid: process.pid, localToken }));
  } catch (error) {
    // On a full disk: the control plane has to live all the same.
    logger.error(
      { err: error },
      'the command line cannot find this server: server.json could not be written',
    );
  }
  await takeBallast(folder.path);

  const setupLink = hasAccount ? null : `${linkBase()}/setup#code=${setupCodes.issue()}`;
  if (setupLink !== null) options.onNotice(`Create the first account within 10 minutes: ${setupLink}`);

  let closed: Promise<void> | null = null;
  return {
    url,
    port,
    localToken,
    setupLink,
    createLoginLink: () => `${linkBase()}/login#code=${loginCodes.issue()}`,
    async createKey(wanted) {
      const changes = store.recording(systemStamp('key.create', now()));
      const issued = await issueSdkKey(changes, wanted, now()).catch(toOptionError);
      live.hint({ topic: 'keys' });
      return issued;
    },
    async drain() {
      isReady = false;
      await live.drain(options.limits.drainMs);
    },
    close() {
      isReady = false;
      closed ??= closeAll(closers);
      return closed;
    },
  };
}

/** What refuses a request refuses a program that embeds the server with the code of wrong options. */
function toOptionError(error: unknown): never {
  if (error instanceof ProblemError)
    throw new ControlServerError('bad_option', error.message, { cause: error });
  throw error;
}

async function closeApp(app: App): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}

function toStartError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'data_folder_in_use':
    case 'data_folder_unusable':
    case 'data_is_newer':
      return new ControlServerError(error.code, error.message, { cause: error });
    default:
      return new ControlServerError('store_failed', error.message, { cause: error });
  }
}
