import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../../control-server/cli/api-client.ts';
import type { ApiClient } from '../../../control-server/cli/api-client.ts';
import { readServerInfo } from '../../../control-server/data-folder.ts';
import type { AgentSummary, Page, SdkKey, SnapshotSummary } from '../../../src/protocol/api.ts';
import { until } from '../../helpers/until.ts';
import { createTemporaryFolder } from './a-running-server.ts';
import { runCli, startCli } from './cli-process.ts';
import type { CliProcess } from './cli-process.ts';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/login#code=[\w-]+/;

function apiOf(folder: string): ApiClient {
  const info = readServerInfo(join(folder, 'demo'));
  if (info === null) throw new Error('The demo wrote no server.json.');
  return createApiClient({ url: info.url, token: info.localToken, source: 'demo' });
}

/** What the shop's agent last said of itself, once it fits. */
async function waitForShop(
  api: ApiClient,
  fits: (status: ShopStatus) => boolean = () => true,
): Promise<ShopStatus> {
  return until('a report of the shop', async () => {
    const agents = await api.get<readonly AgentSummary[]>('/api/agents?service=demo-shop');
    const status = agents[0]?.status ?? null;
    return status !== null && fits(status) ? status : null;
  });
}

/** What was captured later than that: the shop, the server and this test have one clock. */
async function capturedAfter(api: ApiClient, instantMs: number): Promise<readonly SnapshotSummary[]> {
  const { items } = await api.get<Page<SnapshotSummary>>('/api/snapshots?limit=500');
  return items.filter(({ capturedAt }) => Date.parse(capturedAt) > instantMs);
}

type ShopStatus = NonNullable<AgentSummary['status']>;

async function waitUntilGone(pid: number): Promise<void> {
  await until(`the end of process ${pid}`, () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

describe('a demo that runs', () => {
  let folder: ReturnType<typeof createTemporaryFolder>;
  let env: Record<string, string>;
  let demo: CliProcess;
  let api: ApiClient;
  beforeAll(async () => {
    folder = createTemporaryFolder();
    env = { STILLFRAME_DATA_DIR: folder.path };
    demo = startCli(['demo', '--port', '0'], env);
    await demo.waitForLine('stdout', /^Ctrl-C/);
    api = apiOf(folder.path);
  });
  afterAll(async () => {
    await demo[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('prints one link, which signs in once', async () => {
    expect(demo.stdout.join('\n').match(/http:\S+/g)).toEqual([expect.stringMatching(LINK)]);
    const code = (LINK.exec(demo.stdout.join('\n'))?.[0] ?? '').split('#code=')[1];
    const signIn = (): Promise<Response> =>
      fetch(`${api.address.url}/api/session/code`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      });
    expect((await signIn()).status).toBe(204);
    expect((await signIn()).status).toBe(401);
  });

  it('shows a shop whose captures stop with the kill switch and come back', async () => {
    await using tail = startCli(['tail'], env);
    await tail.waitForLine('stdout', / {2}demo-shop {2}checkout {2}Orders\.checkout orders\.ts:\d+ {2}/);
    await runCli(['kill-switch', 'on'], env);
    await waitForShop(api, (status) => status.capture === 'killed');
    const killedAtMs = Date.now();
    // Six requests long.
    await new Promise((resolve) => setTimeout(resolve, 1_700));
    expect(await capturedAfter(api, killedAtMs)).toEqual([]);
    const shown = tail.stdout.length;
    await runCli(['kill-switch', 'off'], env);
    await until('a capture', async () => (await capturedAfter(api, killedAtMs)).length > 0);
    await tail.waitForLine('stdout', /demo-shop/, shown);
  });

  it('sends believable secrets, and none of them is stored', async () => {
    await until('a payment that was declined', async () => {
      const declined = await api.get<Page<SnapshotSummary>>('/api/snapshots?label=payment-declined');
      return declined.items.length > 0;
    });
    const { items } = await api.get<Page<SnapshotSummary>>('/api/snapshots?limit=500');
    expect(new Set(items.map((item) => item.label)).size).toBeGreaterThanOrEqual(5);
    const stored = await Promise.all(items.map((item) => api.get<unknown>(`/api/snapshots/${item.id}`)));
    const text = JSON.stringify(stored);
    expect(text.includes('[REDACTED:')).toBe(true);
    const secrets = [
      'ada@example.com',
      'analytical-engine',
      '4242424242424242',
      '4242 4242 4242 4242',
      '4000000000000002',
      '202-555-0143',
      '4eC39HqLyjWDarjtT1zdp7dc',
      'eyJhbGciOiJIUzI1NiI',
    ];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('leaves nothing behind when it is told to end', async () => {
    const { pid: shop } = await waitForShop(api);
    demo.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
    await waitUntilGone(shop);
    // What a busy machine does to the process is in the log, and no fault of it.
    expect(demo.stderr.filter((line) => !line.includes('the process was held up'))).toEqual(['Closing …']);
    expect(readServerInfo(join(folder.path, 'demo'))).toBeNull();
  });
});

describe('a demo whose port is taken', () => {
  it('takes the next free one and says so, and ends its shop also when it is killed itself', async () => {
    using folder = createTemporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      await using demo = startCli(['demo', '--port', String(port)], { STILLFRAME_DATA_DIR: folder.path });
      await demo.waitForLine('stdout', /^Ctrl-C/);
      const api = apiOf(folder.path);
      const used = new URL(api.address.url).port;
      expect(used).not.toBe(String(port));
      expect(demo.stdout[0]).toBe(`Port ${port} is taken by another program: the demo uses ${used}.`);
      const { pid: shop } = await waitForShop(api);
      demo.kill('SIGKILL');
      await waitUntilGone(shop);
    } finally {
      other.close();
    }
  });
});

describe('stillframe demo', () => {
  it('says so when its shop ends by itself', async () => {
    using folder = createTemporaryFolder();
    await using demo = startCli(['demo', '--port', '0'], { STILLFRAME_DATA_DIR: folder.path });
    await demo.waitForLine('stdout', /^Ctrl-C/);
    process.kill((await waitForShop(apiOf(folder.path))).pid, 'SIGKILL');
    expect(await demo.ended).toBe(1);
    expect(demo.stderr.at(-1)).toBe(
      'stillframe: The demo shop ended by itself: signal SIGKILL (shop_ended). What it said stands above.',
    );
  });

  it('names the address of a demo that runs already, and makes keys of earlier runs worthless', async () => {
    using folder = createTemporaryFolder();
    const env = { STILLFRAME_DATA_DIR: folder.path };
    for (const run of [1, 2]) {
      await using demo = startCli(['demo', '--port', '0'], env);
      await demo.waitForLine('stdout', /^Ctrl-C/);
      const api = apiOf(folder.path);
      const keys = await api.get<readonly SdkKey[]>('/api/keys');
      expect(keys).toHaveLength(run);
      expect(keys.filter((key) => key.revokedAt === null)).toHaveLength(1);
      if (run === 1) {
        expect(await runCli(['demo', '--port', '0'], env)).toEqual({
          code: 1,
          stdout: '',
          stderr: `stillframe: The demo runs already, at ${api.address.url} (demo_running). Use that one, or stop it first.`,
        });
      }
      demo.kill('SIGINT');
      expect(await demo.ended).toBe(0);
    }
  });
});
