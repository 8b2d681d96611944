import type { FrameSource } from '../../src/protocol/frame-source.ts';
import type { Snapshot, StackFrame } from '../../src/protocol/snapshot.ts';
import { fullPlace } from '../wording/code-place.ts';
import { toFunctionName } from '../wording/function-name.ts';
import { toPlainLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/**
 * The call stack, nearest first, each frame with the lines around it that the snapshot brought along. Other clients send
 * the stack as text.
 */
export function formatStack(
  { frames, source = [], stackTrace }: Pick<Snapshot, 'frames' | 'source' | 'stackTrace'>,
  { paint }: Pick<Terminal, 'paint'>,
): string[] {
  if (frames.length === 0) {
    return stackTrace === '' ? [] : stackTrace.split('\n').map((line) => `  ${toPlainLine(line.trim())}`);
  }
  const width = Math.min(MAX_NAME_WIDTH, Math.max(...frames.map((frame) => nameOf(frame).length)));
  return frames.flatMap((frame, index) => [
    formatFrame(frame, width, paint),
    ...source
      .filter((lines) => lines.frame === index)
      .flatMap((lines) => formatSource(lines, frame.lineNumber, paint)),
  ]);
}

/** Places stand in one column; a longer name moves only its own. */
const MAX_NAME_WIDTH = 40;

function formatFrame(frame: StackFrame, width: number, paint: Terminal['paint']): string {
  const place = toPlainLine(fullPlace(frame.filePath, frame.lineNumber, frame.columnNumber));
  const line = `  ${nameOf(frame).padEnd(width)}  ${place}`.trimEnd();
  return frame.origin === 'application' ? line : paint('dim', line);
}

function nameOf({ functionName, isAsync }: StackFrame): string {
  return (isAsync ? 'async ' : '') + toPlainLine(toFunctionName(functionName));
}

function formatSource(
  { startLine, lines }: FrameSource,
  lineNumber: number,
  paint: Terminal['paint'],
): string[] {
  const width = String(startLine + lines.length).length;
  return lines.map((line, index) => {
    const number = startLine + index;
    const text = `${String(number).padStart(width)}  ${toPlainLine(line.replaceAll('\t', '  '))}`.trimEnd();
    return number === lineNumber ? paint('bold', `    > ${text}`) : paint('dim', `      ${text}`);
  });
}
