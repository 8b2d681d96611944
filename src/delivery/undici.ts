/**
 * The only place beside `undici-proxy.ts` that uses undici, and only three modules from inside it. Its entry point
 * installs a global dispatcher when it is imported: on Node 22 that replaces the one of the host and reroutes the host's
 * own `fetch`. These modules touch no global, and load in half the time and memory. They are private, so the dependency
 * is pinned to one exact version; test/delivery/undici.test.ts fails when they move or begin to touch a global.
 */
import type { Socket } from 'node:net';
import type { Pool as PoolType, buildConnector } from 'undici';
import connectWith from 'undici/lib/core/connect.js';
import errors from 'undici/lib/core/errors.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { TrustedAuthorities } from './certificates.ts';
import { exchange } from './exchange.ts';
import type { Answer, ExchangeHooks, ExchangeOptions } from './exchange.ts';

/** A pool of connections to one origin. */
export interface ConnectionPool {
  /** Resolves at the headers of the answer, see `exchange.ts`. */
  request(options: ExchangeOptions, hooks: ExchangeHooks): Promise<Answer>;
  /** Aborts what is in flight. */
  destroy(): Promise<void>;
}

/** How a pool connects. */
export interface PoolOptions {
  /** Connections open at the same time. */
  readonly maxSockets: number;
  /** How long an idle connection stays open; 0 means one request a connection. */
  readonly keepAliveMs: number;
  /** For name, TCP and TLS together, to within half a second. */
  readonly connectTimeoutMs: number;
  /** Null: those that Node trusts. */
  readonly authorities: TrustedAuthorities | null;
}

// Its errors assign their name and message, which throws in its own callbacks, and so ends the host, once a program has
// frozen `Error.prototype`; what stands nearer is assigned to instead.
for (const [name, value] of Object.entries({ name: 'Error', message: '' })) {
  Object.defineProperty(errors.UndiciError.prototype, name, { value, writable: true, configurable: true });
}

/** Connections that never keep the host's process alive: not while connecting, idle or in use. */
export function createConnectionPool(origin: string, options: PoolOptions): ConnectionPool {
  let connect: ReturnType<typeof connectWith> | null = null;
  /** A pool that is destroyed leaves these alone until their time is up. */
  const connecting = new Set<Socket>();
  const pool = new Pool(origin, {
    ...toUndiciOptions(options),
    connect: (target: buildConnector.Options, callback: buildConnector.Callback) => {
      connect ??= connectWith(toTlsOptions(origin, options));
      const socket = connect(target, (...result: Parameters<buildConnector.Callback>) => {
        connecting.delete(socket);
        callback(...result);
      });
      connecting.add(socket);
      releaseProcess(socket);
    },
  });
  return {
    request: (requestOptions, hooks) => exchange(pool, requestOptions, hooks),
    async destroy() {
      await pool.destroy();
      for (const socket of connecting) socket.destroy(new Error('The pool is closed'));
    },
  };
}

/** How undici's pools say it. */
export function toUndiciOptions(options: PoolOptions): PoolType.Options {
  return {
    connections: options.maxSockets,
    pipelining: options.keepAliveMs === 0 ? 0 : 1,
    ...(options.keepAliveMs === 0 ? {} : { keepAliveTimeout: options.keepAliveMs }),
    // The callers have deadlines of their own, exact ones.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

/** How undici's connectors say it. */
export function toTlsOptions(origin: string, options: PoolOptions): buildConnector.BuildOptions {
  const isTls = origin.startsWith('https:');
  return {
    timeout: options.connectTimeoutMs,
    allowH2: false,
    ...(isTls && options.authorities !== null ? { secureContext: options.authorities.context() } : {}),
  };
}

/**
 * Takes a socket out of what keeps a process alive, for good: undici takes a socket back in with every request that
 * reuses it, and Node makes a new handle for each address that it tries.
 */
export function releaseProcess(socket: Socket): void {
  socket.unref();
  socket.ref = () => socket;
  socket.on('connectionAttempt', () => socket.unref());
}
