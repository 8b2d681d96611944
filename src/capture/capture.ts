import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import type { DropReason } from '../protocol/drop-reason.ts';
import type { CaptureLimits } from '../protocol/limits.ts';
import type { FrameBoundary } from './call-site.ts';
import type { CaptureHandle, CapturePoints, PointOwner, Variables } from './capture-point.ts';
import type { HeldSnapshots } from './held-snapshots.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { TakenSnapshot, TakeSnapshot } from './take-snapshot.ts';

/** What the gates need from the rest of the agent. */
export interface CaptureDependencies {
  readonly points: CapturePoints;
  readonly limits: CaptureLimits;
  readonly allowRemoteLimits: boolean;
  readonly rateLimitMs: number;
  readonly rateLimiter: RateLimiter;
  readonly held: HeldSnapshots;
  readonly take: TakeSnapshot;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  /** Calls back once, later; keeps no process alive. */
  readonly later: (callback: () => void, delayMs: number) => void;
  /** Counts lost calls; the label is null for calls that have none. */
  readonly count: (reason: DropReason, label: string | null, calls?: number) => void;
  /** The breakpoint of a label as far as the control server has told. */
  readonly find: (label: string) => CompiledBreakpoint | undefined;
  /**
   * Tells the control server of a label that was met for the first time, or of its call site. Completes what was taken in
   * the next turn.
   */
  readonly register: (label: string, taken: TakenSnapshot) => void;
  /**
   * The next stage, which completes what was taken in a later turn.
   * @param breakpointId of the breakpoint that became known only after it was taken
   */
  readonly submit: (taken: TakenSnapshot, breakpointId?: string) => void;
  /** A snapshot was taken, which `submit` or a loss follows sooner or later. */
  readonly onTaken: (label: string) => void;
  /** A breakpoint took its first snapshot, or cannot. */
  readonly report: (
    breakpointId: string,
    state: 'installed' | 'emitting' | 'error',
    reason: string | null,
  ) => void;
  readonly warnOnce: (
    code: 'STILLFRAME_TOO_MANY_LABELS' | 'STILLFRAME_BAD_LABEL' | 'STILLFRAME_COSTLY_VALUE',
    message: string,
  ) => void;
  /** What was warned of so does not hold any more; when it comes again, it is said again. */
  readonly onMended: (code: 'STILLFRAME_COSTLY_VALUE', message: string) => void;
}

/** The gates in front of a capture. */
export interface Capture extends PointOwner {
  /** A call with a label that has no point, or whose point is armed. Never throws, never calls back into itself. */
  enter(label: unknown, vars: Variables | undefined, boundary: FrameBoundary): void;
  /** The handle of a label; for what is no label, and for one label too many, one that is never armed. */
  handle(label: unknown): CaptureHandle;
  /** The breakpoint of a label is now this one; undefined: the server names none, which it may not know of yet. */
  follow(label: string, compiled: CompiledBreakpoint | undefined): void;
  /** The breakpoint of a label was deleted. */
  disable(label: string): void;
  /** The server could not be told of this label: it rests, and is met again later. */
  retryRegistration(label: string): void;
  /** The server is heard of: labels that it could not be told of are met again, and new ones do not expire. */
  resumeContact(): void;
  /** The server's memory is a new one: every label without a breakpoint registers again. */
  forgetRegistrations(): void;
  /** All remote breakpoints rest until the server is heard of again. */
  expireAll(): void;
}
