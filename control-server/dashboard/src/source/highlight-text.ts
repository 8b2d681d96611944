import { classHighlighter, highlightCode } from '@lezer/highlight';
import { parser } from '@lezer/javascript';
import { dialectOf } from './file-dialect.ts';

/** A piece of a line, and what the style sheet calls it; the empty string for plain text. */
export interface TextPiece {
  readonly text: string;
  readonly className: string;
}

/**
 * The lines of a part of a file as pieces; null for a file whose language nobody here knows. What begins within a comment
 * is known by how the comment ends, or by the star before its lines.
 */
export function highlightText(filePath: string, text: string): readonly (readonly TextPiece[])[] | null {
  const dialect = dialectOf(filePath);
  if (dialect === null) return null;
  const opened = beginsInComment(text) ? `/*\n${text}` : text;
  const lines: TextPiece[][] = [[]];
  highlightCode(
    opened,
    // The parser alone, without the editor around it: a third of the bytes, for a page that shows some lines.
    parser.configure({ dialect }).parse(opened),
    classHighlighter,
    (piece, className) => lines.at(-1)?.push({ text: piece, className }),
    () => lines.push([]),
  );
  return opened === text ? lines : lines.slice(1);
}

function beginsInComment(text: string): boolean {
  const end = text.indexOf('*/');
  const start = text.indexOf('/*');
  return /^\s*\*(?!\/)/.test(text) || (end !== -1 && (start === -1 || end < start));
}
