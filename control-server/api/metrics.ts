import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { App } from '../http/app.ts';
import { isDirectLoopback } from '../http/loopback.ts';
import { ProblemError } from '../http/problem.ts';
import type { Live } from '../live/live.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Captures take milliseconds, an answer from a busy disk seconds. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** `GET /metrics` in Prometheus text, for this machine and for who is signed in. Counts every request of the app. */
export function registerMetrics(app: App, { live, authenticate, serverVersion }: ApiDependencies): void {
  // Its own: the library's default one is shared by everything in the process.
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'stillframe_http_requests_total',
    help: 'Answered requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'stillframe_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer, by route',
    labelNames: ['route'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  new Gauge({ name: 'stillframe_info', help: 'Version of this server', labelNames: ['version'], registers })
    .labels(serverVersion)
    .set(1);
  for (const gauge of [agents(live), memory(), cpu()]) registry.registerMetric(gauge);

  app.addHook('onResponse', (request, reply, done) => {
    // The pattern of the route, never the path: paths are without number, and name services.
    const route = request.routeOptions.url ?? 'none';
    requests.labels(route, request.method, String(reply.statusCode)).inc();
    duration.labels(route).observe(reply.elapsedTime / 1_000);
    done();
  });

  app.get('/metrics', async (request, reply) => {
    if (!isDirectLoopback(request.raw) && (await authenticate(request)) === null) {
      throw new ProblemError(401, 'not_signed_in', 'Metrics are for this machine, or for who is signed in.');
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function agents(live: Live): Gauge {
  return new Gauge({
    name: 'stillframe_agents',
    help: 'Agents heard of within the last minute, by whether their stream is open',
    labelNames: ['streaming'],
    registers: [],
    collect() {
      const all = live.listAgents();
      const streaming = all.filter((agent) => agent.streaming).length;
      this.labels('true').set(streaming);
      this.labels('false').set(all.length - streaming);
    },
  });
}

function memory(): Gauge {
  return new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of this process',
    registers: [],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}

function cpu(): Gauge {
  return new Gauge({
    name: 'process_cpu_seconds',
    help: 'User and system CPU time of this process since its start',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1_000_000);
    },
  });
}
