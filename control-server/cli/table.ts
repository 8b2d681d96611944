import { stripVTControlCharacters } from 'node:util';

/** One column of a table: its heading and which side its cells keep to. */
export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** Rows under their headings, each column as wide as its widest cell. Cells may be coloured; no line ends in blanks. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const headings = columns.map((column) => column.heading);
  const widths = columns.map((_, index) => Math.max(...[headings, ...rows].map((row) => width(row[index]))));
  return [headings, ...rows].map((row) =>
    columns
      .map((column, index) => pad(row[index] ?? '', widths[index] ?? 0, column.align ?? 'left'))
      .join(GAP)
      .trimEnd(),
  );
}

function pad(cell: string, columnWidth: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columnWidth - width(cell)));
  return align === 'left' ? cell + blanks : blanks + cell;
}

function width(cell: string | undefined): number {
  return stripVTControlCharacters(cell ?? '').length;
}
