import { formatBytes, formatCount } from '../../../wording/quantity.ts';
import { sumOf } from './read-metrics.ts';
import type { Sample } from './read-metrics.ts';

/** Figures that belong together. */
export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly (readonly [name: string, text: string])[];
}

/** What people look at first when something is slow or missing. A figure that this server does not tell is left out. */
export function healthFigures(samples: readonly Sample[]): readonly FigureGroup[] {
  const count = (name: string, labels?: Readonly<Record<string, string>>): string | null => {
    const sum = sumOf(samples, `stillframe_${name}`, labels);
    return sum === null ? null : formatCount(sum);
  };
  const bytes = (name: string, labels?: Readonly<Record<string, string>>): string | null => {
    const sum = sumOf(samples, `stillframe_${name}`, labels);
    return sum === null ? null : formatBytes(sum);
  };
  return [
    group('Store', [
      ['Snapshots', count('store_snapshots')],
      ['Their size', bytes('store_snapshot_bytes')],
      ['Size on disk', bytes('store_size_bytes')],
      ['Not searchable yet', count('store_unsearchable_snapshots')],
    ]),
    group('Queue', [
      ['Writes that wait', count('store_write_queue')],
      ['Calls under way', count('store_calls_in_flight')],
      ['Failed calls', count('store_calls_total', { outcome: 'failed' }) ?? '0'],
      ['A write takes', meanMs(samples, 'store_commit_seconds', 'store_commits')],
    ]),
    group('Ingest since the start', [
      ['Stored', count('ingest_snapshots_accepted_total')],
      ['Sent twice', count('ingest_snapshots_duplicate_total')],
      ['Rejected', count('ingest_snapshots_rejected_total') ?? '0'],
      ['Received', bytes('ingest_bytes_total', { stage: 'received' })],
    ]),
    group('Streams', [
      ['Agents', count('streams', { kind: 'agent' })],
      ['Dashboards', count('streams', { kind: 'dashboard' })],
      ['Refused', count('streams_refused_total')],
      ['Open breakers', count('agent_breakers_open')],
    ]),
  ];
}

function group(title: string, figures: readonly (readonly [string, string | null])[]): FigureGroup {
  return {
    title,
    figures: figures.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])),
  };
}

function meanMs(samples: readonly Sample[], seconds: string, times: string): string | null {
  const sum = sumOf(samples, `stillframe_${seconds}`);
  const count = sumOf(samples, `stillframe_${times}`);
  return sum === null || count === null || count === 0 ? null : `${((sum / count) * 1_000).toFixed(1)} ms`;
}
