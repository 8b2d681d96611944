import { classHighlighter, highlightCode } from '@lezer/highlight';
import { languageOf } from './source-language.ts';

/** A piece of a line, and what the style sheet calls it; the empty string for plain text. */
export interface TextPiece {
  readonly text: string;
  readonly className: string;
}

/** The lines of a text as pieces; null for a file whose language nobody here knows. */
export function highlightText(filePath: string, text: string): readonly (readonly TextPiece[])[] | null {
  const language = languageOf(filePath);
  if (language === null) return null;
  const lines: TextPiece[][] = [[]];
  highlightCode(
    text,
    language.parser.parse(text),
    classHighlighter,
    (piece, className) => lines.at(-1)?.push({ text: piece, className }),
    () => lines.push([]),
  );
  return lines;
}
