import type { KillSwitch } from '../../src/protocol/api.ts';
import type { ClientKind } from '../../src/protocol/client-view.ts';
import type { KillState } from '../../src/protocol/kill-state.ts';
import { isStale, parseStateVersion } from '../../src/protocol/state-version.ts';
import { encodeEvent } from '../http/event-stream.ts';
import type { ServiceRef, ServiceState } from '../store/service-store.ts';
import { createBroadcaster } from './broadcast.ts';
import type { FrameFor, Subscriber } from './broadcast.ts';
import { createChangeLog } from './change-log.ts';
import type { ChangeLog } from './change-log.ts';
import { changedIds, changeFrame, createStateView, missedFrame } from './state-view.ts';
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
  /**
   * Sends `init`, or to a client that comes back what it missed and then a heartbeat; after that every change of the shown
   * state. The state must have been read.
   * @param since the version that the client knows; null for one that knows nothing
   */
  join(subscriber: Subscriber, since: string | null): void;
  leave(subscriber: Subscriber): void;
  /**
   * A change was committed: reads the state and tells the difference. Resolves when all have been written to; rejects
   * when the store does. While nobody listens it is only noted.
   */
  refresh(): Promise<void>;
  /** Shows what is known again: what is laid over it has changed. */
  showAgain(): void;
  /** Shows a kill without waiting for the store; {@link Topic.refresh} has to follow. */
  killAtOnce(kill: Pick<KillSwitch, 'scope' | 'instanceId'>, version: string): void;
  /** Reads a state again that is too old to be trusted blindly, if anybody listens. */
  refreshWhenOld(): Promise<void>;
}

/** What a topic needs. */
export interface TopicOptions {
  readonly ref: ServiceRef;
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  /** What is told of a state as it was read: with the kills that could not be written yet. */
  readonly overlay: (state: ServiceState) => ServiceState;
  readonly now: () => number;
}

/** Age at which a cached state is read again: capture counts move without a control change. */
const STATE_TTL_MS = 10_000;

/**
 * One reader of the state, one place where it changes. A published change is only a reason to read, so what was
 * committed is told in the order of its commits, however the publications overtake one another.
 */
export function createTopic({ ref, readState, overlay, now }: TopicOptions): Topic {
  const subscribers = new Set<Subscriber>();
  const broadcaster = createBroadcaster();
  /** As it was read, and how it is shown. */
  let base: ServiceState | null = null;
  let view: StateView | null = null;
  let log: ChangeLog | null = null;
  let usedAtMs = now();
  let readAtMs = Number.NEGATIVE_INFINITY;
  // A read that began when `wanted` was n covers everything that was published up to then.
  let wanted = 1;
  let covered = 0;
  let reading: Promise<void> | null = null;

  async function show(read: ServiceState): Promise<void> {
    const state = overlay(read);
    const previous = view;
    // A kill that was shown at once is newer than a read that was under way; the read after it will have both.
    if (previous !== null && isOlder(state.version, previous.state.version)) return;
    const next = createStateView(state, now());
    base = read;
    view = next;
    if (previous === null) {
      log = createChangeLog(state.version);
      return;
    }
    log?.add({
      from: previous.state.version,
      to: state.version,
      ids: changedIds(previous, next),
      touchesKill: !isSameKill(previous.state.killed, state.killed),
    });
    if (subscribers.size > 0) await broadcaster.send([...subscribers], createFrames(previous, next));
  }

  /** What a client that comes back missed; null when it has to be told the whole state. */
  function readMissed(known: StateView, { kind, instanceId }: Subscriber, since: string): Buffer[] | null {
    // The SDKs of other languages do not know of this, whatever a library of theirs sends by itself.
    const missed = kind.isForeign ? null : (log?.since(since) ?? null);
    if (missed === null) return null;
    const frame = missedFrame(known, kind, { ...missed, since }, known.isKilledFor(instanceId));
    // Behind it the client knows that nothing is outstanding.
    return [...(frame === null ? [] : [frame]), encodeEvent({ name: 'heartbeat', data: { t: now() } })];
  }

  async function readOnce(): Promise<void> {
    const target = wanted;
    const startedAtMs = now();
    try {
      await show(await readState(ref));
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
    join(subscriber, since) {
      if (view === null) throw new Error('A stream joined a service whose state was not read.');
      usedAtMs = now();
      // In one turn of the event loop: what changed before is in `init`, what changes later is told.
      subscribers.add(subscriber);
      const { kind, instanceId, stream } = subscriber;
      const missed = since === null ? null : readMissed(view, subscriber, since);
      for (const frame of missed ?? [view.initFrame(kind, view.isKilledFor(instanceId))]) stream.send(frame);
    },
    leave(subscriber) {
      subscribers.delete(subscriber);
      usedAtMs = now();
    },
    async refresh() {
      const target = ++wanted;
      if (subscribers.size > 0) await cover(target);
    },
    showAgain() {
      if (base !== null) void show(base);
    },
    killAtOnce({ scope, instanceId }, version) {
      if (base === null || isOlder(version, base.version)) return;
      const { killed } = base;
      const stopped: KillState = {
        global: killed.global || scope === 'global',
        service: killed.service || scope === 'service',
        agents: instanceId === null ? killed.agents : [...new Set([...killed.agents, instanceId])],
      };
      if (!isSameKill(killed, stopped)) void show({ ...base, killed: stopped, version });
    },
    async refreshWhenOld() {
      if (subscribers.size > 0 && isOld()) await (reading ??= readOnce());
    },
  };
}

/** Each frame encoded once, for all of a kind whom the kill switch treats alike. */
function createFrames(previous: StateView, next: StateView): FrameFor {
  const frames = new Map<ClientKind, Map<number, Buffer | null>>();
  return ({ kind, instanceId }) => {
    const killed = { before: previous.isKilledFor(instanceId), after: next.isKilledFor(instanceId) };
    const key = Number(killed.before) * 2 + Number(killed.after);
    const known = frames.get(kind) ?? new Map<number, Buffer | null>();
    frames.set(kind, known);
    let frame = known.get(key);
    if (frame === undefined) known.set(key, (frame = changeFrame(previous, next, kind, killed)));
    return frame;
  };
}

function isSameKill(left: KillState, right: KillState): boolean {
  return (
    left.global === right.global &&
    left.service === right.service &&
    left.agents.length === right.agents.length &&
    left.agents.every((id) => right.agents.includes(id))
  );
}

function isOlder(candidate: string, known: string): boolean {
  const left = parseStateVersion(candidate);
  const right = parseStateVersion(known);
  return left !== null && right !== null && isStale(left, right);
}
