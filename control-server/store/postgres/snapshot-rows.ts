import type { SnapshotRecord } from '../snapshot-record.ts';
import type { Session } from './database.ts';
import { dayOf } from './snapshot-day.ts';

/** A snapshot on its way into the table. */
export interface NewSnapshot {
  readonly record: SnapshotRecord;
  readonly environment: string;
  readonly nowMs: number;
}

type Column = readonly [
  name: string,
  type: string,
  valueOf: (snapshot: NewSnapshot) => string | number | null,
];

/** An array, of which the planner knows how common each flag is. */
const FLAGS = 'ARRAY(SELECT jsonb_array_elements_text(n.flags::jsonb))';

const COLUMNS: readonly Column[] = [
  ['day', 'integer', ({ record }) => dayOf(record.id)],
  ['id', 'text', ({ record }) => record.id],
  ['environment', 'text', ({ environment }) => environment],
  ['service_name', 'text', ({ record }) => record.serviceName],
  ['label', 'text', ({ record }) => record.label],
  ['file_path', 'text', ({ record }) => record.filePath],
  ['line_number', 'bigint', ({ record }) => record.lineNumber],
  ['function_name', 'text', ({ record }) => record.functionName],
  ['breakpoint_id', 'text', ({ record }) => record.breakpointId],
  ['instance_id', 'text', ({ record }) => record.instanceId],
  ['trace_id', 'text', ({ record }) => record.traceId],
  ['mode', 'text', ({ record }) => record.mode],
  ['captured_at', 'bigint', ({ record }) => record.capturedAt],
  ['received_at', 'bigint', ({ nowMs }) => nowMs],
  ['preview', 'text', ({ record }) => record.preview],
  ['flags', 'text', ({ record }) => record.flags],
  ['size_bytes', 'bigint', ({ record }) => record.sizeBytes],
  ['body', 'text', ({ record }) => record.body],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const VALUES = COLUMNS.map(([name]) => (name === 'flags' ? FLAGS : `n.${name}`)).join(', ');
const ARRAYS = COLUMNS.map(([name, type]) => `:${name}::${type}[]`).join(', ');

/** Adds all of them in one statement, in their order. Their sequences. */
export async function insertSnapshots(
  session: Session,
  snapshots: readonly NewSnapshot[],
): Promise<number[]> {
  const values = COLUMNS.map(([name, , valueOf]) => [name, snapshots.map(valueOf)] as const);
  const rows = await session.all<{ sequence: number }>(
    `INSERT INTO snapshot (sequence, pinned, ${NAMES})
     SELECT nextval('snapshot_sequence'), 0, ${VALUES} FROM unnest(${ARRAYS}) AS n (${NAMES})
     RETURNING sequence`,
    Object.fromEntries(values),
  );
  return rows.map(({ sequence }) => sequence);
}

/** Which of these ids are stored already. */
export async function findStored(session: Session, ids: readonly string[]): Promise<Set<string>> {
  const rows = await session.all<{ id: string }>(
    'SELECT id FROM snapshot WHERE day = ANY (:days::integer[]) AND id = ANY (:ids::text[])',
    { days: [...new Set(ids.map(dayOf))], ids },
  );
  return new Set(rows.map(({ id }) => id));
}
