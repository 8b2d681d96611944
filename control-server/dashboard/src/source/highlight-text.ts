import { classHighlighter, highlightCode } from '@lezer/highlight';
import { languageOf } from './source-language.ts';

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
  const language = languageOf(filePath);
  if (language === null) return null;
  const opened = beginsInComment(text) ? `/*\n${text}` : text;
  const lines: TextPiece[][] = [[]];
  highlightCode(
    opened,
    language.parser.parse(opened),
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
