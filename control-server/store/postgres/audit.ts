import type { AuditEntry, AuditQuery } from '../../../src/protocol/api-audit.ts';
import type { Page } from '../../../src/protocol/api.ts';
import { readAuditQuery } from '../audit-request.ts';
import type { NewAuditEntry } from '../audit-store.ts';
import { entryValues, INSERT_ENTRY, toEntry } from '../rows/audit-row.ts';
import type { AuditRow } from '../rows/audit-row.ts';
import type { Session } from './database.ts';

/** A slice of a sweep. */
const MAX_PRUNED = 500;

/** Adds an entry. */
export async function recordAudit(session: Session, entry: NewAuditEntry): Promise<void> {
  await session.run(INSERT_ENTRY, entryValues(entry));
}

/** One page, the newest first. */
export async function listAudit(session: Session, query: AuditQuery): Promise<Page<AuditEntry>> {
  const { limit, ...filter } = readAuditQuery(query);
  const rows = await session.all<AuditRow>(
    `SELECT * FROM audit
     WHERE (:below::bigint IS NULL OR sequence < :below)
       AND (:actor::text IS NULL OR (hashtextextended(actor, 0) = hashtextextended(:actor, 0) AND actor = :actor))
       AND (:action::text IS NULL OR action = :action)
       AND (:subject::text IS NULL OR starts_with(action, :subject))
       AND (:target::text IS NULL OR (hashtextextended(target, 0) = hashtextextended(:target, 0) AND target = :target))
       AND (:fromMs::bigint IS NULL OR at >= :fromMs)
       AND (:toMs::bigint IS NULL OR at < :toMs)
     ORDER BY sequence DESC LIMIT :limit`,
    { ...filter, limit: limit + 1 },
  );
  const items = rows.slice(0, limit).map(toEntry);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Forgets some of what is too old. Returns whether there was any. */
export async function pruneAudit(session: Session, cutoffMs: number): Promise<boolean> {
  const { changes } = await session.run(
    `DELETE FROM audit WHERE sequence IN
       (SELECT sequence FROM audit WHERE at < :cutoffMs ORDER BY at LIMIT :limit)`,
    { cutoffMs, limit: MAX_PRUNED },
  );
  return changes > 0;
}
