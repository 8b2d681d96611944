import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The shop as a process of its own. */
export interface DemoShop {
  /** How it ended, in words, whoever ended it. */
  readonly ended: Promise<string>;
  /** Asks it to end, and insists after a while. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

const STOP_TIMEOUT_MS = 3_000;

/** Built, the shop lies beside this file as JavaScript; in the sources as TypeScript. */
const SHOP_FILE = `../demo/shop${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;

/** Settings that would reach the shop's agent by another way than the demo's own. */
const FOREIGN_SETTING = /^(?:STILLFRAME|TRACEKIT|OTEL)_/;

/**
 * Starts the shop. Its key goes by the environment: arguments can be read by every user of the machine. It ends by itself
 * when this process is gone, however that happened.
 */
export function startDemoShop(
  { endpoint, apiKey }: { readonly endpoint: string; readonly apiKey: string },
  env: NodeJS.ProcessEnv,
): DemoShop {
  const child = fork(fileURLToPath(new URL(SHOP_FILE, import.meta.url)), [], {
    env: {
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN_SETTING.test(name))),
      STILLFRAME_ENDPOINT: endpoint,
      STILLFRAME_API_KEY: apiKey,
    },
    // stdout belongs to the demo's own lines.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(insist);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
