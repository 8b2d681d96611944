/** Loaded only where there is a proxy; see `undici.ts` for why from inside the package. */
import { isIP, Socket } from 'node:net';
import type { Pool as PoolType, buildConnector } from 'undici';
import connectThrough from 'undici/lib/api/api-connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { DeliveryError } from './delivery-error.ts';
import { exchange } from './exchange.ts';
import { releaseProcess, toTlsOptions, toUndiciOptions } from './undici.ts';
import type { ConnectionPool, PoolOptions } from './undici.ts';

/**
 * The same through a proxy: a tunnel for https, whole addresses for plain http. Credentials of its address are sent to
 * the proxy and nobody else.
 */
export function createProxiedPool(origin: string, proxy: URL, options: PoolOptions): ConnectionPool {
  const agent = new ProxyAgent({
    uri: proxy.href,
    connectTimeout: options.connectTimeoutMs,
    requestTls: toTlsOptions(origin, options),
    proxyTls: toTlsOptions(proxy.href, options),
    clientFactory: (address: URL, { connect }: { connect: Connect }) => {
      const pool = new Pool(address, {
        connections: options.maxSockets,
        // The answer to CONNECT has no other time limit.
        headersTimeout: options.connectTimeoutMs,
        connect: withoutHold(connect),
      });
      // undici's entry point gives its pools this method.
      return Object.assign(pool, { connect: connectThrough });
    },
    factory: (address: string | URL, { connect }: PoolType.Options & { connect: Connect }) =>
      new Pool(address, { ...toUndiciOptions(options), connect: withoutHold(connect) }),
  });
  return {
    request: (requestOptions, hooks) =>
      exchange(agent, { ...requestOptions, origin }, hooks).catch((error: unknown) => {
        throw refusalOf(error) ?? error;
      }),
    destroy: () => agent.destroy(),
  };
}

type Connect = (target: buildConnector.Options, callback: buildConnector.Callback) => unknown;

/**
 * As soon as there is a socket: one over a tunnel comes with the callback, and from an async function of undici, whose
 * rejection would be the host's.
 */
function withoutHold(connect: Connect): Connect {
  return (target, callback) => {
    const connecting = connect(
      withoutAddressAsName(target),
      (...result: Parameters<buildConnector.Callback>) => {
        releaseIfSocket(result[1]);
        callback(...result);
      },
    );
    if (connecting instanceof Promise) connecting.catch(() => {});
    else releaseIfSocket(connecting);
  };
}

/**
 * undici names a proxy in the handshake also by its address. RFC 6066 forbids that, and Node warns of it in the host's
 * output; the certificate is checked for the address without it.
 */
function withoutAddressAsName(target: buildConnector.Options): buildConnector.Options {
  const { servername, ...rest } = target;
  const isAddress = isIP((servername ?? '').replace(/^\[(.*)\]$/, '$1')) !== 0;
  return isAddress ? rest : target;
}

/** A failed connection comes with null or without anything, and nobody would catch what is thrown here. */
function releaseIfSocket(value: unknown): void {
  if (value instanceof Socket) releaseProcess(value);
}

/** undici says a refusal of the proxy as if we had given up, or had asked wrongly. */
function refusalOf(error: unknown): DeliveryError | null {
  const status = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((\d{3})\)/.exec(
    error instanceof Error ? error.message : '',
  );
  return status === null
    ? null
    : new DeliveryError('network', `The proxy answered ${status[1] ?? status[2]}`, { cause: error });
}
