import type { AuditActorKind, AuditEntry } from '../../../src/protocol/api-audit.ts';
import { encodeAuditId } from '../audit-request.ts';
import type { NewAuditEntry } from '../audit-store.ts';
import { readInstant, toIso } from '../instant.ts';
import { encodeAuditSide } from '../recorded-change.ts';

/** A row of `audit`, in every database. */
export interface AuditRow {
  readonly sequence: number;
  readonly at: number;
  readonly actor: string;
  readonly actor_kind: AuditActorKind;
  readonly ip: string | null;
  readonly action: string;
  readonly target: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly request_id: string | null;
}

/** The entry of a row. */
export function toEntry(row: AuditRow): AuditEntry {
  return {
    id: encodeAuditId(row.sequence),
    at: toIso(row.at),
    actor: row.actor,
    actorKind: row.actor_kind,
    ip: row.ip,
    action: row.action,
    target: row.target,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    requestId: row.request_id,
  };
}

/** Takes {@link entryValues}. */
export const INSERT_ENTRY: string = `INSERT INTO audit (at, actor, actor_kind, ip, action, target, before, after, request_id)
  VALUES (:at, :actor, :actorKind, :ip, :action, :target, :before, :after, :requestId)`;

/** The values of {@link INSERT_ENTRY}. */
export function entryValues(entry: NewAuditEntry): Record<string, string | number | null> {
  return {
    at: readInstant(entry.at, 'at'),
    actor: entry.actor,
    actorKind: entry.actorKind,
    ip: entry.ip,
    action: entry.action,
    target: entry.target,
    before: encodeAuditSide(entry.before),
    after: encodeAuditSide(entry.after),
    requestId: entry.requestId,
  };
}
