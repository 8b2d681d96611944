import { setImmediate } from 'node:timers/promises';
import type { SearchLag } from '../../../src/protocol/api-snapshots.ts';
import { parseSnapshot } from '../../../src/protocol/snapshot.ts';
import { toIso } from '../instant.ts';
import { searchTextOf } from '../search-text.ts';
import type { SearchText } from '../search-text.ts';
import type { Session } from './database.ts';
import { LOCKS } from './locks.ts';
import { toTextVector } from './text-vector.ts';

/** Rows of one transaction, … */
const SLICE_ROWS = 64;
/** … and bodies that are taken apart in one go: a few milliseconds of this thread, which has streams to serve. */
const CHUNK_ROWS = 8;
const NOTHING: SearchText = { place: '', values: '' };

interface BodyRow {
  readonly day: number;
  readonly sequence: number;
  readonly body: string;
}

/**
 * Indexes the oldest snapshots that are not yet. Sequences are committed in their order, so none can appear behind. How
 * far it came is of the same transaction. Returns whether nothing is left for this node: of several one indexes at a time.
 */
export async function indexSlice(session: Session): Promise<boolean> {
  const lock = await session.get<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${LOCKS.index}) AS taken`,
  );
  if (lock?.taken !== true) return true;
  const through = await readIndexedThrough(session);
  const rows = await session.all<BodyRow>(
    'SELECT day, sequence, body FROM snapshot WHERE sequence > :through ORDER BY sequence LIMIT :limit',
    { through, limit: SLICE_ROWS },
  );
  const last = rows.at(-1);
  if (last === undefined) return true;
  await session.run(
    `INSERT INTO snapshot_text (day, sequence, words)
     SELECT day, sequence, words::tsvector
     FROM unnest(:days::integer[], :sequences::bigint[], :words::text[]) AS n (day, sequence, words)`,
    {
      days: rows.map(({ day }) => day),
      sequences: rows.map(({ sequence }) => sequence),
      words: await vectorsOf(rows),
    },
  );
  await session.run(`UPDATE meta SET number = :through WHERE name = 'indexed_through'`, {
    through: last.sequence,
  });
  return rows.length < SLICE_ROWS;
}

async function vectorsOf(rows: readonly BodyRow[]): Promise<string[]> {
  const vectors: string[] = [];
  for (const [index, { body }] of rows.entries()) {
    if (index % CHUNK_ROWS === CHUNK_ROWS - 1) await setImmediate();
    vectors.push(toTextVector(readText(body)));
  }
  return vectors;
}

/** How far the index is behind. */
export async function readSearchLag(session: Session): Promise<SearchLag> {
  const through = await readIndexedThrough(session);
  const row = await session.get<{ newest: number | null; indexed_at: number | null }>(
    `SELECT (SELECT max(sequence) FROM snapshot) AS newest,
       (SELECT received_at FROM snapshot WHERE sequence <= :through ORDER BY sequence DESC LIMIT 1) AS indexed_at`,
    { through },
  );
  const indexedAt = row?.indexed_at ?? null;
  return {
    pending: Math.max(0, (row?.newest ?? 0) - through),
    indexedThrough: indexedAt === null ? null : toIso(indexedAt),
  };
}

async function readIndexedThrough(session: Session): Promise<number> {
  const row = await session.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'indexed_through'`);
  return row?.number ?? 0;
}

/** One body that cannot be read keeps no other out of the index. */
function readText(body: string): SearchText {
  try {
    const snapshot = parseSnapshot(JSON.parse(body));
    return typeof snapshot === 'string' ? NOTHING : searchTextOf(snapshot);
  } catch {
    return NOTHING;
  }
}
