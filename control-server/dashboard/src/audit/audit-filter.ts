import type { AuditQuery } from '../../../../src/protocol/api-audit.ts';

/** What the audit is narrowed to; lives in the address. Empty: not narrowed. */
export interface AuditFilter {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** All of the audit. */
export const WHOLE_AUDIT: AuditFilter = { actor: '', action: '', target: '', from: '', to: '' };
const FIELDS = Object.keys(WHOLE_AUDIT) as readonly (keyof AuditFilter)[];

/** What actions are about; each stands for all actions that begin with it. */
export const AUDIT_SUBJECTS: readonly (readonly [action: string, words: string])[] = [
  ['breakpoint.', 'Breakpoints'],
  ['kill_switch.', 'Kill switch'],
  ['snapshot.', 'Snapshots'],
  ['key.', 'Keys'],
  ['user.', 'Users'],
  ['session.', 'Signing in and out'],
  ['token.', 'Personal tokens'],
  ['settings.', 'Settings'],
  ['webhook.', 'Webhooks'],
  ['backup.', 'Backups'],
  ['audit.', 'The audit itself'],
];

/** The filter of an address. */
export function readAuditFilter(search: string): AuditFilter {
  const parameters = new URLSearchParams(search);
  const read = (field: keyof AuditFilter): string => {
    const value = parameters.get(field) ?? '';
    const isInstant = field === 'from' || field === 'to';
    return isInstant && Number.isNaN(Date.parse(value)) ? '' : value;
  };
  return Object.fromEntries(FIELDS.map((field) => [field, read(field)])) as unknown as AuditFilter;
}

/** The filter as the query of an address, with its `?`; the empty string for none. */
export function writeAuditFilter(filter: AuditFilter): string {
  const text = new URLSearchParams(auditQuery(filter) as Record<string, string>).toString();
  return text === '' ? '' : `?${text}`;
}

/** The request for what the filter leaves. */
export function auditQuery(filter: AuditFilter): AuditQuery {
  return Object.fromEntries(
    FIELDS.filter((field) => filter[field] !== '').map((field) => [field, filter[field]]),
  );
}
