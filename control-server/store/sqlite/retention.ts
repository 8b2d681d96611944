import { readInstant } from '../instant.ts';
import type { Retention } from '../retention.ts';
import { pruneAudit } from './audit.ts';
import { pruneInvitations } from './invitations.ts';
import { pruneSessions } from './sessions.ts';
import type { Database } from './database.ts';
import { pruneActivity, pruneServices } from './services.ts';
import { deleteSequences, totalBytes } from './snapshot-usage.ts';

/** One slice of a sweep: short enough that nobody waits for it. */
const MAX_SLICE_ROWS = 500;
/** Freeing the pages of large bodies costs more than their number says. */
const MAX_SLICE_BYTES: number = 16 * 1024 * 1024;
const MAX_VACUUM_PAGES = 256;
/** Free pages kept for the next snapshots, so that a file in balance does not shrink and grow all day. */
const MIN_SPARE_PAGES = 1_024;

/** What one slice did, and whether there is more to do. */
export interface SweepSlice {
  readonly deletedSnapshots: number;
  readonly isDone: boolean;
}

interface Candidate {
  readonly sequence: number;
  readonly size_bytes: number;
}

/** One slice of the first rule that finds something: age, count per breakpoint, bytes; then gives pages back. */
export function sweepSlice(database: Database, retention: Retention, nowIso: string): SweepSlice {
  const nowMs = readInstant(nowIso, 'now');
  const candidates =
    firstNonEmpty([
      () => olderThan(database, nowMs - retention.maxAgeMs),
      () => beyondCount(database, retention.maxSnapshotsPerBreakpoint),
      () => beyondBytes(database, retention.maxTotalBytes),
    ]) ?? [];
  if (candidates.length > 0) {
    const deletedSnapshots = deleteSequences(database, cutToBytes(candidates, MAX_SLICE_BYTES));
    return { deletedSnapshots, isDone: deletedSnapshots === 0 };
  }
  pruneSessions(database, nowMs);
  pruneInvitations(database, nowMs);
  pruneActivity(database, nowMs);
  pruneMinutes(database);
  const hasPruned = [
    pruneServices(database, nowMs),
    pruneAudit(database, nowMs - retention.maxAuditAgeMs),
  ].some(Boolean);
  const hasReleased = releasePages(database);
  return { deletedSnapshots: 0, isDone: !hasPruned && !hasReleased };
}

/** Forgets the minutes of which no snapshot is left. */
function pruneMinutes(database: Database): void {
  database.run(
    `DELETE FROM snapshot_minute
     WHERE last_sequence < coalesce((SELECT min(sequence) FROM snapshot), :everything)`,
    { everything: Number.MAX_SAFE_INTEGER },
  );
}

function firstNonEmpty<T>(rules: readonly (() => readonly T[])[]): readonly T[] | undefined {
  for (const rule of rules) {
    const found = rule();
    if (found.length > 0) return found;
  }
  return undefined;
}

function olderThan(database: Database, cutoff: number): Candidate[] {
  return database.all<Candidate>(
    `SELECT sequence, size_bytes FROM snapshot INDEXED BY snapshot_by_age
     WHERE pinned = 0 AND received_at < :cutoff ORDER BY received_at LIMIT :limit`,
    { cutoff, limit: MAX_SLICE_ROWS },
  );
}

function beyondCount(database: Database, maxSnapshots: number): Candidate[] {
  const usage = database.get<{ breakpoint_id: string; snapshots: number }>(
    'SELECT breakpoint_id, snapshots FROM snapshot_usage WHERE snapshots > :maxSnapshots LIMIT 1',
    { maxSnapshots },
  );
  if (usage === undefined) return [];
  return database.all<Candidate>(
    `SELECT sequence, size_bytes FROM snapshot INDEXED BY snapshot_by_breakpoint
     WHERE breakpoint_id = :breakpointId AND pinned = 0 ORDER BY sequence LIMIT :limit`,
    {
      breakpointId: usage.breakpoint_id,
      limit: Math.min(MAX_SLICE_ROWS, usage.snapshots - maxSnapshots),
    },
  );
}

function beyondBytes(database: Database, maxBytes: number): readonly Candidate[] {
  const excess = totalBytes(database) - maxBytes;
  if (excess <= 0) return [];
  const oldest = database.all<Candidate>(
    `SELECT sequence, size_bytes FROM snapshot INDEXED BY snapshot_by_age
     WHERE pinned = 0 ORDER BY received_at, sequence LIMIT :limit`,
    { limit: MAX_SLICE_ROWS },
  );
  const enough = countUntil(oldest, excess);
  return oldest.slice(0, enough);
}

/** At least one candidate, else no more than fit. */
function cutToBytes(candidates: readonly Candidate[], maxBytes: number): number[] {
  return candidates.slice(0, countUntil(candidates, maxBytes)).map((candidate) => candidate.sequence);
}

/** How many of the first candidates it takes to reach so many bytes. */
function countUntil(candidates: readonly Candidate[], bytes: number): number {
  let sum = 0;
  const reached = candidates.findIndex((candidate) => (sum += candidate.size_bytes) >= bytes);
  return reached === -1 ? candidates.length : reached + 1;
}

/** Gives some free pages back to the file system. Returns whether it did. */
function releasePages(database: Database): boolean {
  const free = readPages(database, 'freelist_count');
  const spare = Math.max(MIN_SPARE_PAGES, Math.floor(readPages(database, 'page_count') / 10));
  if (free <= spare) return false;
  database.execute(`PRAGMA incremental_vacuum(${Math.min(MAX_VACUUM_PAGES, free - spare)})`);
  return readPages(database, 'freelist_count') < free;
}

function readPages(database: Database, name: 'freelist_count' | 'page_count'): number {
  return database.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}
