import { isStale, parseStateVersion } from '../../src/protocol/state-version.ts';
import type { ServiceRef, ServiceState } from '../store/service-store.ts';
import { createBroadcaster } from './broadcast.ts';
import type { Subscriber } from './broadcast.ts';
import { changeFrame, createStateView } from './state-view.ts';
import type { StateView } from './state-view.ts';

/** The control streams of one service in one environment, and the state that they have been told. */
export interface Topic {
  readonly ref: ServiceRef;
  /** True while nobody listens. */
  readonly isIdle: boolean;
  /** True when no change was published since the state was read. */
  readonly isCurrent: boolean;
  /** When somebody last asked for this topic, in the clock's milliseconds. */
  readonly usedAtMs: number;
  /**
   * The state with every change that was published before the call. While the store does not answer, the last known
   * one; rejects when there is none.
   */
  readState(): Promise<ServiceState>;
  /** Sends `init`, then every change of the shown state. The state must have been read. */
  join(subscriber: Subscriber): void;
  leave(subscriber: Subscriber): void;
  /**
   * A change was committed: reads the state and tells the difference. Resolves when all have been written to; rejects
   * when the store does. While nobody listens it is only noted.
   */
  refresh(): Promise<void>;
  /** Shows a kill without waiting for the store; {@link Topic.refresh} has to follow. */
  killAtOnce(killed: ServiceState['killed'], version: string): void;
  /** Reads a state again that is too old to be trusted blindly, if anybody listens. */
  refreshWhenOld(): Promise<void>;
}

/** What a topic needs. */
export interface TopicOptions {
  readonly ref: ServiceRef;
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  readonly now: () => number;
}

/** Age at which a cached state is read again: capture counts move without a control change. */
const STATE_TTL_MS = 10_000;

/**
 * One reader of the state, one place where it changes. A published change is only a reason to read, so what was
 * committed is told in the order of its commits, however the publications overtake one another.
 */
export function createTopic({ ref, readState, now }: TopicOptions): Topic {
  const subscribers = new Set<Subscriber>();
  const broadcaster = createBroadcaster();
  let view: StateView | null = null;
  let usedAtMs = now();
  let readAtMs = Number.NEGATIVE_INFINITY;
  // A read that began when `wanted` was n covers everything that was published up to then.
  let wanted = 1;
  let covered = 0;
  let reading: Promise<void> | null = null;

  async function show(state: ServiceState): Promise<void> {
    const previous = view;
    const next = createStateView(state, now());
    view = next;
    if (previous === null || subscribers.size === 0) return;
    await broadcaster.send([...subscribers], (kind) => changeFrame(previous, next, kind));
  }

  async function readOnce(): Promise<void> {
    const target = wanted;
    const startedAtMs = now();
    try {
      const state = await readState(ref);
      // A kill that was shown at once is newer than a read that was under way; the read after it will have both.
      if (view === null || !isOlder(state.version, view.state.version)) await show(state);
      covered = target;
      readAtMs = startedAtMs;
    } finally {
      reading = null;
    }
  }

  async function cover(target: number): Promise<void> {
    while (covered < target) await (reading ??= readOnce());
  }

  const isOld = (): boolean => now() - readAtMs >= STATE_TTL_MS;

  return {
    ref,
    get isIdle() {
      return subscribers.size === 0;
    },
    get isCurrent() {
      return covered === wanted;
    },
    get usedAtMs() {
      return usedAtMs;
    },
    async readState() {
      usedAtMs = now();
      try {
        if (covered < wanted) await cover(wanted);
        else if (isOld()) await (reading ??= readOnce());
      } catch (error) {
        if (view === null) throw error;
      }
      if (view === null) throw new Error('The state of a service was not read.');
      return view.state;
    },
    join(subscriber) {
      if (view === null) throw new Error('A stream joined a service whose state was not read.');
      usedAtMs = now();
      // In one turn of the event loop: what changed before is in `init`, what changes later is told.
      subscribers.add(subscriber);
      subscriber.stream.send(view.initFrame(subscriber.kind));
    },
    leave(subscriber) {
      subscribers.delete(subscriber);
      usedAtMs = now();
    },
    async refresh() {
      const target = ++wanted;
      if (subscribers.size > 0) await cover(target);
    },
    killAtOnce(killed, version) {
      if (view === null || view.isKilled || isOlder(version, view.state.version)) return;
      void show({ ...view.state, killed, version });
    },
    async refreshWhenOld() {
      if (subscribers.size > 0 && isOld()) await (reading ??= readOnce());
    },
  };
}

function isOlder(candidate: string, known: string): boolean {
  const left = parseStateVersion(candidate);
  const right = parseStateVersion(known);
  return left !== null && right !== null && isStale(left, right);
}
