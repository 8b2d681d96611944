import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** How a delivery ended; `dropped`: too many waited. */
export type WebhookResult = 'delivered' | 'failed' | 'dropped';

/** Counts deliveries. */
export interface WebhookMetrics {
  ended(result: WebhookResult): void;
}

/** Deliveries of this node, each after all its tries. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const deliveries = new Counter({
    name: 'stillframe_webhook_deliveries_total',
    help: 'Webhook deliveries that succeeded, failed after all tries, or found no room in the queue',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['delivered', 'failed', 'dropped']) deliveries.labels(outcome).inc(0);
  return { ended: (result) => deliveries.labels(result).inc() };
}
