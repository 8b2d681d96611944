import type { Session } from './database.ts';
import type { NewSnapshot } from './snapshot-rows.ts';

const MINUTE_MS = 60_000;

/** The minute of an instant. */
export function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS);
}

/** Notes which snapshots were received in a minute: turns a time into a place in the list, whatever clocks did meanwhile. */
export async function noteMinutes(
  session: Session,
  snapshots: readonly NewSnapshot[],
  sequences: readonly number[],
): Promise<void> {
  const minutes = new Map<number, { first: number; last: number }>();
  for (const [index, { nowMs }] of snapshots.entries()) {
    const sequence = sequences[index] ?? 0;
    const known = minutes.get(minuteOf(nowMs));
    minutes.set(minuteOf(nowMs), { first: known?.first ?? sequence, last: sequence });
  }
  await session.run(
    `INSERT INTO snapshot_minute (minute, first_sequence, last_sequence)
     SELECT * FROM unnest(:minutes::bigint[], :first::bigint[], :last::bigint[])
     ON CONFLICT (minute) DO UPDATE SET
       first_sequence = least(snapshot_minute.first_sequence, excluded.first_sequence),
       last_sequence = greatest(snapshot_minute.last_sequence, excluded.last_sequence)`,
    {
      minutes: [...minutes.keys()],
      first: [...minutes.values()].map(({ first }) => first),
      last: [...minutes.values()].map(({ last }) => last),
    },
  );
}

/** Forgets the minutes of which nothing is left. */
export async function pruneMinutes(session: Session): Promise<void> {
  await session.run(
    `DELETE FROM snapshot_minute
     WHERE last_sequence < coalesce((SELECT min(sequence) FROM snapshot), 9223372036854775807)`,
  );
}
