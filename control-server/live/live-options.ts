import type { StreamEnd } from '../http/event-stream.ts';
import type { ServiceRef, ServiceState } from '../store/service-store.ts';

/** What the live room needs of the others. */
export interface LiveOptions {
  /** The committed state of a service; asked again after each change. */
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  /** What is told of a state as it was read. Default: that very state. */
  readonly overlay?: (state: ServiceState) => ServiceState;
  /** Told to dashboards in `hello`. */
  readonly serverVersion: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Default 15 s: clients take 45 s of silence for a dead stream. */
  readonly heartbeatMs?: number;
  /** Least time between two hints of a topic. Default 250 ms. */
  readonly hintIntervalMs?: number;
  /** Wait before a state that could not be read is read again. Default 1 s. */
  readonly retryMs?: number;
  /** Range in which agents spread their return after `close`, when all of them are sent away at once. Default 0.5 s to 5 s. */
  readonly byeRetryMs?: readonly [min: number, max: number];
  /** Agents that may be there with one key. Default: as many as there is room for. */
  readonly maxAgentsPerKey?: number;
  /** Age at which a control stream is ended, give or take a fifth, so that streams spread over nodes. Default 10 min. */
  readonly maxStreamAgeMs?: number;
  /** Chance from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Control streams at a time; further ones are refused. Default 20,000. */
  readonly maxAgentStreams?: number;
  /** A state could not be read; streams keep what they know, and it is tried again. */
  readonly onProblem?: (problem: string, error: unknown) => void;
  /** Told of every stream that opens, closes or is refused. */
  readonly streams?: StreamCounts;
}

/** Who counts streams. */
export interface StreamCounts {
  opened(kind: 'agent' | 'dashboard'): void;
  closed(kind: 'agent' | 'dashboard', reason: StreamEnd): void;
  refused(kind: 'agent' | 'dashboard'): void;
}
