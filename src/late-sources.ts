import type { FrameSource } from './protocol/frame-source.ts';
import type { StackFrame } from './protocol/snapshot.ts';
import type { SourceAnswer, SourceRefusal, SourceWanted } from './protocol/source.ts';
import type { SnapshotScrubber } from './scrub/snapshot-scrubber.ts';
import type { SourceRoom } from './source-room.ts';

/** What `status()` tells of the source that this process shows. */
export interface SourceStatus {
  /** False: every question is refused. */
  readonly access: boolean;
  /** Lists and files that were shown. */
  readonly shown: number;
  /** Questions that were refused, by reason; what never happened is left out. */
  readonly refused: Readonly<Partial<Record<SourceRefusal, number>>>;
  /** Answers of either kind that did not reach the control server: too many were under way, or it did not take them. */
  readonly unsent: number;
}

/** The source that a process shows, if it does. */
export interface LateSources {
  /**
   * Tells a control server what it asks for. Never rejects.
   * @param send whether the server got the answer. Never rejects
   */
  answer(wanted: SourceWanted, send: (answer: SourceAnswer) => Promise<boolean>): Promise<void>;
  /** The lines around the closest frames; empty where no source is shown. Never rejects. */
  around(frames: readonly StackFrame[], generated: readonly StackFrame[]): Promise<readonly FrameSource[]>;
  status(): SourceStatus;
}

/**
 * Source whose code is loaded when it is asked for the first time.
 * @param isAllowed false: every question is refused, and nothing is loaded
 * @param deps.isStopped true while this process is to do nothing
 * @param deps.ready resolves before anything is shown
 */
export function createLateSources(
  isAllowed: boolean,
  deps: {
    readonly isStopped: () => boolean;
    readonly ready: () => Promise<void>;
    readonly scrubber: () => SnapshotScrubber;
    readonly isScrubbing: boolean;
    readonly monotonicNow: () => number;
    readonly later: (callback: () => void, delayMs: number) => void;
  },
): LateSources {
  const refused: Partial<Record<SourceRefusal, number>> = {};
  let shown = 0;
  let unsent = 0;
  let loading: Promise<SourceRoom> | null = null;

  async function load(): Promise<SourceRoom> {
    await deps.ready();
    const { createSourceRoom } = await import('./source-room.ts');
    return createSourceRoom({ ...deps, scrubber: deps.scrubber() });
  }

  async function find(wanted: SourceWanted): Promise<SourceAnswer> {
    if (!isAllowed) return refuse('source_access_off');
    if (deps.isStopped()) return refuse('killed');
    try {
      loading ??= load();
      const answer = await (await loading).sources.answer(wanted);
      return deps.isStopped() ? refuse('killed') : answer;
    } catch {
      return refuse('inspector_unavailable');
    }
  }

  return {
    async answer(wanted, send) {
      const answer = await find(wanted);
      if (!(await send(answer))) unsent += 1;
      else if (answer.kind === 'refused') refused[answer.code] = (refused[answer.code] ?? 0) + 1;
      else shown += 1;
    },
    async around(frames, generated) {
      if (!isAllowed) return [];
      try {
        loading ??= load();
        return await (await loading).frames.around(frames, generated);
      } catch {
        return [];
      }
    },
    status: () => ({ access: isAllowed, shown, refused: { ...refused }, unsent }),
  };
}

function refuse(code: SourceRefusal): SourceAnswer {
  return { kind: 'refused', code };
}
