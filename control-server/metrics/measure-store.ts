import type { Store } from '../store/store.ts';
import type { StoreCallMetrics } from './store-metrics.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** The store with its calls counted and timed. */
export function measureStore(store: Store, metrics: StoreCallMetrics): Store {
  return measure(store, metrics);
}

/** Every method that answers by a promise; what one gives back that has methods of its own is measured too. */
function measure<Measured extends object>(target: Measured, metrics: StoreCallMetrics): Measured {
  const entries = Object.entries(target).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? measureCall(name, member.bind(target), metrics) : member,
  ]);
  // The same members under the same names: only time passes in between.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return Object.fromEntries(entries) as Measured;
}

function measureCall(name: string, call: Method, metrics: StoreCallMetrics): Method {
  return (...args) => {
    const answer = call(...args);
    if (answer instanceof Promise) {
      const ended = metrics.began(name);
      answer.then(
        () => ended('ok'),
        (error: unknown) => ended(isRefusal(error) ? 'refused' : 'failed'),
      );
      return answer;
    }
    return typeof answer === 'object' && answer !== null ? measure(answer, metrics) : answer;
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'store_failed';
}
