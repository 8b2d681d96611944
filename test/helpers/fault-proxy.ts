import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { STREAM_PATH } from '../../src/protocol/routes.ts';
import { afterWhatWaits } from './fake-control-server.ts';

/** What happens to every connection while the fault lasts. */
export type ProxyFault =
  /** Nobody listens. */
  | { readonly kind: 'refused' }
  /** The answer breaks off after so many bytes, with a reset. */
  | { readonly kind: 'reset_mid_body'; readonly afterBytes: number }
  /** Requests are read and never answered; what was open stays open and silent, without a FIN. */
  | { readonly kind: 'stalled' }
  /** What is open stays open and silent, without a FIN; new connections work. */
  | { readonly kind: 'half_open' }
  /** The answer comes one byte at a time. */
  | { readonly kind: 'slow'; readonly everyMs: number }
  /** Each request is answered with these bytes, then the connection ends. */
  | { readonly kind: 'answer'; readonly bytes: string }
  /** Each request is answered with this head and then with this piece again and again, as fast as it is read. */
  | { readonly kind: 'flood'; readonly head: string; readonly piece: string };

/** A TCP proxy in front of a control server that can be told to misbehave. */
export interface FaultProxy {
  readonly url: string;
  /** Connections whose latest request was for a stream. */
  readonly openStreams: number;
  readonly maxOpenStreams: number;
  readonly maxConnections: number;
  /** Requests for a stream since the start. */
  readonly streamRequests: number;
  /** Lets the fault begin, or ends it; what is open is cut, but for `stalled` and `half_open`. */
  set(fault: ProxyFault | null): Promise<void>;
  /** Cuts everything that is open. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts a proxy for `target`. */
export async function startFaultProxy(target: { readonly port: number }): Promise<FaultProxy> {
  const streams = new Set<Socket>();
  const clients = new Map<Socket, Socket | null>();
  const pumps = new Set<NodeJS.Timeout>();
  let frozen: ReadonlySet<Socket> = new Set();
  let fault: ProxyFault | null = null;
  let maxOpenStreams = 0;
  let maxConnections = 0;
  let streamRequests = 0;
  let port = 0;

  const server = createServer((client) => {
    clients.set(client, null);
    afterWhatWaits(() => (maxConnections = Math.max(maxConnections, clients.size)));
    client.on('error', () => client.destroy());
    client.on('close', () => {
      streams.delete(client);
      clients.get(client)?.destroy();
      clients.delete(client);
    });
    client.on('data', (chunk) => noteRequest(client, chunk.toString('latin1', 0, 512)));
    switch (fault?.kind) {
      case 'answer':
      case 'flood':
        return answer(client, fault);
      case 'stalled':
      case 'refused':
        return undefined;
      default:
        return relay(client, fault);
    }
  });

  function noteRequest(client: Socket, head: string): void {
    if (!/^[A-Z]+ \/\S* HTTP\/1\.1/.test(head)) return;
    if (!head.startsWith(`GET ${STREAM_PATH}`)) {
      streams.delete(client);
      return;
    }
    streamRequests += 1;
    streams.add(client);
    afterWhatWaits(() => (maxOpenStreams = Math.max(maxOpenStreams, streams.size)));
  }

  function relay(client: Socket, how: ProxyFault | null): void {
    const upstream = connect(target.port, '127.0.0.1');
    clients.set(client, upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (chunk) => {
      if (!frozen.has(client)) upstream.write(chunk);
    });
    let sent = 0;
    const bytes: number[] = [];
    if (how?.kind === 'slow') {
      const pump = setInterval(() => {
        const next = bytes.shift();
        if (next !== undefined && !client.destroyed) client.write(Uint8Array.of(next));
      }, how.everyMs);
      pumps.add(pump);
      client.on('close', () => clearInterval(pump));
    }
    upstream.on('data', (chunk: Buffer) => {
      if (frozen.has(client)) return;
      if (how?.kind === 'slow') bytes.push(...chunk.subarray(0, 4_096));
      else if (how?.kind !== 'reset_mid_body') client.write(chunk);
      else {
        client.write(chunk.subarray(0, Math.max(0, how.afterBytes - sent)));
        sent += chunk.length;
        if (sent >= how.afterBytes) setImmediate(() => client.resetAndDestroy());
      }
    });
  }

  function answer(client: Socket, how: Extract<ProxyFault, { kind: 'answer' | 'flood' }>): void {
    client.on('data', (chunk) => {
      if (!/^[A-Z]+ \//.test(chunk.toString('latin1', 0, 16))) return;
      if (how.kind === 'answer') client.end(how.bytes);
      if (how.kind === 'flood') {
        client.write(how.head);
        pour(client, Buffer.from(how.piece));
      }
    });
  }

  function pour(client: Socket, piece: Buffer): void {
    while (!client.destroyed && client.write(piece));
    if (!client.destroyed) client.once('drain', () => pour(client, piece));
  }

  function drop(): void {
    for (const client of clients.keys()) client.resetAndDestroy();
  }

  function listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        ({ port } = server.address() as AddressInfo);
        resolve();
      });
    });
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    get openStreams() {
      return streams.size;
    },
    get maxOpenStreams() {
      return maxOpenStreams;
    },
    get maxConnections() {
      return maxConnections;
    },
    get streamRequests() {
      return streamRequests;
    },
    async set(next) {
      const before = fault;
      fault = next;
      frozen = new Set(next?.kind === 'stalled' || next?.kind === 'half_open' ? clients.keys() : []);
      if (frozen.size === 0) drop();
      if (next?.kind === 'refused') await new Promise<void>((resolve) => server.close(() => resolve()));
      else if (before?.kind === 'refused') await listen();
    },
    drop,
    async close() {
      drop();
      for (const pump of pumps) clearInterval(pump);
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
