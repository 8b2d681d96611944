import type { ControlChange } from '../service-store.ts';
import type { StoredBatch } from '../snapshot-store.ts';
import type { CommitStats } from '../store-stats.ts';
import { disableSpent } from './breakpoint-limits.ts';
import { codeOf } from './database.ts';
import type { Database } from './database.ts';
import { ingest } from './ingest.ts';
import type { IngestBatch, IngestResult } from './ingest.ts';

/** Rows of one transaction at most: other nodes wait for it. */
const MAX_GROUP_ROWS = 2_000;
/** Classes of SQLSTATE that blame the data of one statement: other batches of the group may be in order. */
const ABOUT_DATA = /^2[123]/;

interface WaitingBatch {
  readonly batch: IngestBatch;
  resolve(result: IngestResult): void;
  reject(error: unknown): void;
}

/** The way of batches into the database. */
export interface IngestQueue {
  /** Resolves after the commit. */
  store(batch: IngestBatch): Promise<StoredBatch>;
  /** Batches that wait for their transaction. */
  readonly waiting: number;
  readonly commits: CommitStats;
}

/**
 * One transaction at a time for this node: what arrives while it runs shares the next one, and so one wait for the disk
 * and for the other nodes.
 */
export function createIngestQueue(database: Database): IngestQueue {
  const waiting: WaitingBatch[] = [];
  const commits = { count: 0, writes: 0, seconds: 0 };
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    for (let group = takeGroup(waiting); group.length > 0; group = takeGroup(waiting)) {
      const startMs = performance.now();
      await storeGroup(database, group);
      commits.count++;
      commits.writes += group.length;
      commits.seconds += (performance.now() - startMs) / 1_000;
    }
    isRunning = false;
  }

  return {
    async store(batch) {
      const { promise, resolve, reject } = Promise.withResolvers<IngestResult>();
      waiting.push({ batch, resolve, reject });
      if (!isRunning) void run();
      const { outcomes, cursor, spentIds } = await promise;
      return { outcomes, cursor, changes: await disable(database, spentIds, batch.nowMs) };
    },
    get waiting() {
      return waiting.length;
    },
    commits,
  };
}

function takeGroup(waiting: WaitingBatch[]): WaitingBatch[] {
  let rows = 0;
  const end = waiting.findIndex(({ batch }) => (rows += batch.records.length) > MAX_GROUP_ROWS);
  // A single heavy batch is a group of its own.
  return waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
}

async function storeGroup(database: Database, group: readonly WaitingBatch[]): Promise<void> {
  try {
    const results = await database.transaction((session) =>
      ingest(
        session,
        group.map(({ batch }) => batch),
      ),
    );
    for (const [index, { resolve }] of group.entries()) {
      const result = results[index];
      if (result !== undefined) resolve(result);
    }
  } catch (error) {
    if (group.length > 1 && ABOUT_DATA.test(codeOf(error) ?? '')) {
      for (const one of group) await storeGroup(database, [one]);
    } else for (const { reject } of group) reject(error);
  }
}

/**
 * In a transaction of its own, since it locks the environment, which comes before breakpoints. What was stored is stored:
 * when this fails, the expiry that runs each second does it a little later.
 */
async function disable(
  database: Database,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly ControlChange[]> {
  if (ids.length === 0) return [];
  try {
    return await database.transaction((session) => disableSpent(session, ids, nowMs));
  } catch {
    return [];
  }
}
