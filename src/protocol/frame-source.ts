import { isRecord, readInteger } from './json.ts';

/** The source around the line of one frame of a snapshot, as the process that captured it shows its code. */
export interface FrameSource {
  /** Index of the frame in the stack, nearest first. */
  readonly frame: number;
  /** Number of the first of the lines, from 1. */
  readonly startLine: number;
  /** Scrubbed; a long line is cut. */
  readonly lines: readonly string[];
}

/** Frames of a snapshot that carry their source: the closest ones of the application. */
export const MAX_SOURCE_FRAMES = 3;
/** Lines above, and below, the one of the frame. */
export const SOURCE_LINES_AROUND = 5;
/** Characters kept of a line. */
export const MAX_SOURCE_LINE_LENGTH = 240;

/** The sources on the wire; what is none is left out, and the whole where there are none. */
export function parseFrameSources(value: unknown): { readonly source?: readonly FrameSource[] } {
  if (!Array.isArray(value)) return {};
  const source = value.slice(0, MAX_SOURCE_FRAMES).flatMap((item: unknown): FrameSource[] => {
    if (!isRecord(item) || !Array.isArray(item['lines'])) return [];
    const frame = readInteger(item['frame'], null);
    const startLine = readInteger(item['start_line'], null, 1);
    if (frame === null || startLine === null) return [];
    const lines = item['lines']
      .filter((line) => typeof line === 'string')
      .slice(0, 2 * SOURCE_LINES_AROUND + 1)
      .map((line) => line.slice(0, MAX_SOURCE_LINE_LENGTH));
    return [{ frame, startLine, lines }];
  });
  return source.length === 0 ? {} : { source };
}

/** The sources in wire names. */
export function encodeFrameSources(
  source: readonly FrameSource[] | undefined,
): Record<string, readonly Record<string, unknown>[]> {
  if (source === undefined || source.length === 0) return {};
  return {
    source: source.map(({ frame, startLine, lines }) => ({ frame, start_line: startLine, lines })),
  };
}
