import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL of its own, in a process that goes when this one does. */
export interface PostgresCluster {
  /** Of its first database, with the password. */
  readonly url: string;
  /** Ends the server as an administrator would: connections are closed, the data stays. */
  stop(): Promise<void>;
  /** On the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  end(): Promise<void>;
}

/** Starts one; about two seconds. */
export async function startPostgres(): Promise<PostgresCluster> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'postgres-process.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done !== true) return line.value;
    throw new Error(`PostgreSQL has ended: ${errors}`);
  };
  const ask = async (command: string): Promise<void> => {
    child.stdin.write(`${command}\n`);
    const answer = await next();
    if (answer !== command) throw new Error(`PostgreSQL answers ${command} with ${answer}.`);
  };
  return {
    url: await next(),
    stop: () => ask('stop'),
    start: () => ask('start'),
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
