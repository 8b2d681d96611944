import type { Retention } from '../../../control-server/store/retention.ts';
import type { Store } from '../../../control-server/store/store.ts';

/** An empty store for one test, closed and removed when the test ends. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
}

/** Opens an empty store. */
export type OpenStore = (retention?: Partial<Retention>) => Promise<OpenedStore>;

/** The instant of most tests. */
export const NOW = '2026-11-21T10:00:00.000Z';

/** {@link NOW} moved by so many milliseconds. */
export function later(ms: number): string {
  return new Date(Date.parse(NOW) + ms).toISOString();
}

/** The registration of the label `checkout` of `shop`, met in `placeOrder`. */
export const CHECKOUT = {
  serviceName: 'shop',
  filePath: '/app/src/order.ts',
  lineNumber: 42,
  functionName: 'placeOrder',
  label: 'checkout',
} as const;

/** The service that most tests are about. */
export const SHOP = { environment: 'default', serviceName: 'shop' } as const;
