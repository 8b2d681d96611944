/**
 * One PostgreSQL for all test files of a run, started when the first of them asks: a run without such a file does not pay
 * for it. Whoever connects to the provided port is told its URL.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-cluster.ts';
import type { PostgresCluster } from './postgres-cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let cluster: Promise<PostgresCluster> | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cluster ??= startPostgres();
    cluster.then(
      ({ url }) => socket.end(url),
      (error: unknown) => socket.end(`error: ${String(error)}`),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  project.provide('postgresPort', address.port);
  return async () => {
    server.close();
    await (await cluster)?.end();
  };
}
