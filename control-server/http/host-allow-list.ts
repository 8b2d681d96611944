import { isIP } from 'node:net';

/** Whether a `Host` header names this server. */
export type HostAllowList = (hostHeader: string | undefined) => boolean;

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const;
const WILDCARDS = ['0.0.0.0', '::'] as const;
const HOST_HEADER = /^(\[[0-9a-f:.]{2,45}\]|[^\s:/@?#[\]\\]{1,253})(?::\d{1,5})?$/i;

/**
 * The defence against DNS rebinding: a page of another origin can make its own name resolve to this server, but it
 * can't change the `Host` that the browser then sends. Ports are not compared: a forwarded port is harmless.
 *
 * A server that listens on every address also accepts any literal IP address, since nobody can rebind a number.
 *
 * @param boundHost what the server listens on
 * @param names further names that people and agents use for it
 */
export function createHostAllowList(boundHost: string, names: readonly string[]): HostAllowList {
  const allowed = new Set<string>([...LOOPBACK_NAMES, ...[boundHost, ...names].map(toHostname)]);
  const allowsAddresses = WILDCARDS.some((wildcard) => wildcard === boundHost);
  return (hostHeader) => {
    const hostname = HOST_HEADER.exec(hostHeader ?? '')?.[1];
    if (hostname === undefined) return false;
    const name = toHostname(hostname);
    return allowed.has(name) || (allowsAddresses && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
  };
}

/** Lower case, without the root's dot, an IPv6 address in its brackets. */
function toHostname(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return isIP(lower) === 6 ? `[${lower}]` : lower;
}
