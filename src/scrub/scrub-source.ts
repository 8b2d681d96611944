/** Lines of a program after a scrub. */
export interface ScrubbedLines {
  readonly text: string;
  /** What was found, each type once. */
  readonly types: readonly string[];
}

/** The source of a file as it may leave. */
export interface ScrubbedSource extends ScrubbedLines {
  /** Lines that were too long to be kept whole. */
  readonly cutLines: number;
}

/** Characters of lines that are looked at together with the next ones: no secret but a whole key is as long. */
const STEP_CHARACTERS = 8 * 1024;
/** A key of several kilobytes without its end within two steps is looked for so much further. */
const MAX_PIECE_CHARACTERS = 64 * 1024;
/** Characters kept of a line, and those behind them that are looked at too. */
const MAX_LINE_LENGTH = 20_000;
const LINE_MARGIN = 4_096;
/** Whole files on one line are bundles: nobody reads on. */
const CUT_NOTE = ' [...]';

/**
 * Scrubs the source of a file, line for line, in pieces of some milliseconds: every piece is looked at together with the one
 * behind it, so that a secret over several lines is seen whole, and where the two looks differ, what is redacted counts.
 * @param scrubLines keeps the number of lines
 * @param breathe gives way to others when the turn has worked long enough
 */
export async function scrubSource(
  source: string,
  scrubLines: (text: string) => ScrubbedLines,
  breathe: () => Promise<void>,
): Promise<ScrubbedSource> {
  const all = source.split('\n');
  await breathe();
  const cutLines = all.filter((line) => line.length > MAX_LINE_LENGTH).length;
  const lines = cutLines === 0 ? all : all.map((line) => line.slice(0, MAX_LINE_LENGTH + LINE_MARGIN));
  const scrubbed = [...lines];
  const types = new Set<string>();
  await breathe();
  const steps = stepsOf(lines);
  await breathe();
  for (const [index, from] of steps.entries()) {
    const piece = pieceAt(lines, from, steps[index + 2] ?? lines.length);
    const found = scrubLines(piece.join('\n'));
    for (const type of found.types) types.add(type);
    const kept = found.text.split('\n');
    for (const [offset, original] of piece.entries()) {
      const line = kept[offset] ?? '';
      const at = from + offset;
      if (line === original) continue;
      // Two looks that found different things: the line goes as a whole rather than half of each.
      scrubbed[at] = scrubbed[at] === original || scrubbed[at] === line ? line : WHOLE_LINE;
    }
    await breathe();
  }
  const text = scrubbed.map((line) =>
    line.length > MAX_LINE_LENGTH ? line.slice(0, MAX_LINE_LENGTH) + CUT_NOTE : line,
  );
  return { text: text.join('\n'), types: [...types], cutLines };
}

const WHOLE_LINE = '[REDACTED:unscanned]';

/** First lines of the steps. */
function stepsOf(lines: readonly string[]): number[] {
  const steps = [0];
  let characters = 0;
  for (const [index, { length }] of lines.entries()) {
    characters += length + 1;
    if (characters < STEP_CHARACTERS || index + 1 === lines.length) continue;
    steps.push(index + 1);
    characters = 0;
  }
  return steps;
}

/** The lines from one to another, and those behind them while a key that begins in here has not ended. */
function pieceAt(lines: readonly string[], from: number, to: number): string[] {
  const piece = lines.slice(from, to);
  let characters = piece.reduce((sum, { length }) => sum + length, 0);
  const opened = piece.findLastIndex((line) => line.includes('-----BEGIN '));
  const closed = piece.findLastIndex((line) => line.includes('-----END '));
  if (opened === -1 || closed >= opened) return piece;
  for (let at = to; at < lines.length && characters < MAX_PIECE_CHARACTERS; at++) {
    const line = lines[at]!;
    piece.push(line);
    characters += line.length;
    if (line.includes('-----END ')) break;
  }
  return piece;
}
