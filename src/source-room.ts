import { isOwnCode } from './capture/own-code.ts';
import { createScriptSourceMaps } from './capture/script-source-maps.ts';
import { createTurnBudget } from './capture/turn-budget.ts';
import { readMajorPageFaults, readThreadCpuMs } from './copy/node-intrinsics.ts';
import { createApplicationFiles, shownRoots } from './inspector/application-files.ts';
import { applicationRoots } from './inspector/application-roots.ts';
import { createFrameSources } from './inspector/frame-sources.ts';
import type { FrameSources } from './inspector/frame-sources.ts';
import { createSources } from './inspector/create-sources.ts';
import type { Sources } from './inspector/sources.ts';
import { MAX_SOURCE_CHARACTERS } from './protocol/source.ts';
import { scrubSource } from './scrub/scrub-source.ts';
import { SCRUB_VERSION } from './scrub/scrubber.ts';
import type { SnapshotScrubber } from './scrub/snapshot-scrubber.ts';

/** Everything that shows source, put together. */
export interface SourceRoom {
  readonly sources: Sources;
  readonly frames: FrameSources;
}

/** What the room takes from the agent. */
export interface SourceRoomDependencies {
  readonly scrubber: SnapshotScrubber;
  /** False: the user switched scrubbing off. */
  readonly isScrubbing: boolean;
  /** True while this process is to do nothing. */
  readonly isStopped: () => boolean;
  readonly monotonicNow: () => number;
  readonly later: (callback: () => void, delayMs: number) => void;
}

/** Milliseconds of one turn. */
const MAX_TURN_MS = 2;

/** The room of this thread, for the application that its main file belongs to. */
export async function createSourceRoom(deps: SourceRoomDependencies): Promise<SourceRoom> {
  const { monotonicNow, later, isStopped } = deps;
  const { scrubText, scrubLines } = deps.scrubber;
  const mainFile = process.argv[1];
  const roots = await shownRoots(applicationRoots(process.cwd(), mainFile), mainFile);
  const budget = createTurnBudget(MAX_TURN_MS, monotonicNow);
  const breathe = (): Promise<void> => (budget.isSpent() ? budget.nextTurn() : Promise.resolve());
  const startedAtMs = performance.timeOrigin;
  const sourceMaps = createScriptSourceMaps(budget, startedAtMs);
  return {
    sources: createSources({
      roots,
      isOwnCode,
      isStopped,
      sourceMaps,
      startedAtMs,
      monotonicNow,
      threadCpuMs: readThreadCpuMs,
      majorPageFaults: readMajorPageFaults,
      later,
      budget,
      scrubText,
      scrubSource: (source) => scrubSource(source, scrubLines, breathe),
      scrubVersion: deps.isScrubbing ? SCRUB_VERSION : null,
    }),
    frames: createFrameSources({
      files: createApplicationFiles(roots, MAX_SOURCE_CHARACTERS),
      sourceMaps,
      scrubLines,
      startedAtMs,
    }),
  };
}
