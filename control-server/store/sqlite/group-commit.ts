import type { Database } from './database.ts';

/** Rows of one transaction at most: reads wait for it, so it must stay short. */
const MAX_GROUP_WEIGHT = 2_000;

/** What became of one write, once its transaction ended. */
export type WriteOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** One write that waits for its transaction. */
export interface PendingWrite {
  run(): unknown;
  /** Called after the commit, or after it failed. */
  settle(outcome: WriteOutcome): void;
  /** About how many rows it touches. */
  readonly weight: number;
}

/** Lets writes that arrive close together share one transaction, and so one `fsync`. */
export interface GroupCommit {
  add(write: PendingWrite): void;
  /** Commits what waits, now. */
  flush(): void;
}

/** @param delayMs how long the first write of a group waits for others */
export function createGroupCommit(database: Database, delayMs: number): GroupCommit {
  const pending: PendingWrite[] = [];
  let isScheduled = false;

  const commitSome = (): void => {
    let weight = 0;
    const end = pending.findIndex((write) => (weight += write.weight) > MAX_GROUP_WEIGHT);
    // A single heavy write is a group of its own.
    const group = pending.splice(0, end === -1 ? pending.length : Math.max(1, end));
    if (group.length > 0) commit(database, group);
  };

  const commitScheduled = (): void => {
    commitSome();
    isScheduled = pending.length > 0;
    if (isScheduled) setImmediate(commitScheduled); // reads that arrived meanwhile come first
  };

  return {
    add: (write) => {
      pending.push(write);
      if (isScheduled) return;
      isScheduled = true;
      setTimeout(commitScheduled, delayMs);
    },
    flush: () => {
      while (pending.length > 0) commitSome();
    },
  };
}

function commit(database: Database, group: readonly PendingWrite[]): void {
  let outcomes: WriteOutcome[];
  try {
    database.execute('BEGIN IMMEDIATE');
    outcomes = group.map((write) => runInSavepoint(database, write));
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
