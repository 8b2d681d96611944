import type { Database } from './database.ts';
import type { CommitFigures } from './stats.ts';

/** Rows of one transaction at most: reads wait for it, so it must stay short. */
const MAX_GROUP_WEIGHT = 2_000;

/** What became of one write, once its transaction ended. */
export type WriteOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** One write that waits for its transaction. */
export interface PendingWrite {
  /** Changes nothing but the database. Called again from the beginning when another write of its group failed. */
  run(): unknown;
  /** Called after the commit, or after it failed. */
  settle(outcome: WriteOutcome): void;
  /** About how many rows it touches. */
  readonly weight: number;
  /** True for snapshots and clearing up, which may wait while others go first: a kill must not stand behind a flood. */
  readonly isBulk: boolean;
}

/** Lets writes that arrive close together share one transaction, and so one `fsync`. */
export interface GroupCommit {
  add(write: PendingWrite): void;
  /** Commits what waits, now. */
  flush(): void;
  readonly figures: () => CommitFigures;
}

/** @param delayMs how long the first write of a group waits for others */
export function createGroupCommit(database: Database, delayMs: number): GroupCommit {
  const prompt: PendingWrite[] = [];
  const bulk: PendingWrite[] = [];
  const commits = { count: 0, writes: 0, seconds: 0 };
  let isScheduled = false;
  let timer: NodeJS.Timeout | undefined;

  const commitSome = (): void => {
    const group = takeGroup(prompt, bulk);
    if (group.length === 0) return;
    const startMs = performance.now();
    commit(database, group);
    commits.count++;
    commits.writes += group.length;
    commits.seconds += (performance.now() - startMs) / 1_000;
  };
  const isWaiting = (): boolean => prompt.length + bulk.length > 0;

  const commitScheduled = (): void => {
    commitSome();
    isScheduled = isWaiting();
    if (isScheduled) setImmediate(commitScheduled); // reads that arrived meanwhile come first
  };

  return {
    add: (write) => {
      (write.isBulk ? bulk : prompt).push(write);
      if (isScheduled) return;
      isScheduled = true;
      timer = setTimeout(commitScheduled, delayMs);
    },
    flush: () => {
      while (isWaiting()) commitSome();
      // A thread that is to end does not wait for a group of nothing.
      clearTimeout(timer);
      isScheduled = false;
    },
    figures: () => ({ waiting: prompt.length + bulk.length, commits: { ...commits } }),
  };
}

/** As many as one transaction takes, each kind in the order in which it came. */
function takeGroup(prompt: PendingWrite[], bulk: PendingWrite[]): PendingWrite[] {
  const group: PendingWrite[] = [];
  let weight = 0;
  for (const queue of [prompt, bulk]) {
    const end = queue.findIndex((write) => (weight += write.weight) > MAX_GROUP_WEIGHT);
    // A single heavy write is a group of its own.
    const count = end === -1 ? queue.length : Math.max(group.length === 0 ? 1 : 0, end);
    group.push(...queue.splice(0, count));
    if (end !== -1) break;
  }
  return group;
}

function commit(database: Database, group: readonly PendingWrite[]): void {
  let outcomes: WriteOutcome[];
  try {
    database.execute('BEGIN IMMEDIATE');
    outcomes = runUnsaved(database, group) ?? runAgain(database, group);
    database.execute('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.execute('ROLLBACK');
    outcomes = group.map(() => ({ ok: false, error }));
  }
  for (const [index, write] of group.entries()) {
    const outcome = outcomes[index];
    if (outcome !== undefined) write.settle(outcome);
  }
}

/**
 * Bulk without a savepoint, for which SQLite copies every page as it was, beyond 64 KB into a file: more than it writes
 * for the snapshots themselves. Null when one of them fails, which is seldom: then nothing of the group is to stay.
 */
function runUnsaved(database: Database, group: readonly PendingWrite[]): WriteOutcome[] | null {
  const outcomes: WriteOutcome[] = [];
  for (const write of group) {
    if (!write.isBulk) {
      outcomes.push(runInSavepoint(database, write));
      continue;
    }
    try {
      outcomes.push({ ok: true, value: write.run() });
    } catch {
      return null;
    }
  }
  return outcomes;
}

/** From the beginning: nothing but the database knows that the writes ran before. */
function runAgain(database: Database, group: readonly PendingWrite[]): WriteOutcome[] {
  if (database.inTransaction) database.execute('ROLLBACK');
  database.execute('BEGIN IMMEDIATE');
  return group.map((write) => runInSavepoint(database, write));
}

/** A write that fails takes back only itself. Throws when the whole transaction is gone, as after a full disk. */
function runInSavepoint(database: Database, write: PendingWrite): WriteOutcome {
  database.execute('SAVEPOINT one_write');
  try {
    const value = write.run();
    database.execute('RELEASE one_write');
    return { ok: true, value };
  } catch (error) {
    if (!database.inTransaction) throw error;
    database.execute('ROLLBACK TO one_write; RELEASE one_write');
    return { ok: false, error };
  }
}
