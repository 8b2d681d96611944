import type { DashboardHint } from '../../../../src/protocol/api.ts';

/** How the page stands to the server's hints. */
export type LiveState = 'connecting' | 'open' | 'reconnecting' | 'asleep';

/** What an open stream calls. After `ended` it calls nothing more. */
export interface StreamHandlers {
  readonly opened: () => void;
  readonly received: (data: string) => void;
  readonly ended: () => void;
}

/** What the connection needs of its surroundings; time and chance are passed in. */
export interface LiveSurroundings {
  /** Opens a stream and returns what closes it. */
  readonly openStream: (handlers: StreamHandlers) => () => void;
  /** Calls back once after a time, and returns what cancels that. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly now: () => number;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly onState: (state: LiveState) => void;
  readonly onHint: (hint: DashboardHint) => void;
  /** A stream stands again after a gap: everything may have changed meanwhile. */
  readonly onResumed: () => void;
  /** A stream ended without ever having opened: the session may be over. */
  readonly onRefused: () => void;
}

/** The one hint stream of a page: at most one stream and one timer at any time. */
export interface LiveConnection {
  /** Opens the stream, or wakes it after {@link LiveConnection.sleep}. */
  wake(): void;
  /** Closes the stream until the next {@link LiveConnection.wake}: for a hidden tab. */
  sleep(): void;
}

/** Three heartbeats of the server. */
export const SILENCE_MS = 45_000;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** A stream that stood this long starts the back-off anew. */
const STABLE_MS = 60_000;

/** The wait before the given attempt (0 for the first), half of it by chance: 0.5–1 s, 1–2 s, … 15–30 s. */
export function reconnectDelayMs(attempt: number, random: number): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}

/** A connection that is not yet open. Every end of a stream goes through the same back-off. */
export function createLiveConnection(around: LiveSurroundings): LiveConnection {
  let state: LiveState = 'asleep';
  let closeStream: (() => void) | null = null;
  let cancelTimer: (() => void) | null = null;
  let attempt = 0;
  let openedAtMs: number | null = null;
  let hadGap = false;

  const enter = (next: LiveState): void => {
    if (next === state) return;
    state = next;
    around.onState(next);
  };

  const stop = (): void => {
    closeStream?.();
    closeStream = null;
    cancelTimer?.();
    cancelTimer = null;
  };

  const watchSilence = (): void => {
    cancelTimer?.();
    cancelTimer = around.after(SILENCE_MS, reconnect);
  };

  function connect(): void {
    stop();
    openedAtMs = null;
    watchSilence();
    closeStream = around.openStream({
      opened: () => {
        openedAtMs = around.now();
        enter('open');
        watchSilence();
        if (hadGap) around.onResumed();
        hadGap = true;
      },
      received: (data) => {
        watchSilence();
        const hint = parseHint(data);
        if (hint !== null) around.onHint(hint);
      },
      ended: reconnect,
    });
  }

  function reconnect(): void {
    const wasRefused = openedAtMs === null;
    if (openedAtMs !== null && around.now() - openedAtMs >= STABLE_MS) attempt = 0;
    stop();
    enter('reconnecting');
    cancelTimer = around.after(reconnectDelayMs(attempt, around.random()), connect);
    attempt += 1;
    if (wasRefused) around.onRefused();
  }

  return {
    wake() {
      if (state !== 'asleep') return;
      attempt = 0;
      enter('connecting');
      connect();
    },
    sleep() {
      stop();
      enter('asleep');
    },
  };
}

const TOPICS: readonly string[] = [
  'hello',
  'heartbeat',
  'snapshots',
  'services',
  'agents',
  'breakpoints',
  'kill_switch',
  'keys',
] satisfies DashboardHint['topic'][];

/** Names of the stream's events. */
export const HINT_TOPICS: readonly string[] = TOPICS;

/** The hint, or null for one that is unknown or unreadable: a newer server may send more. */
export function parseHint(data: string): DashboardHint | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null || !('topic' in value)) return null;
    return typeof value.topic === 'string' && TOPICS.includes(value.topic) ? (value as DashboardHint) : null;
  } catch {
    return null;
  }
}
