import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type { AgentSummary, SdkKey } from '../../src/protocol/api.ts';
import { readServerInfo } from '../data-folder.ts';
import type { ControlServer } from '../server.ts';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, toCommandError } from './command-error.ts';
import { startDemoShop } from './demo-shop-process.ts';
import type { DemoShop } from './demo-shop-process.ts';
import { chooseDataFolder, DEMO_FOLDER } from './find-server.ts';
import { parseWholeNumber } from './option-value.ts';
import { waitForStopSignal } from './stop-signal.ts';

interface DemoOptions {
  readonly port?: number;
  readonly dataDir?: string;
}

const DEFAULT_PORT = 7070;
const MAX_PORT = 65_535;
const SHOP_SERVICE = 'demo-shop';
const KEY_NAME = 'Demo shop';

/** `stillframe demo`: a control server and a shop with traffic, until a signal ends both. */
export function createDemoCommand(context: CommandContext): Command {
  return new Command('demo')
    .description('run a small shop with traffic, and a control server that watches it')
    .option('--port <number>', 'port (default: 7070, or the next free one)', parseWholeNumber(0, MAX_PORT))
    .option(
      '--data-dir <folder>',
      'the demo keeps its data in the folder "demo" of this one (STILLFRAME_DATA_DIR)',
    )
    .action((options: DemoOptions) => runDemo(context, options));
}

async function runDemo(context: CommandContext, options: DemoOptions): Promise<void> {
  const { terminal } = context;
  let shop: DemoShop | null = null;
  const stopped = waitForStopSignal(() => {
    shop?.kill();
    return false;
  });
  const server = await startServer(context, options);
  try {
    const api = createApiClient({ url: server.url, token: server.localToken, source: 'demo' });
    shop = startDemoShop({ endpoint: server.url, apiKey: await makeKey(server, api) }, context.env);
    const shopEnded = shop.ended.then((how) => {
      throw new CommandError(
        'shop_ended',
        `The demo shop ended by itself: ${how}`,
        'What it said stands above.',
      );
    });
    const isReady = await Promise.race([waitUntilConnected(api), shopEnded, stopped.then(() => false)]);
    if (isReady) {
      introduce(context, options, server);
      await Promise.race([stopped, shopEnded]);
    }
    terminal.note('Closing …');
  } finally {
    await shop?.stop();
    await server.close();
  }
}

async function startServer({ env }: CommandContext, options: DemoOptions): Promise<ControlServer> {
  const { createControlServer } = await import('../server.ts');
  const dataFolder = join(chooseDataFolder(options.dataDir, env), DEMO_FOLDER);
  try {
    return await createControlServer({
      dataFolder,
      port: options.port ?? DEFAULT_PORT,
      portFallback: true,
    });
  } catch (error) {
    const running = readServerInfo(dataFolder);
    if (toCommandError(error).code !== 'data_folder_in_use' || running === null) throw error;
    throw new CommandError(
      'demo_running',
      `The demo runs already, at ${running.url}`,
      'Use that one, or stop it first.',
      { cause: error },
    );
  }
}

/** A new key for this run; those of earlier runs open nothing any more. */
async function makeKey(server: ControlServer, api: ApiClient): Promise<string> {
  const keys = await api.get<readonly SdkKey[]>('/api/keys');
  for (const key of keys.filter((known) => known.name === KEY_NAME && known.revokedAt === null)) {
    await api.send('DELETE', `/api/keys/${encodeURIComponent(key.id)}`);
  }
  const { secret } = await server.createKey({
    name: KEY_NAME,
    environment: 'default',
    serviceName: SHOP_SERVICE,
    scopes: ['ingest', 'control:read'],
  });
  return secret;
}

const CONNECT_TIMEOUT_MS = 30_000;
const CONNECT_POLL_MS = 100;

async function waitUntilConnected(api: ApiClient): Promise<true> {
  for (const deadline = performance.now() + CONNECT_TIMEOUT_MS; performance.now() < deadline;) {
    const agents = await api.get<readonly AgentSummary[]>(`/api/agents?service=${SHOP_SERVICE}`);
    if (agents.some((agent) => agent.streaming)) return true;
    await wait(CONNECT_POLL_MS);
  }
  throw new CommandError(
    'shop_not_connected',
    `The demo shop did not connect within ${CONNECT_TIMEOUT_MS / 1_000} s`,
    'What it said stands above.',
  );
}

/** The one-time link is the first address on stdout, so that scripts find it. */
function introduce({ terminal }: CommandContext, options: DemoOptions, server: ControlServer): void {
  const wantedPort = options.port ?? DEFAULT_PORT;
  if (wantedPort !== 0 && server.port !== wantedPort) {
    terminal.print(`Port ${wantedPort} is taken by another program: the demo uses ${server.port}.`);
  }
  const folder = options.dataDir === undefined ? '' : ` --data-dir ${quote(options.dataDir)}`;
  const bold = (text: string): string => terminal.paint('bold', text);
  terminal.print(`The demo shop is watched. Open ${terminal.paint('cyan', server.createLoginLink())}`);
  terminal.print(
    '(the link signs you in once, within 5 minutes; a new start prints a new one). In another terminal, try:',
  );
  terminal.print(`  ${bold(`npx stillframe tail${folder}`)}               snapshots as they arrive`);
  terminal.print(
    `  ${bold(`npx stillframe kill-switch on${folder}`)}     stops every capture; "off" releases`,
  );
  terminal.print(`  ${bold(`npx stillframe breakpoints list${folder}`)}   where the shop captures`);
  terminal.print('Ctrl-C ends the demo.');
}

/** As one word of a shell. */
function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
