import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import type { CapturedStack, FrameBoundary } from '../capture/call-site.ts';
import type { CapturePlan } from '../capture/capture-plan.ts';
import type { RateLimiter } from '../capture/rate-limiter.ts';
import type { ScriptSourceMaps } from '../capture/script-source-maps.ts';
import type { TakenSnapshot, TakeSnapshot } from '../capture/take-snapshot.ts';
import type { BreakpointStatusEvent } from '../protocol/agent-event.ts';
import type { DropReason } from '../protocol/drop-reason.ts';

/** Breakpoints at lines of running code, without a call in the code. */
export interface LineBreakpoints {
  /** The line breakpoints are now these; one that is in the list no more is removed. */
  follow(compiled: readonly CompiledBreakpoint[]): void;
  /** Opens or closes the gate in front of all of them: closed, nothing is installed and the debugger is off. */
  setOpen(isOpen: boolean): void;
  /** All of them rest until `resumeContact`: the server was not heard of for too long. */
  expireAll(): void;
  resumeContact(): void;
  close(): void;
}

/** What line breakpoints need from the rest of the agent. */
export interface LineBreakpointDependencies {
  /** Folders of the application, by which paths of other machines are matched. */
  readonly roots: readonly string[];
  readonly isOwnCode: (filePath: string) => boolean;
  /** Milliseconds between two captures of one breakpoint. */
  readonly rateLimitMs: number;
  /** Share of the thread's time that one breakpoint may take, 0 to 1. */
  readonly share: number;
  /** Shared with the labels: it limits captures over all of them. */
  readonly rateLimiter: RateLimiter;
  readonly plan: (compiled: CompiledBreakpoint) => CapturePlan;
  readonly take: TakeSnapshot;
  readonly sourceMaps: ScriptSourceMaps;
  /** When the process began to load files, in milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly captureStack: (boundary: FrameBoundary, maxFrames: number) => CapturedStack;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  /** Milliseconds that this thread has worked. */
  readonly threadCpuMs: () => number;
  /** How often this process has waited for memory from disk. */
  readonly majorPageFaults: () => number;
  /** Calls back once, later; keeps no process alive. */
  readonly later: (callback: () => void, delayMs: number) => void;
  /** Runs work in a turn of its own. */
  readonly soon: (callback: () => void) => void;
  /** Gives way to the event loop when this turn has worked long enough. */
  readonly breathe: () => Promise<void>;
  readonly count: (reason: DropReason) => void;
  readonly submit: (taken: TakenSnapshot) => void;
  /** A snapshot was taken, which `submit` follows. */
  readonly onTaken: () => void;
  readonly report: (event: BreakpointStatusEvent) => void;
}
