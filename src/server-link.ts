import type { ProblemCode } from './errors.ts';
import type { AgentStatusEvent, BreakpointStatusEvent, ControlConnection } from './protocol/agent-event.ts';
import type { Breakpoint, Registration } from './protocol/breakpoint.ts';
import type { ControlMessage } from './protocol/control-message.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import type { Snapshot } from './protocol/snapshot.ts';
import type { SourceAnswer } from './protocol/source.ts';

/** Everything between one agent and its control server. */
export interface ServerLink {
  /** Opens the stream. Never waits for the network. */
  start(): void;
  /**
   * Takes a snapshot over; it ends as stored, as spooled or under one reason of `onDrop`.
   * @param label by which this process knows it: that of the snapshot is scrubbed; null for a line breakpoint
   */
  submit(snapshot: Snapshot, label: string | null): void;
  /** Tells of a label; null when the server could not be told. Never rejects. */
  register(registration: Registration): Promise<Breakpoint | null>;
  /** What one breakpoint came to here; sent with the next report. */
  reportBreakpoint(event: BreakpointStatusEvent): void;
  /** Something changed that people watch: report soon. */
  reportSoon(): void;
  /**
   * Answers a question for source, once. What cannot be sent is lost: who asked is told that nothing came.
   * @returns whether the server has it. Never rejects
   */
  answerSource(requestId: string, answer: SourceAnswer): Promise<boolean>;
  /** Lets go of everything that waits to be sent, counted under this reason. */
  dropQueued(reason: DropReason): void;
  /**
   * Sends what waits; never rejects.
   * @param isLast true where the process is about to end: what could not be sent is kept, if it is to be
   */
  flush(timeoutMs: number, isLast?: boolean): Promise<{ readonly unsent: number }>;
  status(): LinkStatus;
  close(timeoutMs: number): Promise<void>;
}

/** How the agent stands to its control server. */
export interface LinkStatus {
  readonly connection: ControlConnection;
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** Snapshots taken over and not answered yet. */
  readonly queued: number;
  /** Of these, and of those that were spooled or lost: the server may have them, and has not said so. */
  readonly unconfirmed: number;
  /** The server refuses the key. */
  readonly accessDenied: boolean;
  readonly lastError: string | null;
}

/** What the link tells the agent. None of these may throw. */
export interface LinkHooks {
  apply(message: ControlMessage): void;
  /** Nothing was heard of the server for the configured time. */
  onContactLost(): void;
  /** There is no link and will be none: its code could not be loaded. */
  onUnusable(why: string): void;
  onBreaker(state: LinkStatus['breaker']): void;
  /** Something in the configuration cannot be used. */
  onProblem(code: ProblemCode, message: string): void;
  /** What was wrong under this code is mended. */
  onMended(code: ProblemCode): void;
  /** The key is refused, and why; null once it is accepted. */
  onAccess(problem: string | null): void;
  /** The key was refused once more, and the status may say so. */
  onDenied(): void;
  onDrop(reason: DropReason, snapshots: number, labels: readonly (string | null)[]): void;
  onStored(snapshots: number, labels: readonly (string | null)[]): void;
  /** So many are kept in a file instead. */
  onSpooled(snapshots: number, labels: readonly (string | null)[]): void;
  /** The connection is another one than before: the server may have been started again meanwhile. */
  onConnection(connection: ControlConnection): void;
  collectStatus(): AgentStatusEvent;
  /** The server took the status that was collected last. */
  onStatusTaken(): void;
}
