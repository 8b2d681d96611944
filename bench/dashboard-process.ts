/**
 * A control server with one service of many snapshots, and an agent of the same service: `dashboard-process.ts server <data
 * folder> <snapshots>` and `… agent <endpoint> <key>`, which captures each `{ number }` that it is sent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createControlServer } from '../control-server/server.ts';
import { createSqliteStore } from '../control-server/store/sqlite-store.ts';
import { init } from '../src/index.ts';
import { millionSnapshot } from './stored-million.ts';

/** To the parent. */
export type DashboardMessage =
  | {
      readonly kind: 'serving';
      readonly url: string;
      readonly secret: string;
      readonly localToken: string;
      /** Signs an administrator in, once. */
      readonly loginLink: string;
    }
  | { readonly kind: 'connected' }
  /** The call of `captureSnapshot` begins, by the machine's clock. */
  | { readonly kind: 'calling'; readonly atMs: number };

/** The service of all snapshots. */
export const SERVICE = 'shop';
const SPAN_MS = 5 * 24 * 60 * 60 * 1_000;
const BATCH = 500;

async function serve(dataFolder: string, snapshots: number): Promise<void> {
  const file = join(dataFolder, 'stillframe.db');
  if (!existsSync(file)) await fill(file, snapshots);
  const server = await createControlServer({
    dataFolder,
    port: 0,
    logLevel: 'silent',
    retentionPerBreakpoint: 1_000_000,
    // What one key may send is not what a list can show.
    keySnapshotsPerSecond: 1_000_000,
    keyMbPerDay: 1_048_576,
  });
  const { secret } = await server.createKey({ name: 'bench', environment: 'default' });
  tell({
    kind: 'serving',
    url: server.url,
    secret,
    localToken: server.localToken,
    loginLink: server.createLoginLink(),
  });
}

/** Of 2 KB each, at 200 places, up to now. */
async function fill(file: string, snapshots: number): Promise<void> {
  const store = await createSqliteStore({ file });
  const startMs = Date.now() - SPAN_MS;
  for (let first = 0; first < snapshots; first += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, snapshots - first) }, (_, index) => {
      const { snapshot } = millionSnapshot(first + index, snapshots);
      const capturedAt = new Date(startMs + ((first + index) / snapshots) * SPAN_MS).toISOString();
      return { ...snapshot, serviceName: SERVICE, capturedAt };
    });
    await store.storeSnapshots('default', rows, rows[0]?.capturedAt ?? '');
  }
  await store.indexTexts();
  await store.close();
}

function capture(endpoint: string, apiKey: string): void {
  const agent = init({ endpoint, apiKey, serviceName: SERVICE, env: false, logger: { warn() {} } });
  const connected = setInterval(() => {
    if (agent.status().control.version === null) return;
    clearInterval(connected);
    tell({ kind: 'connected' });
  }, 10);
  process.on('message', (message) => {
    const { number } = message as { readonly number: number };
    const atMs = Date.now();
    agent.captureSnapshot('bench-call', { number });
    tell({ kind: 'calling', atMs });
  });
}

function tell(message: DashboardMessage): void {
  process.send?.(message);
}

const [, , role = '', ...values] = process.argv;
if (process.argv[1] === import.meta.filename) {
  if (role === 'server') await serve(values[0] ?? '', Number(values[1]));
  else capture(values[0] ?? '', values[1] ?? '');
}
