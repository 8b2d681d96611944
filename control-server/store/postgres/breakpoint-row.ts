import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ServiceRef } from '../service-store.ts';
import type { Session } from './database.ts';

const COLUMNS = [
  'id',
  'environment',
  'service_name',
  'label',
  'function_name',
  'file_path',
  'line_number',
  'column_number',
  'enabled',
  'mode',
  'condition',
  'max_captures',
  'capture_count',
  'expire_at',
  'stack_depth',
  'max_depth',
  'max_payload_bytes',
  'capture_expressions',
  'log_message',
  'version',
  'origin',
  'created_at',
  'updated_at',
  'last_hit_at',
] as const satisfies readonly (keyof BreakpointRow)[];
/** Its identity, origin and creation stay. */
const CHANGEABLE = COLUMNS.filter(
  (name) => !['id', 'environment', 'service_name', 'label', 'origin', 'created_at'].includes(name),
);

/** The row of this id. */
export function readRow(session: Session, id: string): Promise<BreakpointRow | undefined> {
  return session.get<BreakpointRow>('SELECT * FROM breakpoint WHERE id = :id', { id });
}

/** The row of this id, which nobody else changes until the transaction ends. Its environment must be locked. */
export function lockRow(session: Session, id: string): Promise<BreakpointRow | undefined> {
  return session.get<BreakpointRow>('SELECT * FROM breakpoint WHERE id = :id FOR NO KEY UPDATE', { id });
}

/** Adds the row; the unique indexes refuse a second one for its place. */
export async function insertRow(session: Session, row: BreakpointRow): Promise<void> {
  const places = COLUMNS.map((name) => `:${name}`);
  await session.run(`INSERT INTO breakpoint (${COLUMNS.join(', ')}) VALUES (${places.join(', ')})`, {
    ...row,
  });
}

/** Writes what may change of a row. */
export async function updateRow(session: Session, row: BreakpointRow): Promise<void> {
  const assignments = CHANGEABLE.map((name) => `${name} = :${name}`);
  await session.run(`UPDATE breakpoint SET ${assignments.join(', ')} WHERE id = :id`, { ...row });
}

/**
 * The breakpoints of a label in one service, the oldest first: one for each function that uses it.
 * @param lock to change one of them
 */
export function listByLabel(
  session: Session,
  ref: ServiceRef,
  label: string,
  lock: 'FOR NO KEY UPDATE' | '' = '',
): Promise<BreakpointRow[]> {
  return session.all<BreakpointRow>(
    `SELECT * FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName AND label = :label
     ORDER BY created_at, id ${lock}`,
    { environment: ref.environment, serviceName: ref.serviceName, label },
  );
}
