import type { AuditEntry, AuditQuery } from '../../../src/protocol/api-audit.ts';
import type { Page } from '../../../src/protocol/api.ts';
import { readAuditQuery } from '../audit-request.ts';
import type { NewAuditEntry } from '../audit-store.ts';
import { entryValues, INSERT_ENTRY, toEntry } from '../rows/audit-row.ts';
import type { AuditRow } from '../rows/audit-row.ts';
import type { Database } from './database.ts';

/** A slice of a sweep. */
const MAX_PRUNED = 500;

/** Adds an entry. */
export function recordAudit(database: Database, entry: NewAuditEntry): void {
  database.run(INSERT_ENTRY, entryValues(entry));
}

/** One page, the newest first. */
export function listAudit(database: Database, query: AuditQuery): Page<AuditEntry> {
  const { limit, ...filter } = readAuditQuery(query);
  const rows = database.all<AuditRow>(
    `SELECT * FROM audit
     WHERE (:below IS NULL OR sequence < :below)
       AND (:actor IS NULL OR actor = :actor)
       AND (:action IS NULL OR action = :action)
       AND (:subject IS NULL OR substr(action, 1, length(:subject)) = :subject)
       AND (:target IS NULL OR target = :target)
       AND (:fromMs IS NULL OR at >= :fromMs)
       AND (:toMs IS NULL OR at < :toMs)
     ORDER BY sequence DESC LIMIT :limit`,
    { ...filter, limit: limit + 1 },
  );
  const items = rows.slice(0, limit).map(toEntry);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Forgets some of what is too old. Returns whether there was any. */
export function pruneAudit(database: Database, cutoffMs: number): boolean {
  const { changes } = database.run(
    `DELETE FROM audit WHERE sequence IN
       (SELECT sequence FROM audit WHERE at < :cutoffMs ORDER BY at LIMIT :limit)`,
    { cutoffMs, limit: MAX_PRUNED },
  );
  return changes > 0;
}
