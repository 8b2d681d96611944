import type { Log } from '../log.ts';
import type { AgentEvent } from '../protocol/agent-event.ts';
import type { Breakpoint, Registration } from '../protocol/breakpoint.ts';
import type { ControlState } from '../protocol/control-message.ts';
import type { DropReason } from '../protocol/drop-reason.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { BreakerState } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { DeliveryLimits } from './delivery-limits.ts';
import type { LineMemory } from './line-memory.ts';
import type { Spool } from './spool.ts';
import type { Transport } from './transport.ts';

/** What a delivery is made of. */
export interface DeliveryOptions {
  /** Stays the caller's: {@link Delivery.close} does not close it. */
  readonly transport: Transport;
  readonly serviceName: string;
  readonly log: Log;
  readonly limits?: Partial<DeliveryLimits>;
  /** Takes what could not be sent. Without it, that is lost. */
  readonly failedSpool?: Spool;
  /** Takes a copy of what was sent. */
  readonly allSpool?: Spool;
  readonly clock?: Clock;
  /** Where lines lie that wait. Default: a memory of its own. */
  readonly memory?: LineMemory;
  /** From 0 to 1, 1 excluded. Default `Math.random`. */
  readonly random?: () => number;
  /** The breaker changed its state. */
  onBreaker?(state: BreakerState): void;
  /** So many submitted snapshots are lost, for this reason; the label of each. */
  onDrop?(reason: DropReason, count: number, labels: readonly (string | null)[]): void;
  /** So many submitted snapshots are in the spool instead. */
  onSpooled?(count: number, labels: readonly (string | null)[]): void;
  /** The server confirmed so many snapshots as stored. */
  onStored?(count: number, labels: readonly (string | null)[]): void;
  /** The key is refused, and why; null once it is refused nowhere any more. */
  onAccess?(problem: string | null): void;
  /** The key was refused once more, and {@link DeliveryStatus.accessDenied} may say so. */
  onDenied?(): void;
  /** A state came with the answer to a report. */
  onState?(state: ControlState): void;
}

/** What a delivery is doing. */
export interface DeliveryStatus {
  readonly queued: number;
  readonly queuedBytes: number;
  /** Taken out of the queue, not yet settled: on the wire, or on the way to the spool. */
  readonly inFlight: number;
  /**
   * Of those in flight, queued, spooled or lost: sent, and not answered so that it is clear what came of them. The server
   * has at least what it confirmed, and at most these besides.
   */
  readonly unconfirmed: number;
  readonly breaker: BreakerState;
  /** True while the server refuses the key for uploads or for registrations. */
  readonly accessDenied: boolean;
  /** The latest failure, without any captured data; null while there was none. */
  readonly lastError: string | null;
}

/** All that leaves the agent, apart from the control stream. No method throws or rejects, but for `fetchState`. */
export interface Delivery {
  /**
   * Queues a snapshot. It ends as stored, spooled or under one reason, exactly once.
   * @param label by which this process knows it; default: that of the snapshot, which is scrubbed
   */
  submit(snapshot: Snapshot, label?: string | null): void;
  /**
   * Makes a label known; tries again with back-off. Null: not known now, a later call may try again.
   */
  register(registration: Registration): Promise<Breakpoint | null>;
  /** Sends events, one try; the answer's state, or null when it failed. No events: asks for the state. */
  report(events: readonly AgentEvent[]): Promise<ControlState | null>;
  /** Asks for the state, one try. Rejects with a `DeliveryError`. */
  fetchState(): Promise<ControlState>;
  /**
   * Sends what is queued, for at most `timeoutMs`, which it may keep the process alive. Ends early when the breaker is
   * open or the key is refused. What could not be sent stays queued.
   * @param isLast true where the process is about to end: what could not be sent goes to the spool, if there is one
   */
  flush(timeoutMs: number, isLast?: boolean): Promise<{ readonly unsent: number }>;
  /** Drops what is queued, and what would be tried again, under `reason`. What a kill drops is not spooled. */
  dropQueued(reason: DropReason): void;
  status(): DeliveryStatus;
  /**
   * Flushes, then drops the rest as `shutdown` (`auth` while the key is refused) and gives up all requests.
   * @param sayLastWord called when all of that is counted, and waited for as long as time is left, at most a second; can
   * still report
   */
  close(timeoutMs: number, sayLastWord?: () => Promise<unknown>): Promise<void>;
}
