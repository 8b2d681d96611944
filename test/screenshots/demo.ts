import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startDemoShop } from '../../control-server/cli/demo-shop-process.ts';
import type { DemoShop } from '../../control-server/cli/demo-shop-process.ts';
import { readServerInfo } from '../../control-server/data-folder.ts';
import type { AgentSummary, NewSdkKey } from '../../src/protocol/api.ts';
import { until } from '../helpers/until.ts';

const BIN = join(import.meta.dirname, '..', '..', 'control-server', 'bin', 'stillframe.js');
const CONNECT_TIMEOUT_MS = 60_000;

/** The demo as `npm run demo` starts it, with more of its shops beside it. */
export interface Demo {
  readonly url: string;
  /** Calls the API with the rights of an administrator: as the machine itself, or as the owner of a token. */
  api<T>(method: string, path: string, body?: unknown, token?: string): Promise<T>;
  /** Starts one more shop and waits until it is connected. */
  addShop(environment: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the demo in a folder; resolves when its shop is connected. */
export async function startDemo(folder: string): Promise<Demo> {
  const child = spawn(process.execPath, [BIN, 'demo', '--port', '0', '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const shops: DemoShop[] = [];
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  await until(
    'the demo',
    () => {
      if (child.exitCode !== null) throw new Error(`the demo ended: ${output}`);
      return output.includes('http://');
    },
    CONNECT_TIMEOUT_MS,
  );
  const info = readServerInfo(join(folder, 'demo'));
  if (info === null) throw new Error('the demo does not say where it is');
  const { url, localToken } = info;

  async function api<T>(method: string, path: string, body?: unknown, token = localToken): Promise<T> {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  return {
    url,
    api,
    async addShop(environment) {
      const countAgents = async (): Promise<number> =>
        (await api<AgentSummary[]>('GET', '/api/agents')).filter(({ streaming }) => streaming).length;
      const wanted = (await countAgents()) + 1;
      const { secret } = await api<NewSdkKey>('POST', '/api/keys', {
        name: `Shop in ${environment}`,
        environment,
        serviceName: 'demo-shop',
        scopes: ['ingest', 'control:read'],
      });
      shops.push(startDemoShop({ endpoint: url, apiKey: secret }, process.env));
      await until(`${wanted} shops`, async () => (await countAgents()) >= wanted, CONNECT_TIMEOUT_MS);
    },
    async close() {
      await Promise.all(shops.map((shop) => shop.stop()));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
