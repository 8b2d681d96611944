import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NewSdkKey, Page, SnapshotSummary } from '../../src/protocol/api.ts';
import type { HostReport } from '../fixtures/services/host-under-fault.ts';
import { buildAgent } from '../helpers/built-agent.ts';
import type { BuiltAgent } from '../helpers/built-agent.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { startFaultProxy } from '../helpers/fault-proxy.ts';
import type { FaultProxy } from '../helpers/fault-proxy.ts';
import { startHost } from '../helpers/host-under-fault.ts';
import type { HostUnderFault } from '../helpers/host-under-fault.ts';
import { NETWORK_FAULTS, QUICK_TIMES } from '../helpers/network-faults.ts';

/** Long enough for several tries of everything. */
const FAULT_MS = 1_500;
const MAX_EXTRA_BUSY_MS = 20;
/** As many as a machine has in two seconds that is not busy: of fewer the 99th percentile is the worst. */
const MIN_TURNS = 200;
const MAX_EXTRA_HEAP_BYTES = 10 * 1024 * 1024;

let folder: string;
let server: ControlServerProcess;
let agent: BuiltAgent;
let apiKey: string;
let proxy: FaultProxy;
let host: HostUnderFault;
let alone: HostUnderFault;
let runs = 0;
let serviceName: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-faults-'));
  // As it is published: the sources bring Node's type stripper with them, which no service has.
  agent = buildAgent();
  server = await startControlServerProcess(folder, 0, [
    '--heartbeat-ms',
    '250',
    '--allowed-host',
    'stillframe.test',
  ]);
  apiKey = ((await server.api('POST', '/api/keys', { name: 'faults' })).body as NewSdkKey).secret;
});
afterAll(async () => {
  await server.end('SIGKILL');
  agent.remove();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  host.kill();
  alone.kill();
  await proxy.close();
});

/** An agent behind a proxy that works, in a host that captures, beside one that does the same without an agent. */
async function startPair(
  settings: (proxyPort: string) => Record<string, string> = () => ({}),
): Promise<void> {
  proxy = await startFaultProxy({ port: Number(new URL(server.url).port) });
  serviceName = `host-${++runs}`;
  [host, alone] = await Promise.all([
    startHost(join(agent.folder, 'index.js'), {
      ...QUICK_TIMES,
      STILLFRAME_API_KEY: apiKey,
      STILLFRAME_ENDPOINT: proxy.url,
      STILLFRAME_SERVICE_NAME: serviceName,
      ...settings(new URL(proxy.url).port),
    }),
    startHost(null, {}),
  ]);
  await host.until('the agent is at work', isAtWork);
  host.tell({ ask: 'measure' });
  alone.tell({ ask: 'measure' });
}

function isAtWork({ status }: HostReport): boolean {
  return status !== null && status.control.connection === 'open' && status.stored >= 3;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilRecovered(): Promise<void> {
  const before = (await host.report()).status?.stored ?? 0;
  await host.until(
    'the agent is back',
    ({ status }) =>
      status?.control.connection === 'open' && status.breaker === 'closed' && status.stored > before,
  );
}

async function expectUnharmed(): Promise<void> {
  const isTelling = ({ turns }: HostReport): boolean => turns >= MIN_TURNS;
  const [seen, compared] = await Promise.all(
    [host, alone].map((each) => each.until('turns enough to tell', isTelling)),
  );
  if (seen === undefined || compared === undefined) throw new Error('no reports');
  expect(seen.exceptions).toEqual([]);
  expect(seen.busyP99Ms).toBeLessThan(compared.busyP99Ms + MAX_EXTRA_BUSY_MS);
  expect(seen.heapBytes).toBeLessThan(compared.heapBytes + MAX_EXTRA_HEAP_BYTES);
  const codes = seen.logLines.map((line) => /\((STILLFRAME_\w+)\)$/.exec(line)?.[1]);
  expect(codes).toEqual([...new Set(codes)]);
  expect(proxy.maxOpenStreams).toBe(1);
  expect(seen.maxControlTimers).toBe(1);
}

async function expectBalancedBooks(): Promise<void> {
  const { calls, status } = await host.stop();
  if (status === null) throw new Error('the host has no agent');
  const lost = Object.values(status.dropped).reduce((sum, count) => sum + count, 0);
  expect(status).toMatchObject({ held: 0, queued: 0 });
  expect(status.stored + lost).toBe(calls);
  const ids = await listIds();
  expect(new Set(ids).size).toBe(ids.length);
  // The server has what it confirmed. An answer that was lost on its way leaves one that the agent had to give up.
  expect(ids.length, JSON.stringify(status)).toBeGreaterThanOrEqual(status.stored);
  expect(ids.length, JSON.stringify(status)).toBeLessThanOrEqual(status.stored + status.unconfirmed);
}

async function listIds(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ service: serviceName, limit: '200' });
    if (cursor !== null) query.set('before', cursor);
    const page = (await server.api('GET', `/api/snapshots?${query.toString()}`))
      .body as Page<SnapshotSummary>;
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

describe('the host is not harmed, the agent recovers by itself and its books balance, after', () => {
  it.each(Object.entries(NETWORK_FAULTS))('%s', async (_name, fault) => {
    await startPair();
    await proxy.set(fault);
    await pause(FAULT_MS);
    await proxy.set(null);
    await untilRecovered();
    await expectUnharmed();
    await expectBalancedBooks();
  });

  it.each([
    ['a name that is not found', 1],
    ['a resolver that never answers', 2],
  ])('%s', async (_name, mode) => {
    await startPair(byName);
    host.tell({ ask: 'dns', value: mode });
    proxy.drop();
    await pause(FAULT_MS);
    host.tell({ ask: 'dns', value: 0 });
    await untilRecovered();
    await expectUnharmed();
    await expectBalancedBooks();
  });

  it.each([3_600_000, -3_600_000])('a clock that jumps by %d ms', async (jumpMs) => {
    await startPair();
    host.tell({ ask: 'clock', value: jumpMs });
    await untilRecovered();
    proxy.drop();
    await untilRecovered();
    host.tell({ ask: 'clock', value: 0 });
    await untilRecovered();
    await expectUnharmed();
    await expectBalancedBooks();
  });

  it('two hundred drops in a row, with one stream and one timer at any moment', async () => {
    await startPair(() => ({
      STILLFRAME_RECONNECT_MIN_MS: '10',
      STILLFRAME_RECONNECT_MAX_MS: '20',
      STILLFRAME_BREAKER_FAILURES: '100',
    }));
    // A machine that is busy needs longer for as many of them to be of streams that had come back.
    for (let drops = 0; drops < 200 || proxy.streamRequests <= 50; drops++) {
      proxy.drop();
      await pause(20);
    }
    await untilRecovered();
    await expectUnharmed();
    await expectBalancedBooks();
  });
});

/** The same server by a name that only the host's resolver knows. */
function byName(proxyPort: string): Record<string, string> {
  return { STILLFRAME_ENDPOINT: `http://stillframe.test:${proxyPort}`, STILLFRAME_INSECURE: '1' };
}
