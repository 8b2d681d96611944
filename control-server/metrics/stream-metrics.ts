import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Who is at the other end of a stream. */
export type StreamKind = 'agent' | 'dashboard';

/** Counts streams. */
export interface StreamMetrics {
  opened(kind: StreamKind): void;
  /** @param reason `ended` by the server, `gone` with its client, `slow`: its client did not read */
  closed(kind: StreamKind, reason: string): void;
  refused(kind: StreamKind): void;
}

const KINDS: readonly StreamKind[] = ['agent', 'dashboard'];

/** Streams by who is at the other end, zero from the start. */
export function createStreamMetrics(registry: Registry): StreamMetrics {
  const registers = [registry];
  const open = new Gauge({
    name: 'stillframe_streams',
    help: 'Open streams of this node',
    labelNames: ['kind'],
    registers,
  });
  const opened = new Counter({
    name: 'stillframe_streams_opened_total',
    help: 'Streams that were opened',
    labelNames: ['kind'],
    registers,
  });
  const closed = new Counter({
    name: 'stillframe_streams_closed_total',
    help: 'Streams that are over: ended by the server, gone with their client, or of a client too slow to read',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const refused = new Counter({
    name: 'stillframe_streams_refused_total',
    help: 'Streams that were not opened, because there were too many or the node was closing',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of KINDS) {
    open.labels(kind).set(0);
    opened.labels(kind).inc(0);
    refused.labels(kind).inc(0);
  }
  return {
    opened(kind) {
      open.labels(kind).inc();
      opened.labels(kind).inc();
    },
    closed(kind, reason) {
      open.labels(kind).dec();
      closed.labels(kind, reason).inc();
    },
    refused: (kind) => refused.labels(kind).inc(),
  };
}
