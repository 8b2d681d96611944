import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { colourLines } from './line-colours.ts';
import { RedactedText } from './redacted-text.tsx';

/** Lines of a file with their numbers, the one that matters set apart. */
export function SourceLines({
  lines,
  startLine,
  markedLine,
}: {
  readonly lines: readonly string[];
  /** Number of the first one. */
  readonly startLine: number;
  readonly markedLine: number;
}): ReactElement {
  const coloured = useMemo(() => colourLines(lines), [lines]);
  return (
    <div
      className="source-lines"
      role="region"
      aria-label={`Source around line ${markedLine}`}
      tabIndex={0}
      data-testid="source-lines"
    >
      <ol className="source-text">
        {coloured.map((pieces, index) => {
          const number = startLine + index;
          return (
            <li
              key={number}
              className="source-line"
              aria-current={number === markedLine ? 'true' : undefined}
            >
              <span className="source-number">{number}</span>
              <code>
                {pieces.map(({ text, kind }, at) => (
                  <span key={at} className={kind === '' ? undefined : `code-${kind}`}>
                    <RedactedText text={text} />
                  </span>
                ))}
              </code>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
