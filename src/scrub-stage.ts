import type { SourcePositions } from './capture/source-positions.ts';
import type { CapturedSnapshot } from './copy/captured-snapshot.ts';
import { createLaterTurn } from './later-turn.ts';
import type { Log } from './log.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import type { FrameSource } from './protocol/frame-source.ts';
import type { Snapshot, StackFrame } from './protocol/snapshot.ts';

/** A capture on its way to be scrubbed. */
export interface Unscrubbed {
  /** Null for a line breakpoint. */
  readonly label: string | null;
  /** Works out what its caller's turn left open. */
  complete(): CapturedSnapshot;
}

/** Between capture and delivery: completes, finds source positions, scrubs; one capture a turn. */
export interface ScrubStage {
  add(capture: Unscrubbed): void;
  /** Lets go of everything in here, also of the one in hand. */
  drop(reason: DropReason): void;
  /** Resolves when nothing is left in here. */
  idle(): Promise<void>;
  readonly size: number;
}

/** Captures that may wait at a time: one a turn is done, so it takes a scrubber that is slow to load. */
const MAX_WAITING = 1_000;

/**
 * @param deps.canScrub resolves when there is a scrubber, or will never be one
 * @param deps.scrub what it throws costs the snapshot: nothing leaves unscrubbed
 * @param deps.submit the next stage
 */
export function createScrubStage(deps: {
  readonly canScrub: () => Promise<void>;
  readonly positions: SourcePositions;
  /** The lines around the closest frames, where they are shown. Never rejects. */
  readonly sourceAround: (
    frames: readonly StackFrame[],
    generated: readonly StackFrame[],
  ) => Promise<readonly FrameSource[]>;
  readonly scrub: (captured: CapturedSnapshot) => Snapshot;
  readonly submit: (snapshot: Snapshot, label: string | null) => void;
  readonly count: (reason: DropReason, label: string | null) => void;
  readonly log: Log;
}): ScrubStage {
  /** The reason of the latest drop; a new object each time, so that a piece in hand can tell that there was one. */
  let latestDrop: { readonly reason: DropReason } | null = null;

  const turns = createLaterTurn<Unscrubbed>(async ({ label, complete }) => {
    const dropBefore = latestDrop;
    try {
      const captured = complete();
      const frames = await deps.positions.resolve(captured.frames);
      await deps.canScrub();
      const source = showsSource(captured)
        ? await deps.sourceAround(frames.slice(0, captured.limits.maxFrames), captured.frames)
        : [];
      return () => {
        if (latestDrop !== null && latestDrop !== dropBefore) deps.count(latestDrop.reason, label);
        else scrubAndSubmit(label, { ...captured, frames, ...(source.length === 0 ? {} : { source }) });
      };
    } catch {
      return () => deps.count('error', label);
    }
  });

  function scrubAndSubmit(label: string | null, captured: CapturedSnapshot): void {
    let snapshot: Snapshot;
    try {
      snapshot = deps.scrub(captured);
    } catch (error) {
      deps.log.debug(`a snapshot of "${label ?? 'a line'}" could not be scrubbed: ${String(error)}`);
      deps.count('scrub', label);
      return;
    }
    deps.submit(snapshot, label);
  }

  return {
    add(capture) {
      if (turns.size < MAX_WAITING) turns.add(capture);
      else deps.count('queue', capture.label);
    },
    drop(reason) {
      latestDrop = { reason };
      for (const { label } of turns.clear()) deps.count(reason, label);
    },
    idle: turns.idle,
    get size() {
      return turns.size;
    },
  };
}

/** Of a label people have the call in their own editor; a logpoint is one line. */
function showsSource({ label, mode }: CapturedSnapshot): boolean {
  return label === null && mode === 'snapshot';
}
