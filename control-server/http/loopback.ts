import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

/** Headers by which a proxy says for whom it speaks: with one of them, a loopback peer is not the client. */
const FORWARDING_HEADERS: readonly string[] = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
];

/** True for an address of this machine's loopback: `127.0.0.0/8`, `::1`, and the former mapped into IPv6. */
function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** True for a host to listen on that only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

/**
 * True when the client itself is on this machine: the peer is on loopback, or has the very address that it called, and
 * nothing says that it forwards for somebody else. A proxy that adds no header can't be told from a client; it must not
 * run without one.
 */
export function isDirectLoopback(request: IncomingMessage): boolean {
  const { remoteAddress, localAddress } = request.socket;
  if (remoteAddress === undefined) return false;
  if (!isLoopbackAddress(remoteAddress) && remoteAddress !== localAddress) return false;
  if (FORWARDING_HEADERS.some((name) => request.headers[name] !== undefined)) return false;
  return !Object.keys(request.headers).some((name) => name.startsWith('x-forwarded-'));
}
