import { join, resolve } from 'node:path';
import { defaultDataFolder, readServerInfo } from '../data-folder.ts';
import { toConnectionError } from './api-client.ts';
import type { ServerAddress } from './api-client.ts';
import { CommandError } from './command-error.ts';
import type { ServerOptions } from './server-options.ts';

/** The demo keeps its data in this folder of the data folder, so that it never mixes with that of `serve`. */
export const DEMO_FOLDER = 'demo';

/** The data folder of `--data-dir`, else of the environment, else the default. */
export function chooseDataFolder(dataDir: string | undefined, env: NodeJS.ProcessEnv): string {
  if (dataDir?.trim() === '') {
    // Of a shell variable that is not set; the folder that it stands in is not what anybody means.
    throw new CommandError('usage', '--data-dir is empty', 'Name a folder, or leave it out.');
  }
  return dataDir === undefined ? defaultDataFolder(env) : resolve(dataDir);
}

/**
 * The server that a command talks to: the one that is named by options or environment, else the one that runs with the
 * data folder, else the demo.
 * @param note takes what a person should know of the choice
 */
export async function findServer(
  options: ServerOptions,
  env: NodeJS.ProcessEnv,
  note: (line: string) => void,
): Promise<ServerAddress> {
  const dataFolder = chooseDataFolder(options.dataDir, env);
  const running = await findRunning(dataFolder);
  const url = options.url ?? readVariable(env, 'STILLFRAME_URL');
  const token = options.token ?? readVariable(env, 'STILLFRAME_TOKEN');
  if (url !== null) {
    const base = parseBaseUrl(url);
    // A server that runs here opens with its own token, also when somebody wrote its address out.
    const own = running.find((server) => server.url === base)?.token ?? null;
    return { url: base, token: token ?? own, source: 'given' };
  }
  const [first, second] = running;
  if (first === undefined) {
    throw new CommandError(
      'no_server',
      `No control server runs with the data folder ${dataFolder}`,
      'Start one with stillframe serve or stillframe demo, or name one with --url and --token.',
    );
  }
  if (second !== undefined) {
    note(
      `Both a server and the demo run: using the server at ${first.url}. For the demo, add --url ${second.url}`,
    );
  }
  return { ...first, token: token ?? first.token };
}

/** Those of `serve` and `demo`, in this order, that answer. */
async function findRunning(dataFolder: string): Promise<ServerAddress[]> {
  const candidates = await Promise.all([
    probe(dataFolder, 'serve'),
    probe(join(dataFolder, DEMO_FOLDER), 'demo'),
  ]);
  return candidates.filter((server) => server !== null);
}

const PROBE_TIMEOUT_MS = 2_000;
const SIGNS_OF_LIFE: ReadonlySet<string> = new Set(['server_timeout', 'tls_not_trusted']);

/** The server of a data folder, or null: what it wrote can be older than its death. */
async function probe(folder: string, source: 'serve' | 'demo'): Promise<ServerAddress | null> {
  const info = readServerInfo(folder);
  if (info === null) return null;
  try {
    const answer = await fetch(`${info.url}/healthz`, {
      redirect: 'error',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await answer.body?.cancel();
  } catch (error) {
    // A server that is busy, or whose certificate is not trusted, is there all the same; the command then says what is wrong.
    if (!SIGNS_OF_LIFE.has(toConnectionError(error, info.url).code)) return null;
  }
  return { url: info.url, token: info.localToken, source };
}

function readVariable(env: NodeJS.ProcessEnv, name: string): string | null {
  const text = env[name]?.trim() ?? '';
  return text === '' ? null : text;
}

function parseBaseUrl(text: string): string {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.search + url.hash !== '' || url.username + url.password !== '') {
    throw new CommandError(
      'usage',
      `"${text}" is not the address of a server`,
      'Write it as http://127.0.0.1:7070.',
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}
