import { watchDelay } from '../delay-watch.ts';
import type { CommitStats, StoreStats } from '../store-stats.ts';
import type { Database } from './database.ts';
import { readIndexSkipped } from './search-index.ts';
import { pinnedBytes, totalBytes } from './snapshot-usage.ts';

/** A million rows take some 10 ms to count. */
const COUNT_KEPT_MS = 60_000;

/** What group commit knows. */
export interface CommitFigures {
  readonly waiting: number;
  readonly commits: CommitStats;
}

/** Reads the figures of one connection, and of the thread that it is called in. */
export function createStatsReader(database: Database, readCommits: () => CommitFigures): () => StoreStats {
  const delays = watchDelay();
  let snapshots = 0;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - countedAtMs >= COUNT_KEPT_MS) {
      snapshots = database.get<{ rows: number }>('SELECT count(*) AS rows FROM snapshot')?.rows ?? 0;
      countedAtMs = performance.now();
    }
    const { waiting, commits } = readCommits();
    return {
      sizeBytes: readPragma(database, 'page_count') * readPragma(database, 'page_size'),
      snapshotBytes: totalBytes(database) + pinnedBytes(database),
      snapshots,
      unindexedSnapshots: readIndexSkipped(database),
      waitingWrites: waiting,
      commits,
      threadDelaySeconds: delays.takeLongestMs() / 1_000,
    };
  };
}

function readPragma(database: Database, name: 'page_count' | 'page_size'): number {
  return database.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}
