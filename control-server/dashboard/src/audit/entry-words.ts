import type { AuditEntry } from '../../../../src/protocol/api-audit.ts';
import { fullPlace } from '../../../wording/code-place.ts';

/** What changes by itself with every change, or with what happens. */
const INCIDENTAL: ReadonlySet<string> = new Set(['version', 'updatedAt', 'captureCount', 'lastHitAt']);
const MAX_VALUE_LENGTH = 40;

/** What a person calls that which the entry is about; null where the entry does not say. */
export function targetName({ before, after }: AuditEntry): string | null {
  const known = [after, before].filter(isRecord);
  for (const { label, name, url, filePath, lineNumber } of known) {
    for (const text of [label, name, url]) if (typeof text === 'string' && text !== '') return text;
    if (typeof filePath === 'string' && typeof lineNumber === 'number')
      return fullPlace(filePath, lineNumber);
  }
  return null;
}

/** What a change changed, `enabled: true → false`; long values are named only. Empty for what is new or gone. */
export function changedWords({ before, after }: AuditEntry): string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.keys(after)
    .filter((field) => !INCIDENTAL.has(field) && Object.hasOwn(before, field))
    .map((field) => [field, JSON.stringify(before[field]), JSON.stringify(after[field])] as const)
    .filter(([, was, is]) => was !== is)
    .map(([field, was, is]) =>
      was.length + is.length > MAX_VALUE_LENGTH ? field : `${field}: ${was} → ${is}`,
    );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
