import type { AuditEntry } from '../../src/protocol/api-audit.ts';
import type { Page } from '../../src/protocol/api.ts';
import { toCsvCell } from './csv-cell.ts';

/** One page of the audit, from a cursor on. */
export type ReadAuditPage = (cursor: { readonly cursor?: string }) => Promise<Page<AuditEntry>>;

const COLUMNS = [
  'at',
  'actor',
  'actorKind',
  'ip',
  'action',
  'target',
  'before',
  'after',
  'requestId',
] as const satisfies readonly (keyof AuditEntry)[];

/** The lines of an export, page by page: the memory holds one at a time. */
export async function* auditLines(readPage: ReadAuditPage, format: 'ndjson' | 'csv'): AsyncGenerator<string> {
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`;
  let cursor: string | null = null;
  do {
    const page: Page<AuditEntry> = await readPage(cursor === null ? {} : { cursor });
    const lines = page.items.map((entry) =>
      format === 'csv' ? toCsvLine(entry) : `${JSON.stringify(entry)}\n`,
    );
    if (lines.length > 0) yield lines.join('');
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** RFC 4180. */
function toCsvLine(entry: AuditEntry): string {
  const cells = COLUMNS.map((column) => {
    const value = entry[column];
    if (value === null || value === undefined) return '';
    return toCsvCell(typeof value === 'string' ? value : JSON.stringify(value));
  });
  return `${cells.join(',')}\r\n`;
}
