import type { StackFrame } from '../protocol/snapshot.ts';
import { cutPosition } from './cut-string.ts';
import type { ScrubbedText } from './scrub-text.ts';
import type { ScrubSession } from './scrub-session.ts';

/** The frames without what must not leave, and their texts cut to `maxLength` units; most stay the objects that they are. */
export function scrubFrames(
  frames: readonly StackFrame[],
  session: ScrubSession,
  maxLength: number = Number.POSITIVE_INFINITY,
): StackFrame[] {
  return frames.map((frame, index) => {
    const inFunction = session.scrubRepeated(frame.functionName);
    const inFile = session.scrubRepeated(frame.filePath);
    const fits = frame.functionName.length <= maxLength && frame.filePath.length <= maxLength;
    if (inFunction === null && inFile === null && fits) return frame;
    const take = (text: string, found: ScrubbedText | null, path: string): string => {
      for (const type of found?.types ?? []) session.flag(type, path);
      const scrubbed = found?.text ?? text;
      return scrubbed.slice(0, cutPosition(scrubbed, maxLength));
    };
    return {
      ...frame,
      functionName: take(frame.functionName, inFunction, `frames/${index}/functionName`),
      filePath: take(frame.filePath, inFile, `frames/${index}/filePath`),
    };
  });
}
