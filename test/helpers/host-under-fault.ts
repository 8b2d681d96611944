import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { HostCommand, HostReport } from '../fixtures/services/host-under-fault.ts';
import { until } from './until.ts';

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'services', 'host-under-fault.ts');

/** A busy host process, with an agent or without. */
export interface HostUnderFault {
  tell(command: HostCommand): void;
  report(): Promise<HostReport>;
  until(what: string, isWanted: (report: HostReport) => boolean, deadlineMs?: number): Promise<HostReport>;
  /** Stops its work, lets its agent send what waits and end, and resolves to its last report. */
  stop(): Promise<HostReport>;
  kill(): void;
}

/**
 * Starts the host; its agent is configured by the environment.
 * @param agentFile null for a host without an agent
 */
export async function startHost(
  agentFile: string | null,
  env: Record<string, string>,
): Promise<HostUnderFault> {
  const child = fork(PROGRAM, agentFile === null ? [] : [agentFile], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let isGone = false;
  let waiting: ((message: unknown) => void) | null = null;
  let fail: (error: Error) => void = () => undefined;
  child.on('message', (message) => waiting?.(message));
  child.once('exit', (code) => {
    isGone = true;
    fail(new Error(`the host ended with ${code}`));
  });
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting = resolve;
      fail = reject;
      if (isGone) reject(new Error('the host is gone'));
    });
  await next();

  async function ask(what: 'report' | 'stop'): Promise<HostReport> {
    const answer = next();
    child.send({ ask: what } satisfies HostCommand);
    return (await answer) as HostReport;
  }

  return {
    tell: (command) => void child.send(command),
    report: () => ask('report'),
    until: (what, isWanted, deadlineMs) =>
      until(
        what,
        async () => {
          const found = await ask('report');
          return isWanted(found) ? found : null;
        },
        deadlineMs,
      ),
    stop: () => ask('stop'),
    kill: () => void child.kill('SIGKILL'),
  };
}
