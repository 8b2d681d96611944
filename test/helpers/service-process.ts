import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { AgentStatus } from '../../src/index.ts';
import { until } from './until.ts';

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'services', 'orders.ts');

/** A service in a process of its own that calls `captureSnapshot` all the time. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  /** Everything it wrote, to both outputs. */
  readonly output: string;
  status(): Promise<AgentStatus>;
  /** Resolves when the status is as wanted. */
  untilStatus(
    what: string,
    isWanted: (status: AgentStatus) => boolean,
    deadlineMs?: number,
  ): Promise<AgentStatus>;
  stop(): Promise<number | null>;
}

/** Starts the service against a control server. */
export async function startService(env: Record<string, string>): Promise<ServiceProcess> {
  const child = fork(PROGRAM, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));

  function status(): Promise<AgentStatus> {
    return new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as AgentStatus));
      child.send('status', (error) => (error === null ? undefined : reject(error)));
    });
  }

  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${output}`)));
  });
  return {
    child,
    get output() {
      return output;
    },
    status,
    untilStatus: (what, isWanted, deadlineMs) =>
      until(
        what,
        async () => {
          const found = await status();
          return isWanted(found) ? found : null;
        },
        deadlineMs,
      ),
    async stop() {
      if (child.exitCode === null && child.connected) child.send('stop');
      return exited;
    },
  };
}
