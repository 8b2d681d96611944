import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { translateStoreError } from '../../../control-server/api/store-problem.ts';
import { createApp } from '../../../control-server/http/app.ts';
import { createHostAllowList } from '../../../control-server/http/host-allow-list.ts';
import { checkSdkKey, createSdkKeySecret } from '../../../control-server/http/sdk-key.ts';
import type { IngestOptions } from '../../../control-server/ingest/dependencies.ts';
import { registerIngest } from '../../../control-server/ingest/register-ingest.ts';
import { repairServicePath } from '../../../control-server/ingest/service-path.ts';
import { createLive } from '../../../control-server/live/create-live.ts';
import type { LiveOptions } from '../../../control-server/live/live-options.ts';
import type { Live } from '../../../control-server/live/live.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import type { DashboardHint, SdkKey } from '../../../src/protocol/api.ts';
import { createSnapshotScrubber } from '../../../src/scrub/snapshot-scrubber.ts';

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** What a call sends. */
export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Buffer or text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  /** True: neither `User-Agent` nor `Content-Type` but those given. */
  readonly isForeign?: boolean;
  /** Key to send; default a key for everything in `default`. Null: none. */
  readonly key?: string | null;
}

/** The agent protocol over a real store. */
export interface IngestServer {
  readonly port: number;
  readonly url: string;
  readonly key: string;
  readonly store: Store;
  readonly live: Live;
  readonly hints: readonly DashboardHint[];
  readonly problems: readonly string[];
  readonly createKey: (
    fields?: Partial<Pick<SdkKey, 'environment' | 'serviceName' | 'scopes'>>,
  ) => Promise<{ readonly id: string; readonly text: string }>;
  readonly call: (path: string, call?: Call) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Starts the protocol's routes on a free port, with the scrubber that the server has. */
export async function startIngest(
  options: Partial<IngestOptions> = {},
  wrapStore: (store: Store) => Store = (store) => store,
  liveOptions: Partial<LiveOptions> = {},
): Promise<IngestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-ingest-'));
  const opened = await createSqliteStore({ file: join(folder, 'data.sqlite'), groupCommitMs: 1 });
  const store = wrapStore(opened);
  const problems: string[] = [];
  const hints: DashboardHint[] = [];
  const room = createLive({
    readState: (ref) => store.readServiceState(ref),
    serverVersion: '0.1.0',
    retryMs: 10,
    ...liveOptions,
  });
  const live: Live = {
    ...room,
    hint: (hint) => {
      hints.push(hint);
      room.hint(hint);
    },
  };
  const app = createApp({
    logger: fastify({ logger: { level: 'silent' } }).log,
    allowsHost: createHostAllowList('127.0.0.1', []),
    tls: null,
    translateError: translateStoreError,
    repairUrl: repairServicePath,
  });
  registerIngest(app, {
    store,
    live,
    scrubber: createSnapshotScrubber(),
    authenticate: (text) => checkSdkKey(text, (id) => store.readKey(id), Date.now()),
    onProblem: (code) => problems.push(code),
    ...options,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;

  const createKey: IngestServer['createKey'] = async (fields = {}) => {
    const { id, text, secretHash } = createSdkKeySecret();
    await store.createKey({
      id,
      secretHash,
      name: 'test',
      environment: 'default',
      serviceName: null,
      scopes: ['ingest', 'control:read'],
      createdAt: new Date().toISOString(),
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
      ...fields,
    });
    return { id, text };
  };
  const key = (await createKey()).text;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    key,
    store,
    live,
    hints,
    problems,
    createKey,
    call: (path, call = {}) => send(port, path, call, key),
    async close() {
      await room.close();
      app.server.closeAllConnections();
      await app.close();
      await opened.close();
      await rm(folder, { recursive: true });
    },
  };
}

function send(port: number, path: string, call: Call, defaultKey: string): Promise<Answer> {
  const isRaw = Buffer.isBuffer(call.body) || typeof call.body === 'string';
  const body = call.body === undefined || isRaw ? call.body : JSON.stringify(call.body);
  const method = call.method ?? (body === undefined ? 'GET' : 'POST');
  const key = call.key === undefined ? defaultKey : call.key;
  const headers: Record<string, string> = {
    ...(call.isForeign === true ? {} : { 'user-agent': 'stillframe/0.1.0 node/24.0.0' }),
    ...(body === undefined || call.isForeign === true ? {} : { 'content-type': 'application/json' }),
    ...(key === null ? {} : { 'x-api-key': key }),
    ...call.headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) });
      });
    });
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
