import { describe, expect, it } from 'vitest';
import {
  SILENCE_MS,
  createLiveConnection,
  parseHint,
  reconnectDelayMs,
} from '../../../control-server/dashboard/src/live/live-connection.ts';
import type { StreamHandlers } from '../../../control-server/dashboard/src/live/live-connection.ts';
import { createCoalescer, staleAfter } from '../../../control-server/dashboard/src/live/stale-queries.ts';

/** A clock that is moved by hand. */
class Timeline {
  nowMs = 0;
  readonly timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.timers]
        .filter((timer) => timer.atMs <= endMs)
        .toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.nowMs = due.atMs;
      due.run();
    }
    this.nowMs = endMs;
  }
}

function start() {
  const time = new Timeline();
  const open = new Set<StreamHandlers>();
  const log: string[] = [];
  const connection = createLiveConnection({
    openStream: (handlers) => {
      open.add(handlers);
      log.push('stream');
      return () => open.delete(handlers);
    },
    after: time.after,
    now: () => time.nowMs,
    random: () => 1,
    onState: (state) => log.push(state),
    onHint: (hint) => log.push(`hint ${hint.topic}`),
    onResumed: () => log.push('resumed'),
    onRefused: () => log.push('refused'),
  });
  const stream = (): StreamHandlers => {
    const [only, ...others] = [...open];
    if (only === undefined || others.length > 0) throw new Error(`${open.size} streams are open`);
    return only;
  };
  const takeLog = (): string[] => log.splice(0);
  return { time, open, connection, stream, takeLog };
}

describe('the hint stream of a page', () => {
  it('opens, passes hints on, and ignores what it does not know', () => {
    const { connection, stream, takeLog } = start();
    connection.wake();
    stream().opened();
    stream().received('{"topic":"keys"}');
    stream().received('{"topic":"something new"}');
    stream().received('not json');
    expect(takeLog()).toEqual(['connecting', 'stream', 'open', 'hint keys']);
  });

  it('says that it reconnects, waits longer each time, and tells that there was a gap', () => {
    const { time, connection, stream, takeLog } = start();
    connection.wake();
    stream().opened();
    stream().ended();
    time.advance(999);
    expect(takeLog()).toEqual(['connecting', 'stream', 'open', 'reconnecting']);
    time.advance(1);
    stream().ended();
    time.advance(1_999);
    expect(takeLog()).toEqual(['stream', 'refused']);
    time.advance(1);
    stream().opened();
    expect(takeLog()).toEqual(['stream', 'open', 'resumed']);
  });

  it('takes silence for the end of a stream, and any event for a sign of life', () => {
    const { time, connection, stream, takeLog } = start();
    connection.wake();
    stream().opened();
    time.advance(SILENCE_MS - 1);
    stream().received('{"topic":"heartbeat","t":1}');
    time.advance(SILENCE_MS - 1);
    expect(takeLog()).toEqual(['connecting', 'stream', 'open', 'hint heartbeat']);
    time.advance(1);
    expect(takeLog()).toEqual(['reconnecting']);
  });

  it('gives up on a stream that never opens', () => {
    const { time, open, connection, takeLog } = start();
    connection.wake();
    time.advance(SILENCE_MS);
    expect(takeLog()).toEqual(['connecting', 'stream', 'reconnecting', 'refused']);
    expect(open.size).toBe(0);
  });

  it('starts the back-off anew after a stream that stood for a minute, not before', () => {
    const { time, connection, stream, takeLog } = start();
    connection.wake();
    for (const standsMs of [59_999, 60_000]) {
      stream().opened();
      for (let left = standsMs; left > 0; left -= 10_000) {
        time.advance(Math.min(left, 10_000));
        stream().received('{"topic":"heartbeat","t":1}');
      }
      takeLog();
      stream().ended();
      time.advance(1_000);
      expect(takeLog()).toEqual(['reconnecting', 'stream']);
    }
    stream().ended();
    time.advance(1_999);
    expect(takeLog()).toEqual(['refused']);
  });

  it('closes while the tab is hidden and opens again when it is shown, once', () => {
    const { time, open, connection, stream, takeLog } = start();
    connection.wake();
    stream().opened();
    connection.sleep();
    expect([open.size, time.timers.size]).toEqual([0, 0]);
    connection.wake();
    connection.wake();
    stream().opened();
    expect(takeLog()).toEqual([
      'connecting',
      'stream',
      'open',
      'asleep',
      'connecting',
      'stream',
      'open',
      'resumed',
    ]);
  });

  it('never has more than one stream and one timer, however often the network drops', () => {
    const { time, open, connection, stream } = start();
    connection.wake();
    for (let drop = 0; drop < 200; drop += 1) {
      if (drop % 3 === 0) stream().opened();
      stream().ended();
      expect([open.size, time.timers.size]).toEqual([0, 1]);
      time.advance(30_000);
      expect([open.size, time.timers.size]).toEqual([1, 1]);
    }
  });
});

it('waits at least half of the delay, and never above 30 s', () => {
  expect([0, 1, 4, 5, 1_000].map((attempt) => reconnectDelayMs(attempt, 0))).toEqual([
    500, 1_000, 8_000, 15_000, 15_000,
  ]);
  expect(reconnectDelayMs(1_000, 1)).toBe(30_000);
});

it.each(['', 'null', '[]', '"topic"', '{"topic":1}', '{"topic":"constructor"}'])(
  'takes %j for no hint',
  (data) => {
    expect(parseHint(data)).toBeNull();
  },
);

describe('fetching again after hints', () => {
  it('concerns what the hint is about', () => {
    expect(staleAfter({ topic: 'kill_switch' })).toEqual(['kill-switch', 'services', 'agents']);
    expect(staleAfter({ topic: 'heartbeat', t: 1 })).toEqual([]);
  });

  it('happens at once, and then at most once per interval, without losing the last hint', () => {
    const time = new Timeline();
    const runs: string[] = [];
    const coalescer = createCoalescer(750, {
      after: time.after,
      run: (topic) => runs.push(`${topic} ${time.nowMs}`),
    });
    coalescer.add('services');
    coalescer.add('services');
    coalescer.add('services');
    coalescer.add('keys');
    time.advance(750);
    time.advance(750);
    expect(runs).toEqual(['services 0', 'keys 0', 'services 750']);
    coalescer.add('services');
    expect(runs.at(-1)).toBe('services 1500');
    coalescer.add('services');
    coalescer.clear();
    time.advance(10_000);
    expect(runs).toHaveLength(4);
  });
});
