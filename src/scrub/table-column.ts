import { isPlainValue } from './assigned-value.ts';
import type { NameJudge, NameRule } from './sensitive-name.ts';
import type { TextScan } from './text-scan.ts';

/** Longest head and row of a table. */
const MAX_HEAD = 512;
const MAX_ROW = 4_096;
const HEAD_CELL = /^ ?"?[A-Za-z][\w .-]{0,40}"?$/;

interface Cell {
  readonly start: number;
  readonly end: number;
}

/**
 * Adds what stands in the columns of a table (CSV, TSV) whose head names secrets, when the name from `start` to `end` is a
 * cell of a head. Returns the end of that head, or null. A row is never a head, so every row is read once.
 */
export function findColumns(scan: TextScan, start: number, end: number, judge: NameJudge): number | null {
  const { text } = scan;
  const delimiter = delimiterAt(text, start, end);
  if (delimiter === null || start < scan.tableCursor) return null;
  const headStart = lineStart(text, start);
  const headEnd = lineEnd(text, end, MAX_HEAD);
  scan.tableCursor = headEnd === -1 ? end + MAX_HEAD : headEnd;
  if (headStart === -1 || headEnd === -1 || headEnd === text.length) return null;
  const head = cellsOf(text, headStart, headEnd, delimiter);
  if (head.length < 2 || !head.every((cell) => HEAD_CELL.test(text.slice(cell.start, cell.end)))) return null;
  const rules = head.map((cell): NameRule => judge.judge(text.slice(cell.start, cell.end)));
  const above = lineStart(text, headStart - 1);
  if (
    headStart > 0 &&
    (above === -1 || cellsOf(text, above, headStart - 1, delimiter).length === head.length)
  )
    return null;
  for (let from = nextLine(text, headEnd); from < text.length;) {
    const to = lineEnd(text, from, MAX_ROW);
    const row = to === -1 ? [] : cellsOf(text, from, to, delimiter);
    if (row.length !== head.length) break;
    row.forEach((cell, column) => addCell(scan, cell, rules[column]!));
    from = nextLine(text, to);
  }
  return headEnd;
}

function addCell(scan: TextScan, cell: Cell, rule: NameRule): void {
  if (rule.secret === null) return;
  const [, opener = '', value = ''] = /^( ?"?)(.*?)"? ?$/s.exec(scan.text.slice(cell.start, cell.end)) ?? [];
  if (value.length < 3 || isPlainValue(value, true) || !/[^\p{L}\s]/u.test(value)) return;
  if (rule.keepsNumbers && /^[\d.,]+$/.test(value)) return;
  const start = cell.start + opener.length;
  scan.add(start, start + value.length, rule.secret);
}

/** The sign beside a name that parts it from the other cells; null when it is no cell. */
function delimiterAt(text: string, start: number, end: number): string | null {
  const behind = text[end] === '"' ? text[end + 1] : text[end];
  const left = text[start - 1] === '"' ? start - 1 : start;
  const before = text[left - 1] === ' ' ? text[left - 2] : text[left - 1];
  if (behind !== undefined && ',;\t'.includes(behind))
    return before === undefined || before === '\n' || before === behind ? behind : null;
  const isLast = behind === '\n' || behind === '\r';
  return isLast && before !== undefined && ',;\t'.includes(before) ? before : null;
}

function cellsOf(text: string, start: number, end: number, delimiter: string): readonly Cell[] {
  const cells: Cell[] = [];
  let from = start;
  let isQuoted = false;
  for (let at = start; at <= end; at++) {
    if (at < end && text[at] === '"') isQuoted = !isQuoted;
    if (at < end && (isQuoted || text[at] !== delimiter)) continue;
    cells.push({ start: from, end: at });
    from = at + 1;
  }
  return cells;
}

/** Where the line of `at` begins; -1 when that is too far away. */
function lineStart(text: string, at: number): number {
  const from = Math.max(0, at - MAX_HEAD);
  const line = text.slice(from, Math.max(from, at)).lastIndexOf('\n');
  return line === -1 && from > 0 ? -1 : from + line + 1;
}

/** Where the line ends, without its break; -1 when that is too far away. */
function lineEnd(text: string, from: number, max: number): number {
  const line = text.slice(from, from + max).indexOf('\n');
  if (line === -1) return from + max < text.length ? -1 : text.length;
  return text[from + line - 1] === '\r' && line > 0 ? from + line - 1 : from + line;
}

function nextLine(text: string, end: number): number {
  return end + (text[end] === '\r' ? 2 : 1);
}
