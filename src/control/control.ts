import type { FetchLike } from 'eventsource';
import type { Log } from '../log.ts';
import type { ControlConnection } from '../protocol/agent-event.ts';
import type { ControlMessage, ControlState } from '../protocol/control-message.ts';
import type { SetTimer } from './alarms.ts';
import type { ControlTimings } from './control-timings.ts';

/** What a control connection needs. */
export interface ControlOptions {
  /** Full URL of the stream. */
  readonly streamUrl: URL;
  /** Opens the stream with the key; follows no redirect. */
  readonly openStream: FetchLike;
  /** Asks for the state once. Rejects with an error that may carry `status` and `retryAfterMs`. */
  poll(): Promise<ControlState>;
  /** Gets every message that says something of breakpoints or the kill switch, in order, stale ones included. */
  apply(message: ControlMessage): void;
  /** Called on every change of {@link Control.connection}. */
  onConnection?(connection: ControlConnection): void;
  /** No contact for `contactLostAfterMs`; called once until there was contact again. */
  onContactLost?(): void;
  readonly log: Log;
  readonly timings?: Partial<ControlTimings>;
  /** Milliseconds that never jump. Default `performance.now`. */
  readonly now?: () => number;
  /** From 0 to 1, 1 excluded. Default `Math.random`. */
  readonly random?: () => number;
  readonly setTimer?: SetTimer;
}

/** The way in: what the control server wants of this agent. */
export interface Control {
  /** Connects. Again: nothing. */
  start(): void;
  /**
   * `connecting` until the first answer, `open` while events come, `waiting` while there is no contact, `polling` while
   * the stream is down and polls are answered.
   */
  connection(): ControlConnection;
  /** Ends everything. Final. */
  close(): void;
}
