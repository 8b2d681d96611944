import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Store } from '../store/store.ts';
import type { StoreStats } from '../store/store-stats.ts';

/** Times calls of the store. */
export interface StoreCallMetrics {
  /** A call began; the returned function says that it ended. */
  began(call: string): (outcome: 'ok' | 'refused' | 'failed') => void;
}

/** One commit is about 10 ms of waiting and a flush to disk. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2.5];
/** A scrape does not wait longer for a store that does not answer. */
const DEADLINE_MS = 2_000;

/** Calls by name: how many wait, how long they took, how they ended. */
export function createStoreCallMetrics(registry: Registry): StoreCallMetrics {
  const registers = [registry];
  const inFlight = new Gauge({
    name: 'stillframe_store_calls_in_flight',
    help: 'Calls that wait for the store',
    registers,
  });
  const calls = new Counter({
    name: 'stillframe_store_calls_total',
    help: 'Calls of the store by how they ended: ok, refused (the caller can do something about it), failed',
    labelNames: ['call', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'stillframe_store_call_duration_seconds',
    help: 'Time of a call, for a write until after its commit',
    labelNames: ['call'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  inFlight.set(0);
  return {
    began(call) {
      inFlight.inc();
      const endTimer = duration.labels(call).startTimer();
      return (outcome) => {
        inFlight.dec();
        endTimer();
        calls.labels(call, outcome).inc();
      };
    },
  };
}

/** What the store says of itself at each scrape; a figure that it does not know is left out. */
export function registerStoreMetrics(registry: Registry, store: Store): void {
  let lastAsked: Promise<StoreStats | null> = Promise.resolve(null);
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_store_up',
      help: '1 when the store answers',
      registers: [],
      async collect() {
        // The first of this group: what it asks for is what the others show.
        lastAsked = inTime(store.readStats());
        this.set((await lastAsked) === null ? 0 : 1);
      },
    }),
  );
  const show = (name: string, help: string, read: (stats: StoreStats) => number | null): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          const stats = await lastAsked;
          const value = stats === null ? null : read(stats);
          if (value === null) this.remove();
          else this.set(value);
        },
      }),
    );
  };
  show('stillframe_store_size_bytes', 'Size of the database on disk', (stats) => stats.sizeBytes);
  show('stillframe_store_snapshot_bytes', 'Bytes of the stored snapshots', (stats) => stats.snapshotBytes);
  show('stillframe_store_snapshots', 'Stored snapshots, up to a minute old', (stats) => stats.snapshots);
  show(
    'stillframe_store_unindexed_snapshots',
    'Snapshots that no search ever finds: their text could not be taken apart',
    (stats) => stats.unindexedSnapshots,
  );
  show('stillframe_store_write_queue', 'Writes that wait for a transaction', (stats) => stats.waitingWrites);
  show(
    'stillframe_store_commits',
    'Transactions since the start of this node, each of one or more writes',
    (stats) => stats.commits?.count ?? null,
  );
  show(
    'stillframe_store_committed_writes',
    'Writes in those transactions',
    (stats) => stats.commits?.writes ?? null,
  );
  show(
    'stillframe_store_commit_seconds',
    'Time that those transactions took together',
    (stats) => stats.commits?.seconds ?? null,
  );
  show(
    'stillframe_store_thread_delay_max_seconds',
    "The longest time for which the store's thread was held up since the last scrape",
    (stats) => stats.threadDelaySeconds,
  );
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_store_unsearchable_snapshots',
      help: 'Stored snapshots that no search finds yet, at most',
      registers: [],
      async collect() {
        const lag = await inTime(store.readSearchLag());
        if (lag === null) this.remove();
        else this.set(lag.pending);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'stillframe_kill_switches_on',
      help: 'Kill switches that are on, by scope',
      labelNames: ['scope'],
      registers: [],
      async collect() {
        const killSwitches = await inTime(store.listKillSwitches());
        this.reset();
        if (killSwitches === null) return;
        for (const scope of ['global', 'service', 'agent']) this.labels(scope).set(0);
        for (const { scope, on } of killSwitches) if (on) this.labels(scope).inc();
      },
    }),
  );
}

/** Null when the store does not answer in time, or refuses. */
async function inTime<T>(asked: Promise<T>): Promise<T | null> {
  const { promise: deadline, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, DEADLINE_MS, null);
  try {
    return await Promise.race([asked.catch(() => null), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
