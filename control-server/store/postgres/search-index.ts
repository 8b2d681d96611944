import { setImmediate } from 'node:timers/promises';
import type { SearchLag } from '../../../src/protocol/api-snapshots.ts';
import { toIso } from '../instant.ts';
import { readSearchText } from '../search-text.ts';
import { codeOf } from './database.ts';
import type { Database, Session } from './database.ts';
import { LOCKS } from './locks.ts';
import { toTextVector } from './text-vector.ts';

/** Rows of one transaction, … */
const SLICE_ROWS = 64;
/** … and bodies that are taken apart in one go: a few milliseconds of this thread, which has streams to serve. */
const CHUNK_ROWS = 8;

interface BodyRow {
  readonly day: number;
  readonly sequence: number;
  readonly body: string;
}

interface Text {
  readonly day: number;
  readonly sequence: number;
  readonly words: string;
}

/**
 * Indexes the oldest snapshots that are not yet. Sequences are committed in their order, so none can appear behind. How
 * far it came is of the same transaction. Returns whether nothing is left for this node: of several one indexes at a time.
 *
 * A text that the database refuses is skipped and counted, and keeps no other out of the index.
 */
export async function indexSlice(database: Database): Promise<boolean> {
  try {
    return await database.transaction((session) => runSlice(session, insertTexts));
  } catch (error) {
    if (!isRefusedText(error)) throw error;
    // Which of them it was shows when each is alone.
    return database.transaction((session) => runSlice(session, insertOneByOne));
  }
}

/** Returns how many texts could not be stored. */
type InsertTexts = (session: Session, texts: readonly Text[]) => Promise<number>;

async function runSlice(session: Session, insert: InsertTexts): Promise<boolean> {
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
  const texts = await readTexts(rows);
  // What is deleted meanwhile must not leave its words behind.
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.texts})`);
  const refused = await insert(session, texts);
  await noteSkipped(session, rows.length - texts.length + refused);
  await session.run(`UPDATE meta SET number = :through WHERE name = 'indexed_through'`, {
    through: last.sequence,
  });
  return rows.length < SLICE_ROWS;
}

/** The texts of the bodies that can be read. */
async function readTexts(rows: readonly BodyRow[]): Promise<Text[]> {
  const texts: Text[] = [];
  for (const [index, { day, sequence, body }] of rows.entries()) {
    if (index % CHUNK_ROWS === CHUNK_ROWS - 1) await setImmediate();
    const text = readSearchText(body);
    if (text !== null) texts.push({ day, sequence, words: toTextVector(text) });
  }
  return texts;
}

async function insertTexts(session: Session, texts: readonly Text[]): Promise<number> {
  await session.run(
    `INSERT INTO snapshot_text (day, sequence, words)
     SELECT day, sequence, words::tsvector
     FROM unnest(:days::integer[], :sequences::bigint[], :words::text[]) AS n (day, sequence, words)
     WHERE sequence IN (SELECT sequence FROM snapshot WHERE sequence = ANY (:sequences::bigint[]))`,
    {
      days: texts.map(({ day }) => day),
      sequences: texts.map(({ sequence }) => sequence),
      words: texts.map(({ words }) => words),
    },
  );
  return 0;
}

async function insertOneByOne(session: Session, texts: readonly Text[]): Promise<number> {
  let refused = 0;
  for (const text of texts) {
    await session.run('SAVEPOINT one_text');
    try {
      await insertTexts(session, [text]);
      await session.run('RELEASE SAVEPOINT one_text');
    } catch (error) {
      if (!isRefusedText(error)) throw error;
      await session.run('ROLLBACK TO SAVEPOINT one_text');
      refused++;
    }
  }
  return refused;
}

async function noteSkipped(session: Session, skipped: number): Promise<void> {
  if (skipped === 0) return;
  await session.run(
    `INSERT INTO meta (name, number) VALUES ('index_skipped', :skipped)
     ON CONFLICT (name) DO UPDATE SET number = meta.number + excluded.number`,
    { skipped },
  );
}

/** A fault of what was sent (data exception, a limit of the program), and none of the database. */
function isRefusedText(error: unknown): boolean {
  return /^(?:22|54)...$/.test(codeOf(error) ?? '');
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
