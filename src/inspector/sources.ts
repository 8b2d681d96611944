import type { ScriptSourceMaps } from '../capture/script-source-maps.ts';
import type { TurnBudget } from '../capture/turn-budget.ts';
import type { SourceAnswer, SourceWanted } from '../protocol/source.ts';

/** The code that this thread runs, shown on request. */
export interface Sources {
  /** What is shown, or why it is not. Questions wait for each other. Never rejects. */
  answer(wanted: SourceWanted): Promise<SourceAnswer>;
}

/** What sources need from the rest of the agent. */
export interface SourceDependencies {
  /** Folders of the application, links in them resolved: no file outside of them is ever shown. */
  readonly roots: readonly string[];
  readonly isOwnCode: (filePath: string) => boolean;
  /** True while nothing is to be done: a question may have waited until then. */
  readonly isStopped: () => boolean;
  readonly sourceMaps: ScriptSourceMaps;
  /** When the process began to load files, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  /** Milliseconds that this thread has worked. */
  readonly threadCpuMs: () => number;
  /** How often this process has waited for memory from disk. */
  readonly majorPageFaults: () => number;
  /** Calls back once, later; keeps no process alive. */
  readonly later: (callback: () => void, delayMs: number) => void;
  /** The turns of everything that is done here. */
  readonly budget: TurnBudget;
  /** A text that leaves, scrubbed. */
  readonly scrubText: (text: string) => string;
  /** The source of a file, scrubbed line for line, off everybody's path. */
  readonly scrubSource: (source: string) => Promise<{
    readonly text: string;
    readonly types: readonly string[];
    readonly cutLines: number;
  }>;
  /** Version of the scrubber, or null while nothing is scrubbed. */
  readonly scrubVersion: string | null;
}
