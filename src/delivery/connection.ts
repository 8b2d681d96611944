import type { TrustedAuthorities } from './certificates.ts';
import { abortable } from './clock.ts';
import { createConnectionPool } from './undici.ts';
import type { ConnectionPool, PoolOptions } from './undici.ts';

/** How requests get to the control server. */
export interface Route {
  /** Null: straight. */
  readonly proxy: URL | null;
  readonly authorities: TrustedAuthorities | null;
}

/** A pool on this route. What a proxy needs is loaded with the first request, and only then. */
export function createPoolOn(
  route: Route,
  origin: string,
  limits: Omit<PoolOptions, 'authorities'>,
): ConnectionPool {
  const { proxy, authorities } = route;
  if (proxy === null) return createConnectionPool(origin, { ...limits, authorities });

  let loading: Promise<ConnectionPool> | null = null;
  async function load(address: URL): Promise<ConnectionPool> {
    const { createProxiedPool } = await import('./undici-proxy.ts');
    return createProxiedPool(origin, address, { ...limits, authorities });
  }
  return {
    async request(options, hooks) {
      loading ??= load(proxy).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return (await abortable(loading, hooks.signal)).request(options, hooks);
    },
    async destroy() {
      await (await loading)?.destroy();
    },
  };
}
