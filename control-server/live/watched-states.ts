import { isKilledFor } from '../../src/protocol/kill-state.ts';
import type { KillState } from '../../src/protocol/kill-state.ts';
import type { ControlChange, ServiceRef, ServiceState } from '../store/service-store.ts';
import type { AgentClient } from './live.ts';
import { createTopicTable } from './topic-table.ts';
import type { Topic } from './topic.ts';

/** The states of the services that somebody asks for, kept as the store has them. */
export interface WatchedStates {
  of(ref: ServiceRef): Topic;
  has(topic: Topic): boolean;
  /** Reads a state again. Never rejects: what cannot be read is reported, kept as it was, and read again later. */
  refresh(topic: Topic): Promise<void>;
  /** Reads again what a notice of another node may have changed; null: all of them. */
  refreshAll(environment: string | null, serviceName: string | null): Promise<void>;
  /** Tells what was committed; a kill before anything is read. */
  apply(change: ControlChange): Promise<void>;
  /** True for a client that a kill stops which only this node knows of. */
  isKilledByHand(client: AgentClient): boolean;
  /** Reads what is old, and forgets what nobody asks for. */
  beat(): void;
  /** Reads nothing again. */
  close(): void;
}

/** What {@link createWatchedStates} needs. */
export interface WatchedStatesOptions {
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  readonly overlay: (state: ServiceState) => ServiceState;
  readonly now: () => number;
  /** Wait before a state that could not be read is read again. */
  readonly retryMs: number;
  /** Once an outage. */
  readonly onUnreadable: (error: unknown) => void;
}

const NO_KILL: KillState = { global: false, service: false, agents: [] };

/** Nothing is watched yet. */
export function createWatchedStates(options: WatchedStatesOptions): WatchedStates {
  const { readState, overlay, now, retryMs } = options;
  const topics = createTopicTable({ readState, overlay, now });
  let isUnreadable = false;
  let isClosed = false;

  function noteReadable(): void {
    isUnreadable = false;
  }

  /** Once an outage: it is tried again each second, for each service. */
  function reportUnreadable(error: unknown): void {
    if (!isUnreadable) options.onUnreadable(error);
    isUnreadable = true;
  }

  /** A state that cannot be read is no reason to fail who published it: it is committed, and is read again. */
  async function refresh(topic: Topic): Promise<void> {
    try {
      await topic.refresh();
      noteReadable();
    } catch (error) {
      reportUnreadable(error);
      setTimeout(() => {
        const known = topics.find(topic.ref);
        if (known !== undefined && !isClosed) void refresh(known);
      }, retryMs).unref();
    }
  }

  return {
    of: (ref) => topics.of(ref),
    has: (topic) => topics.has(topic),
    refresh,
    async refreshAll(environment, serviceName) {
      const touched = topics
        .all()
        .filter(
          ({ ref }) =>
            (environment === null || ref.environment === environment) &&
            (serviceName === null || ref.serviceName === serviceName),
        );
      await Promise.all(touched.map(refresh));
    },
    async apply(change) {
      const touched = topics.touchedBy(change);
      if (change.kind === 'kill_switch' && !change.killSwitch.written) {
        for (const topic of touched) topic.showAgain();
        return;
      }
      if (change.kind === 'kill_switch' && change.killSwitch.on) {
        for (const topic of touched) {
          const version = change.versions[topic.ref.environment];
          if (version !== undefined) topic.killAtOnce(change.killSwitch, version);
        }
      }
      await Promise.all(touched.map(refresh));
    },
    isKilledByHand({ environment, serviceName, instanceId }) {
      const nothing = { environment, serviceName, breakpoints: [], killed: NO_KILL, version: '0-0' };
      return isKilledFor(overlay(nothing).killed, instanceId);
    },
    beat() {
      // While the store is away, what was last known of a service is all there is.
      if (!isUnreadable) topics.sweep();
      for (const topic of topics.all()) void topic.refreshWhenOld().then(noteReadable, reportUnreadable);
    },
    close() {
      isClosed = true;
    },
  };
}
