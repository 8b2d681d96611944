import type { AuditQuery } from '../../src/protocol/api-audit.ts';
import { readOptionalInstant } from './instant.ts';
import { StoreError } from './store-error.ts';

/** A checked {@link AuditQuery}, with instants and cursor as numbers. */
export interface AuditRequest {
  readonly actor: string | null;
  /** The whole action. */
  readonly action: string | null;
  /** The subject of an action, with its dot. */
  readonly subject: string | null;
  readonly target: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Only entries with a smaller sequence. */
  readonly below: number | null;
  readonly limit: number;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const CURSOR = /^au-([0-9a-z]{1,11})$/;

/** The opaque id and cursor of an entry. */
export function encodeAuditId(sequence: number): string {
  return `au-${sequence.toString(36)}`;
}

/** Throws `bad_cursor` or `bad_value`. */
export function readAuditQuery(query: AuditQuery): AuditRequest {
  const { action = null } = query;
  const isSubject = action?.endsWith('.') === true;
  return {
    actor: query.actor ?? null,
    action: isSubject ? null : action,
    subject: isSubject ? action : null,
    target: query.target ?? null,
    fromMs: readOptionalInstant(query.from, 'from'),
    toMs: readOptionalInstant(query.to, 'to'),
    below: query.cursor === undefined ? null : decodeAuditId(query.cursor),
    limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
  };
}

function decodeAuditId(id: string): number {
  const digits = CURSOR.exec(id)?.[1];
  const sequence = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  if (!Number.isSafeInteger(sequence) || encodeAuditId(sequence) !== id) {
    throw new StoreError('bad_cursor', 'This cursor was not made by this server. Start again without one.');
  }
  return sequence;
}
