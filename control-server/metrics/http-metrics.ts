import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Counts requests. */
export interface HttpMetrics {
  /** @param route the pattern of the route, never the path: paths are without number, and name services */
  answered(route: string, method: string, status: number, seconds: number): void;
}

/** Captures take milliseconds, an answer from a busy disk seconds. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Every request by route, method and status. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'stillframe_http_requests_total',
    help: 'Answered requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'stillframe_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer, by route; of a stream, how long it was open',
    labelNames: ['route'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  return {
    answered(route, method, status, seconds) {
      requests.labels(route, method, String(status)).inc();
      duration.labels(route).observe(seconds);
    },
  };
}
