import { Gauge, Registry } from 'prom-client';
import type { Live } from '../live/live.ts';
import type { Store } from '../store/store.ts';
import { registerAgentMetrics } from './agent-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { createIngestMetrics } from './ingest-metrics.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { processRegistry } from './process-metrics.ts';
import { createStoreCallMetrics, registerStoreMetrics } from './store-metrics.ts';
import type { StoreCallMetrics } from './store-metrics.ts';
import { createStreamMetrics } from './stream-metrics.ts';
import type { StreamMetrics } from './stream-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** What is counted of one server; each room is handed its own part. */
export interface Metrics {
  readonly http: HttpMetrics;
  readonly ingest: IngestMetrics;
  readonly streams: StreamMetrics;
  readonly storeCalls: StoreCallMetrics;
  readonly webhooks: WebhookMetrics;
  /** From now on, what the store and the agents say of themselves is read at each scrape. */
  observe(store: Store, live: Live): void;
  readonly contentType: string;
  /** All of it as Prometheus text. */
  render(): Promise<string>;
}

/** Counts from zero, in a registry of its own: the library's default one is shared by everything in the process. */
export function createMetrics(serverVersion: string): Metrics {
  const registry = new Registry();
  const info = new Gauge({
    name: 'stillframe_info',
    help: 'Version of this server',
    labelNames: ['version'],
    registers: [registry],
  });
  info.labels(serverVersion).set(1);
  // Begun now: the first scrape is to show how late the event loop was until then.
  const ofProcess = processRegistry();
  return {
    http: createHttpMetrics(registry),
    ingest: createIngestMetrics(registry),
    streams: createStreamMetrics(registry),
    storeCalls: createStoreCallMetrics(registry),
    webhooks: createWebhookMetrics(registry),
    observe(store, live) {
      registerStoreMetrics(registry, store);
      registerAgentMetrics(registry, live);
    },
    contentType: registry.contentType,
    render: () => Registry.merge([registry, ofProcess]).metrics(),
  };
}
