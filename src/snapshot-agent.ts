import type { AgentStatus } from './agent-status.ts';
import type { FrameBoundary } from './capture/call-site.ts';
import type { CaptureHandle, Variables } from './capture/capture-point.ts';
import type { ConfigurationProblem } from './errors.ts';

/** What `flush` came to. */
export interface FlushResult {
  /** Snapshots that are still waiting; 0 when all were sent. */
  readonly unsent: number;
}

/** The agent of one process. No method ever throws into the host, but for `flush` with `syncFlush`. */
export interface SnapshotAgent {
  /** As the exported `captureSnapshot`, for this agent. */
  captureSnapshot(label: string, vars?: Variables): void;
  /** As the exported `capturePoint`, for this agent. */
  capturePoint(label: string): CaptureHandle;
  /** This agent, or null while it is disabled: for the guard `if (agent.getSnapshotClient()) …`. */
  getSnapshotClient(): SnapshotAgent | null;
  /** True from `init` to `shutdown` when a key exists and nothing switched the agent off; also while killed. */
  isEnabled(): boolean;
  /** What the agent does, and why it does not. A copy. */
  status(): AgentStatus;
  /**
   * Sends what waits. Keeps the process alive meanwhile.
   * @param timeoutMs how long it may take; default 5,000, at most 600,000
   * @returns what is left. Rejects only with `syncFlush`: with a `FlushError` when not everything was delivered
   */
  flush(timeoutMs?: number): Promise<FlushResult>;
  /**
   * Sends what waits and the last counts, then ends: sockets and timers are closed, later captures do nothing. Called again,
   * it waits for the same end.
   * @param timeoutMs how long sending may take; default 5,000, at most 600,000
   */
  shutdown(timeoutMs?: number): Promise<void>;
  /** `shutdown()` at the end of a block: `await using agent = init()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** An agent with the ways into it that only the public surface uses. */
export interface Agent extends SnapshotAgent {
  /** As `captureSnapshot`, for a caller that is `boundary`: the call site is what called that. */
  captureBelow(label: string, vars: Variables | undefined, boundary: FrameBoundary): void;
  /** The slow path of `captureSnapshot`: no point yet, or an armed one. */
  enter(label: unknown, vars: Variables | undefined, boundary: FrameBoundary): void;
  /** Adds a problem that was seen later than at `init`, once per code. */
  noteProblem(problem: ConfigurationProblem): void;
}
