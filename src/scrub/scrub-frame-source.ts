import type { FrameSource } from '../protocol/frame-source.ts';
import type { ScrubSession } from './scrub-session.ts';

/** The sources of frames with every line scrubbed once more: they came from another file, or over the wire. */
export function scrubFrameSources(
  sources: readonly FrameSource[] | undefined,
  session: ScrubSession,
): { readonly source?: readonly FrameSource[] } {
  if (sources === undefined) return {};
  return {
    source: sources.map((source) => ({
      ...source,
      lines: source.lines.map((line) => session.scrubAt(`source/${source.frame}`, line)),
    })),
  };
}
