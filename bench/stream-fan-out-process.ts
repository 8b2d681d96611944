/**
 * The parts of the fan-out bench, each in a process of its own: `stream-fan-out-process.ts server <data folder>`, `… plain`
 * and `… clients <count> <port> <local address> <key> <service>`.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createControlServer } from '../control-server/server.ts';
import {
  AGENT_USER_AGENT_PREFIX,
  API_KEY_HEADER,
  INSTANCE_HEADER,
  streamPath,
} from '../src/protocol/routes.ts';
import { VERSION } from '../src/protocol/version.ts';

/** To the parent. */
export type StreamMessage =
  | { readonly kind: 'serving'; readonly url: string; readonly secret: string; readonly localToken: string }
  | { readonly kind: 'measured'; readonly cpuUs: number; readonly rssBytes: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'heard'; readonly frameBytes: number };

/** From the parent: what it costs so far; to the plain server, a frame for everybody; to clients, to come back at once. */
export type StreamOrder =
  | { readonly kind: 'measure'; readonly isCollecting: boolean }
  | { readonly kind: 'broadcast'; readonly bytes: number }
  | { readonly kind: 'reconnect' };

const CONNECTING_AT_ONCE = 128;
const FIRST_PORT = 10_000;
const LAST_PORT = 60_000;
const OPENED = 'event: init';
const CHANGED = 'event: kill_switch';

// A bench that is stopped leaves nobody behind.
process.on('disconnect', () => process.exit());

const [, , role = '', ...args] = process.argv;
if (role === 'server') await serve(args[0] ?? '');
else if (role === 'plain') await servePlain();
else await openClients();

async function serve(dataFolder: string): Promise<void> {
  const server = await createControlServer({ dataFolder, port: 0, logLevel: 'silent', keyAgents: 20_000 });
  const scopes = ['ingest', 'control:read'] as const;
  const { secret } = await server.createKey({
    name: 'streams',
    environment: 'default',
    serviceName: null,
    scopes,
  });
  onOrder(() => undefined);
  tell({ kind: 'serving', url: server.url, secret, localToken: server.localToken });
}

/** The least that a broadcast can cost in Node: the same bytes to every socket. */
async function servePlain(): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    sockets.add(socket);
    // Who does not read hears of no close, and keeps the file of a socket whose client has long come back.
    socket.resume();
    socket.write(OPENED);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onOrder((order) => {
    if (order.kind !== 'broadcast') return;
    const frame = Buffer.alloc(order.bytes, CHANGED);
    for (const socket of sockets) socket.write(frame);
  });
  // oxlint-disable-next-line no-unsafe-type-assertion -- of a server that listens on a port
  const { port } = server.address() as AddressInfo;
  tell({ kind: 'serving', url: `http://127.0.0.1:${port}`, secret: '', localToken: '' });
}

async function openClients(): Promise<void> {
  const [count = '1', port = '', localAddress = '', key = '', service = ''] = args;
  const clients = Number(count);
  // An agent keeps its name when it comes back.
  const instanceIds = Array.from({ length: clients }, () => randomUUID());
  const sockets = new Set<Socket>();
  let heard = 0;
  // Each its own: among thousands the kernel looks over a millisecond for one that is free.
  let localPort = FIRST_PORT;

  function open(instanceId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    localPort = localPort < LAST_PORT ? localPort + 1 : FIRST_PORT;
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress, localPort });
    let isOpen = false;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!sockets.delete(socket)) return;
      if (isOpen) fail(new Error('a stream was closed'));
      // As an agent does, without its wait: a server that has not closed the old sockets yet may have no file for more.
      else resolve(open(instanceId));
    });
    socket.on('data', (chunk) => {
      if (!isOpen && chunk.includes(OPENED)) {
        isOpen = true;
        resolve();
      } else if (!isOpen) {
        fail(new Error(`a stream was answered ${chunk.toString().split('\r\n', 1)[0]}`));
      } else if (chunk.includes(CHANGED) && ++heard === clients) {
        heard = 0;
        tell({ kind: 'heard', frameBytes: chunk.length });
      }
    });
    socket.write(
      [
        `GET ${streamPath(service)} HTTP/1.1`,
        'host: 127.0.0.1',
        'accept: text/event-stream',
        `user-agent: ${AGENT_USER_AGENT_PREFIX}${VERSION} node/${process.versions.node}`,
        `${API_KEY_HEADER}: ${key}`,
        `${INSTANCE_HEADER}: ${instanceId}`,
        '\r\n',
      ].join('\r\n'),
    );
    sockets.add(socket);
    return promise;
  }

  async function openAll(): Promise<void> {
    const left = instanceIds.values();
    const openSome = async (): Promise<void> => {
      for (const instanceId of left) await open(instanceId);
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, openSome));
    tell({ kind: 'open' });
  }

  onOrder((order) => {
    if (order.kind !== 'reconnect') return;
    for (const socket of sockets) {
      sockets.delete(socket);
      socket.destroy();
    }
    void openAll().catch(fail);
  });
  await openAll();
}

function onOrder(obey: (order: StreamOrder) => void): void {
  process.on('message', (message) => {
    // oxlint-disable-next-line no-unsafe-type-assertion -- only the bench forks this file
    const order = message as StreamOrder;
    if (order.kind !== 'measure') {
      obey(order);
      return;
    }
    if (order.isCollecting) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    tell({ kind: 'measured', cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
  });
}

function tell(message: StreamMessage): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}
