import { useEffect, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { TextPiece } from '../source/highlight-text.ts';
import { RedactedText } from './redacted-text.tsx';

/** Lines of a file with their numbers, the one that matters set apart. */
export function SourceLines({
  filePath,
  lines,
  startLine,
  markedLine,
}: {
  readonly filePath: string;
  readonly lines: readonly string[];
  /** Number of the first one. */
  readonly startLine: number;
  readonly markedLine: number;
}): ReactElement {
  const pieces = useHighlighted(filePath, lines);
  return (
    <div
      className="source-lines"
      role="region"
      aria-label={`Source around line ${markedLine}`}
      tabIndex={0}
      data-testid="source-lines"
    >
      <ol className="source-text">
        {lines.map((line, index) => {
          const number = startLine + index;
          return (
            <li
              key={number}
              className="source-line"
              aria-current={number === markedLine ? 'true' : undefined}
            >
              <span className="source-number">{number}</span>
              <code>
                {pieces?.[index]?.map((piece, at) => (
                  <span key={at} className={piece.className}>
                    {piece.text}
                  </span>
                )) ?? <RedactedText text={line} />}
              </code>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** In colours once the part that knows them is there; without them until then, and when it does not come. */
function useHighlighted(
  filePath: string,
  lines: readonly string[],
): readonly (readonly TextPiece[])[] | null {
  const text = useMemo(() => lines.join('\n'), [lines]);
  const [known, setKnown] = useState<{ text: string; pieces: readonly (readonly TextPiece[])[] | null }>();
  useEffect(() => {
    let isWanted = true;
    const highlight = async (): Promise<void> => {
      try {
        const { highlightText } = await import('../source/highlight-text.ts');
        if (isWanted) setKnown({ text, pieces: highlightText(filePath, text) });
      } catch {
        // The part did not load; the lines can be read all the same.
      }
    };
    void highlight();
    return () => {
      isWanted = false;
    };
  }, [filePath, text]);
  return known?.text === text ? known.pieces : null;
}
