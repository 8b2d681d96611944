import { setImmediate } from 'node:timers';

/** In the order in which they need each other; the parts of undici that take longest are among them by themselves. */
const PACKAGES: readonly (() => Promise<unknown>)[] = [
  () => import('undici/lib/core/util.js'),
  () => import('undici/lib/core/connect.js'),
  () => import('undici/lib/dispatcher/client-h2.js'),
  () => import('undici/lib/dispatcher/client-h1.js'),
  () => import('undici/lib/dispatcher/pool.js'),
  () => import('opossum'),
  () => import('p-retry'),
  () => import('eventsource'),
];

/**
 * Loads what the connection is made of, one piece a turn: together they would stall the host three times as long as the
 * longest of them. Who imports them afterwards finds them loaded.
 */
export async function loadPackages(): Promise<void> {
  for (const load of PACKAGES) {
    await load();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
