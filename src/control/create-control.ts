// As in `delivery/clock.ts`: a program may fake the global ones.
import { clearTimeout, setTimeout } from 'node:timers';
import type { ControlConnection } from '../protocol/agent-event.ts';
import { parseStreamEvent } from '../protocol/control-message.ts';
import type { ControlMessage } from '../protocol/control-message.ts';
import { MAX_STREAM_EVENT_CHARS } from '../protocol/limits.ts';
import { createAlarms } from './alarms.ts';
import { createBackoff } from './backoff.ts';
import type { Control, ControlOptions } from './control.ts';
import { DEFAULT_CONTROL_TIMINGS } from './control-timings.ts';
import type { ControlTimings } from './control-timings.ts';
import { describeFailure, openEventStream } from './event-stream.ts';
import type { EventStream, StreamFailure } from './event-stream.ts';

type Phase =
  | { readonly kind: 'new' }
  | { readonly kind: 'opening'; readonly stream: EventStream; readonly isAnswered: boolean }
  | { readonly kind: 'open'; readonly stream: EventStream; readonly sinceMs: number }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'closed' };

/** From the first failure of the stream to its next event. */
interface Outage {
  readonly sinceMs: number;
  attempts: number;
  /** True while the latest poll was answered. */
  isPolled: boolean;
}

type Alarm = 'reconnect' | 'watchdog' | 'poll' | 'contact';

/** Another id is not sent back: it would be a header of any length that the other side chooses. */
const SENDABLE_EVENT_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * Keeps one stream to the control server, and polls while it is down. There is never more than one stream, one timer
 * and one poll. Every end of a stream, a clean one too, goes through the same back-off.
 */
export function createControl(options: ControlOptions): Control {
  const { log, streamUrl } = options;
  const timings: ControlTimings = { ...DEFAULT_CONTROL_TIMINGS, ...options.timings };
  const now = options.now ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const alarms = createAlarms<Alarm>(now, options.setTimer ?? setUnrefTimer, ring);
  const backoff = createBackoff(
    {
      minMs: timings.minBackoffMs,
      maxMs: timings.maxBackoffMs,
      resetAfterMs: timings.resetBackoffAfterMs,
    },
    random,
  );
  let phase: Phase = { kind: 'new' };
  let outage: Outage | null = null;
  let reported: ControlConnection = 'connecting';
  let lastEventId = '';
  /** Every change since the latest whole state was taken: only then may a stream go on behind its last event. */
  let isComplete = false;
  /** Only the latest poll counts; opening the stream makes it stale. */
  let latestPoll = 0;

  return {
    start() {
      if (phase.kind !== 'new') return;
      alarms.set('contact', timings.contactLostAfterMs);
      connect();
    },
    connection,
    close() {
      if (phase.kind === 'closed') return;
      closeStream();
      phase = { kind: 'closed' };
      alarms.clearAll();
      announce();
    },
  };

  function ring(alarm: Alarm): void {
    switch (alarm) {
      case 'reconnect':
        connect();
        break;
      case 'watchdog':
        watchdogRang();
        break;
      case 'poll':
        void poll();
        break;
      case 'contact':
        log.debug('no contact with the control server for too long');
        // Whoever disarms now needs the whole state to arm again, not what changed since.
        askForAll();
        quietly('onContactLost', () => options.onContactLost?.());
        break;
    }
  }

  function connect(): void {
    alarms.set('watchdog', timings.openTimeoutMs);
    try {
      const stream = openEventStream({
        url: streamUrl,
        fetch: options.openStream,
        lastEventId,
        maxEventChars: MAX_STREAM_EVENT_CHARS,
        onOpen: answered,
        onEvent: received,
        onFailure: streamEnded,
      });
      phase = { kind: 'opening', stream, isAnswered: false };
    } catch (error) {
      streamEnded(describeFailure(error));
    }
  }

  function answered(): void {
    if (phase.kind === 'opening') phase = { ...phase, isAnswered: true };
    alarms.set('watchdog', timings.firstEventTimeoutMs);
  }

  function received(name: string, data: string, eventId: string): void {
    alarms.set('watchdog', timings.silenceTimeoutMs);
    contactMade();
    const message = parseStreamEvent(name, data, eventId);
    if (message === null && name === 'init') {
      // Without the whole state nothing that follows means anything.
      askForAll();
      streamEnded({ message: 'its first message cannot be read', status: null, retryAfterMs: null });
      return;
    }
    if (message === null) {
      // A change that cannot be read is one that was not taken.
      if (isChange(name)) askForAll();
    } else if (message.kind !== 'heartbeat' && message.kind !== 'bye') apply(message);
    // An event without an id leaves the position where it was, also on a stream that was resumed.
    if (isComplete && eventId !== '') lastEventId = SENDABLE_EVENT_ID.test(eventId) ? eventId : '';
    if (message?.kind === 'bye') leave(message.retryMs);
    else streamSpoke();
  }

  /** The next stream begins with the whole state instead of what changed since the last event. */
  function askForAll(): void {
    isComplete = false;
    lastEventId = '';
  }

  function streamSpoke(): void {
    if (phase.kind !== 'opening') return;
    phase = { kind: 'open', stream: phase.stream, sinceMs: now() };
    alarms.clear('poll');
    latestPoll++;
    if (outage !== null) {
      const seconds = Math.round((now() - outage.sinceMs) / 1_000);
      log.warn(
        'STILLFRAME_CONTROL_RESTORED',
        `The control stream is open again after ${seconds} s and ${outage.attempts} attempts.`,
      );
      outage = null;
    }
    announce();
  }

  /** The server asks us to come back later: no outage, but no licence to make us hurry either. */
  function leave([minMs, maxMs]: readonly [number, number]): void {
    const upMs = closeStream();
    const askedMs = minMs + random() * (maxMs - minMs);
    const delayMs = upMs >= timings.resetBackoffAfterMs ? askedMs : Math.max(askedMs, backoff.next(upMs));
    log.debug(`the control server drains; reconnecting in ${Math.round(delayMs)} ms`);
    alarms.set('reconnect', delayMs);
    announce();
  }

  function watchdogRang(): void {
    // A server that takes a position and says nothing may know no more what comes after it.
    if (phase.kind === 'opening' && phase.isAnswered) askForAll();
    streamEnded({
      message: phase.kind === 'open' ? 'it fell silent' : 'it did not begin in time',
      status: null,
      retryAfterMs: null,
    });
  }

  function streamEnded(failure: StreamFailure): void {
    if (phase.kind === 'closed') return;
    const delayMs = delayAfter(failure, closeStream());
    alarms.set('reconnect', delayMs);
    if (outage === null) {
      outage = { sinceMs: now(), attempts: 0, isPolled: false };
      alarms.set('poll', spread(timings.firstPollMs, 0.2));
      log.warn(
        'STILLFRAME_CONTROL_LOST',
        `The control stream at ${streamUrl.origin} is down: ${failure.message}. ` +
          `Trying again in ${Math.round(delayMs)} ms, polling meanwhile.`,
      );
    } else {
      log.debug(`the control stream is still down: ${failure.message}; again in ${Math.round(delayMs)} ms`);
    }
    outage.attempts++;
    announce();
  }

  function delayAfter(failure: StreamFailure, upMs: number): number {
    const delayMs = failure.isFlood === true ? backoff.longest() : backoff.next(upMs);
    if (isAccessDenied(failure)) return spread(timings.authRetryMs, 0.1);
    return Math.max(delayMs, Math.min(failure.retryAfterMs ?? 0, timings.maxRetryAfterMs));
  }

  /** Ends the present stream, if any, and says how long it had been open. */
  function closeStream(): number {
    const upMs = phase.kind === 'open' ? now() - phase.sinceMs : 0;
    if (phase.kind === 'open' || phase.kind === 'opening') phase.stream.close();
    phase = { kind: 'waiting' };
    alarms.clear('watchdog');
    return upMs;
  }

  async function poll(): Promise<void> {
    const own = ++latestPoll;
    // The next one is due even if this one never settles.
    alarms.set('poll', spread(timings.pollIntervalMs, 0.2));
    try {
      const state = await options.poll();
      if (own !== latestPoll || outage === null || phase.kind === 'closed') return;
      contactMade();
      outage.isPolled = true;
      apply({ kind: 'state', state });
    } catch (error) {
      if (own !== latestPoll || outage === null || phase.kind === 'closed') return;
      const failure = describeFailure(error);
      outage.isPolled = false;
      log.debug(`a poll failed: ${failure.message}`);
      if (isAccessDenied(failure)) alarms.set('poll', spread(timings.authRetryMs, 0.1));
      else if (failure.retryAfterMs !== null) {
        const askedMs = Math.min(failure.retryAfterMs, timings.maxRetryAfterMs);
        alarms.set('poll', Math.max(askedMs, spread(timings.pollIntervalMs, 0.2)));
      }
    }
    announce();
  }

  function apply(message: ControlMessage): void {
    if (!quietly('apply', () => options.apply(message))) askForAll();
    else if (message.kind === 'state') isComplete = true;
  }

  function contactMade(): void {
    alarms.set('contact', timings.contactLostAfterMs);
  }

  function connection(): ControlConnection {
    if (phase.kind === 'closed' || phase.kind === 'open') return phase.kind;
    if (outage !== null) return outage.isPolled ? 'polling' : 'waiting';
    return phase.kind === 'waiting' ? 'waiting' : 'connecting';
  }

  function announce(): void {
    const current = connection();
    if (current === reported) return;
    reported = current;
    quietly('onConnection', () => options.onConnection?.(current));
  }

  function spread(delayMs: number, share: number): number {
    return delayMs * (1 - share + random() * 2 * share);
  }

  /** False when it threw. */
  function quietly(what: string, tell: () => void): boolean {
    try {
      tell();
      return true;
    } catch (error) {
      log.debug(`${what} failed: ${describeFailure(error).message}`);
      return false;
    }
  }
}

function isChange(name: string): boolean {
  return name.startsWith('breakpoint_') || name === 'kill_switch';
}

function isAccessDenied(failure: StreamFailure): boolean {
  return failure.status === 401 || failure.status === 403;
}

function setUnrefTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}
