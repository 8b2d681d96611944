import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CaptureFacts } from '../ingest/dependencies.ts';

/** Counts snapshots as they come in. */
export interface IngestMetrics {
  captured(facts: CaptureFacts): void;
}

/** Snapshots by what became of them; requests and times of the route are among those of http. */
export function createIngestMetrics(registry: Registry): IngestMetrics {
  const registers = [registry];
  const accepted = new Counter({
    name: 'stillframe_ingest_snapshots_accepted_total',
    help: 'Snapshots that were stored',
    registers,
  });
  const duplicates = new Counter({
    name: 'stillframe_ingest_snapshots_duplicate_total',
    help: 'Snapshots that were stored before',
    registers,
  });
  const rejected = new Counter({
    name: 'stillframe_ingest_snapshots_rejected_total',
    help: 'Snapshots that were not stored, by the code that their sender was told',
    labelNames: ['code'],
    registers,
  });
  const bytes = new Counter({
    name: 'stillframe_ingest_bytes_total',
    help: 'Bytes of capture requests, as they were received and unpacked',
    labelNames: ['stage'],
    registers,
  });
  return {
    captured(facts) {
      accepted.inc(facts.accepted);
      duplicates.inc(facts.duplicates);
      for (const code of facts.rejected) rejected.labels(code).inc();
      bytes.labels('received').inc(facts.receivedBytes);
      bytes.labels('unpacked').inc(facts.unpackedBytes);
    },
  };
}
