import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createApiClient } from '../../control-server/cli/api-client.ts';
import { createControlServer } from '../../control-server/server.ts';
import type { KillSwitch } from '../../src/protocol/api.ts';
import { isRecord } from '../../src/protocol/json.ts';
import { createPostgresDatabase } from '../helpers/postgres-database.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';
import { openStream } from './live/stream-reader.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** The way to the database, which can be cut. */
async function openWay(databaseUrl: string): Promise<{ readonly url: string; cut(): void; mend(): void }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inward) => {
    if (isCut) {
      inward.destroy();
      return;
    }
    const outward = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = isRecord(address) ? Number(address['port']) : 0;
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  ends.push(() => {
    cut();
    server.close();
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut,
    mend: () => {
      isCut = false;
    },
  };
}

describe('a node whose PostgreSQL is away', () => {
  test('stops capture by hand, keeps streams and polls, and writes the kill when the database is back', async () => {
    const way = await openWay(await createPostgresDatabase());
    const folder = createTemporaryFolder();
    ends.push(() => folder[Symbol.dispose]());
    const server = await createControlServer({
      dataFolder: folder.path,
      databaseUrl: way.url,
      port: 0,
      logLevel: 'silent',
    });
    ends.push(() => server.close());
    const { secret } = await server.createKey({ name: 'test', environment: 'default' });
    const headers = { 'x-api-key': secret, 'user-agent': 'stillframe/0.1.0 node/24.0.0' };
    const poll = async (): Promise<unknown> =>
      (await fetch(`${server.url}/sdk/snapshots/active/shop`, { headers })).json();
    const stream = await openStream(`${server.url}/sdk/snapshots/stream/shop`, headers);
    await stream.next('init');
    const api = createApiClient({ url: server.url, token: server.localToken, source: 'serve' });
    await api.get('/api/kill-switch');
    expect(await poll()).toMatchObject({ kill_switch: false });

    way.cut();
    const killed = await api.send<KillSwitch>('PUT', '/api/kill-switch', { scope: 'global', on: true });
    expect(killed).toMatchObject({ on: true, written: false });
    expect((await stream.next('kill_switch')).data).toMatchObject({ enabled: true });
    expect(await poll()).toMatchObject({ kill_switch: true });
    expect(await api.get<KillSwitch[]>('/api/kill-switch')).toMatchObject([{ on: true, written: false }]);
    expect(stream.response.destroyed).toBe(false);

    way.mend();
    await expect
      .poll(() => api.get<KillSwitch[]>('/api/kill-switch'))
      .toMatchObject([{ on: true, written: true }]);
    await api.send('PUT', '/api/kill-switch', { scope: 'global', on: false });
    await stream.waitFor(({ data }) => isRecord(data) && data['enabled'] === false);
    expect(await poll()).toMatchObject({ kill_switch: false });
  });
});
