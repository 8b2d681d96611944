import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A port that was free a moment ago: for what has to know its own address before it listens. */
export async function takeFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line no-unsafe-type-assertion -- a TCP server that listens
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
