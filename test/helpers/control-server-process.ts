import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { readServerInfo } from '../../control-server/data-folder.ts';
import { until } from './until.ts';

const BIN = join(import.meta.dirname, '..', '..', 'control-server', 'bin', 'stillframe.js');

/** A control server in a process of its own, as `stillframe serve` starts it. */
export interface ControlServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Opens the API, as in its data folder. */
  readonly localToken: string;
  readonly output: string;
  /** Calls the dashboard API as the command line does. */
  api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Ends the process by this signal and resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a control server on a data folder and waits until it answers. */
export async function startControlServerProcess(
  dataFolder: string,
  port = 0,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ControlServerProcess> {
  const child = spawn(
    process.execPath,
    [BIN, 'serve', '--port', String(port), '--data-dir', dataFolder, ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const info = await until(
    `the control server (${output})`,
    () => {
      if (child.exitCode !== null) throw new Error(`the control server ended: ${output}`);
      const found = readServerInfo(dataFolder);
      return found?.pid === child.pid ? found : null;
    },
    50_000,
  );
  return {
    child,
    url: info.url,
    localToken: info.localToken,
    get output() {
      return output;
    },
    async api(method, path, body) {
      const response = await fetch(info.url + path, {
        method,
        headers: {
          authorization: `Bearer ${info.localToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    },
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}
