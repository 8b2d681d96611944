import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createControl } from '../../src/control/create-control.ts';
import type { Control, ControlOptions } from '../../src/control/control.ts';
import type { ControlMessage, ControlState } from '../../src/protocol/control-message.ts';
import { MAX_STREAM_EVENT_CHARS } from '../../src/protocol/limits.ts';
import { FAKED_CLOCK } from '../helpers/faked-clock.ts';
import { createScriptedFetch, turns } from './scripted-stream.ts';
import type { ScriptedConnection } from './scripted-stream.ts';

const STATE: ControlState = { breakpoints: [], killSwitch: false, version: { epoch: 1, rev: 1 } };
const INIT = { breakpoints: [], kill_switch: false, version: '1-1' };

let script: ReturnType<typeof createScriptedFetch>;
let applied: ControlMessage[];
let states: string[];
let warnings: string[];
let polls: number;
let poll: () => Promise<ControlState>;
let control: Control;

beforeEach(() => {
  vi.useFakeTimers();
  script = createScriptedFetch();
  applied = [];
  states = [];
  warnings = [];
  polls = 0;
  poll = async () => STATE;
});

afterEach(() => {
  control.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Starts with a randomness in the middle: delays are 75 % of a back-off and 100 % of anything spread. */
function start(options: Partial<ControlOptions> = {}): void {
  control = createControl({
    streamUrl: new URL('http://127.0.0.1:7070/sdk/snapshots/stream/shop'),
    openStream: script.fetch,
    poll: () => {
      polls++;
      return poll();
    },
    apply: (message) => applied.push(message),
    onConnection: (connection) => states.push(connection),
    log: { problem() {}, warn: (code) => warnings.push(code), debug() {} },
    random: () => 0.5,
    setTimer: FAKED_CLOCK.setTimer,
    ...options,
  });
  control.start();
}

function connection(index = -1): ScriptedConnection {
  const found = script.connections.at(index);
  if (found === undefined) throw new Error('There is no such connection');
  return found;
}

async function startOpen(options: Partial<ControlOptions> = {}): Promise<void> {
  start(options);
  await turns();
  await connection().answer();
  await connection().send('init', INIT, '1-1');
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await turns();
}

const refused = Object.assign(new Error('refused'), { status: null, retryAfterMs: null });

describe('a stream', () => {
  test('opens at the start and is open with its first event', async () => {
    start();
    await turns();
    expect(control.connection()).toBe('connecting');
    await connection().answer();
    expect(control.connection()).toBe('connecting');
    await connection().send('init', INIT, '1-1');
    expect(control.connection()).toBe('open');
    expect(applied).toEqual([{ kind: 'state', state: STATE }]);
    expect(states).toEqual(['open']);
    expect(polls).toBe(0);
  });

  test('passes on what concerns breakpoints and kills, with its version, and nothing else', async () => {
    await startOpen();
    await connection().send('heartbeat', { t: 1 });
    await connection().send('sdk_count', { count: 3 });
    await connection().send('kill_switch', { enabled: true }, '1-2');
    await connection().send('breakpoint_deleted', { id: 'b-1' }, '1-3');
    await connection().send('breakpoint_updated', { nonsense: true }, '1-4');
    await connection().sendRaw('event: kill_switch\ndata: {not json\n\n');
    await connection().send('kill_switch', { enabled: false }, '1-5');
    expect(applied.slice(1)).toEqual([
      { kind: 'kill_switch', enabled: true, version: { epoch: 1, rev: 2 } },
      { kind: 'breakpoint_deleted', breakpointId: 'b-1', version: { epoch: 1, rev: 3 } },
      { kind: 'kill_switch', enabled: false, version: { epoch: 1, rev: 5 } },
    ]);
  });

  test('whose first message cannot be read is closed, and the state is asked for elsewhere', async () => {
    start();
    await turns();
    await connection().answer();
    await connection().sendRaw('event: init\nid: 1-1\ndata: []\n\n');
    expect(connection().isAborted).toBe(true);
    expect(control.connection()).toBe('waiting');
    await pass(2_000);
    expect(applied).toEqual([{ kind: 'state', state: STATE }]);
  });

  test('survives an apply that throws, and tells the whole state next time', async () => {
    await startOpen({
      apply: (message) => {
        applied.push(message);
        if (message.kind === 'kill_switch') throw new Error('a bug');
      },
    });
    await connection().send('kill_switch', { enabled: true }, '1-2');
    expect(control.connection()).toBe('open');
    await connection().end();
    await pass(750);
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
  });
});

describe('time-outs', () => {
  test('no headers within 10 s', async () => {
    start();
    await pass(9_999);
    expect(connection().isAborted).toBe(false);
    await pass(1);
    expect(connection().isAborted).toBe(true);
    expect(control.connection()).toBe('waiting');
  });

  test('no first event within 10 s of the headers', async () => {
    start();
    await pass(9_000);
    await connection().answer();
    await pass(9_999);
    expect(connection().isAborted).toBe(false);
    await pass(1);
    expect(connection().isAborted).toBe(true);
  });

  test('45 s of silence; a heartbeat counts, a comment does not', async () => {
    await startOpen();
    await pass(44_000);
    await connection().send('heartbeat', { t: 1 });
    await pass(44_000);
    await connection().sendRaw(': still here\n\n');
    await pass(999);
    expect(control.connection()).toBe('open');
    await pass(1);
    expect(control.connection()).toBe('waiting');
    expect(connection(0).isAborted).toBe(true);
  });

  test('a resumed stream has as long for its first event; if none comes, the next asks for the whole state', async () => {
    await startOpen();
    await connection().end();
    await pass(750);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-1' });
    await pass(10_000);
    expect(connection().isAborted).toBe(true);
    await pass(1_500);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-1' });
    await connection().answer();
    await pass(9_999);
    expect(connection().isAborted).toBe(false);
    await pass(1);
    expect(connection().isAborted).toBe(true);
    await pass(3_000);
    expect(script.connections).toHaveLength(4);
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
  });
});

describe('a stream that goes on behind the last event', () => {
  const deleted = (rev: number): ControlMessage => ({
    kind: 'breakpoint_deleted',
    breakpointId: `b-${rev}`,
    version: { epoch: 1, rev },
  });

  /** Open, dropped after change 1-2, and answered again. */
  async function resume(options: Partial<ControlOptions> = {}): Promise<void> {
    await startOpen(options);
    await connection().send('breakpoint_deleted', { id: 'b-2' }, '1-2');
    await connection().end();
    await pass(750);
    await connection().answer();
  }

  test('is open with the first change that was missed, and takes all of them without an init', async () => {
    await resume();
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-2' });
    expect(control.connection()).toBe('waiting');
    await connection().send('breakpoint_deleted', { id: 'b-3' }, '1-3');
    expect(control.connection()).toBe('open');
    await connection().send('breakpoint_deleted', { id: 'b-4' }, '1-4');
    await connection().send('heartbeat', { t: 1 });
    expect(applied.slice(1)).toEqual([deleted(2), deleted(3), deleted(4)]);
    await connection().end();
    await pass(1_500);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-4' });
  });

  test('is open with the heartbeat alone when nothing was missed', async () => {
    await resume();
    await connection().send('heartbeat', { t: 1 });
    expect(control.connection()).toBe('open');
    expect(applied.slice(1)).toEqual([deleted(2)]);
    await pass(44_999);
    expect(control.connection()).toBe('open');
  });

  test('may begin with the whole state all the same', async () => {
    await resume();
    await connection().send('init', { ...INIT, version: '2-1' }, '2-1');
    expect(control.connection()).toBe('open');
    expect(applied.at(-1)).toEqual({ kind: 'state', state: { ...STATE, version: { epoch: 2, rev: 1 } } });
    await connection().end();
    await pass(1_500);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '2-1' });
  });

  test.each<[string, string, unknown]>([
    ['could not be read', 'breakpoint_updated', { nonsense: true }],
    ['could not be applied', 'kill_switch', { enabled: true }],
  ])('is not asked for once a change %s, whatever came after it', async (_what, name, data) => {
    await resume({
      apply: (message) => {
        if (message.kind === 'kill_switch') throw new Error('a bug');
      },
    });
    await connection().send(name, data, '1-3');
    await connection().send('breakpoint_deleted', { id: 'b-4' }, '1-4');
    await connection().end();
    await pass(1_500);
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
    await connection().answer();
    await connection().send('init', { ...INIT, version: '1-4' }, '1-4');
    await connection().end();
    await pass(3_000);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-4' });
  });

  test('is not asked for by an agent that was never told the whole state', async () => {
    start();
    await turns();
    await connection().answer();
    await connection().send('kill_switch', { enabled: true }, '1-7');
    await connection().end();
    await pass(750);
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
  });
});

describe('after the end of a stream', () => {
  test.each<[string, (now: ScriptedConnection) => Promise<void>]>([
    ['a clean end', (now) => now.end()],
    ['a reset', (now) => now.fail(new Error('ECONNRESET'))],
  ])('%s leads to one new connection after the back-off', async (_what, hurt) => {
    await startOpen();
    await hurt(connection());
    expect(control.connection()).toBe('waiting');
    await pass(749);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    expect(script.connections).toHaveLength(2);
    expect(script.open()).toBe(1);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('the delays double to 30 s, also when each connection lives for a moment', async () => {
    const opened: number[] = [];
    start({ poll: () => new Promise(() => {}) });
    for (let round = 0; round < 9; round++) {
      await turns();
      opened.push(performance.now());
      await connection().answer();
      await connection().send('init', INIT, '1-1');
      await connection().end();
      while (script.connections.length === round + 1) await pass(250);
    }
    const gaps = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
    expect(gaps).toEqual([750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
  });

  test('the delays start anew after 60 s up', async () => {
    await startOpen();
    for (let round = 0; round < 4; round++) {
      await connection().end();
      await pass(30_000);
      await connection().answer();
      await connection().send('heartbeat', { t: 1 });
    }
    await pass(30_000);
    await connection().send('heartbeat', { t: 1 });
    await pass(30_000);
    const before = script.connections.length;
    await connection().end();
    await pass(750);
    expect(script.connections).toHaveLength(before + 1);
  });

  test('the last id is sent, whatever came after it without one', async () => {
    await startOpen();
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
    await connection().send('kill_switch', { enabled: true }, '1-7');
    await connection().send('heartbeat', { t: 1 });
    await connection().end();
    await pass(750);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-7' });
    await connection().answer();
    await connection().send('heartbeat', { t: 2 });
    await connection().end();
    await pass(3_000);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-7' });
  });

  test.each([
    ['of 128 characters', 'x'.repeat(128), true],
    ['of 129 characters', 'x'.repeat(129), false],
    ['that is not plain text', 'é', false],
  ])('an id %s is sent back: %s', async (_what, id, isSent) => {
    await startOpen();
    await connection().send('heartbeat', { t: 1 }, id);
    await connection().end();
    await pass(750);
    expect('Last-Event-ID' in connection().headers).toBe(isSent);
  });

  test.each(['0', '1', '99999999999'])('`retry: %s` changes nothing', async (retry) => {
    await startOpen();
    await connection().sendRaw(`retry: ${retry}\n\n`);
    await connection().end();
    expect(vi.getTimerCount()).toBe(1);
    await pass(749);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    expect(script.connections).toHaveLength(2);
  });
});

describe('an answer that is no stream', () => {
  test.each([204, 301, 307, 400, 404, 429, 500, 503])('of %i leads to the back-off', async (status) => {
    start();
    await turns();
    await connection().answer(status);
    expect(control.connection()).toBe('waiting');
    expect(script.open()).toBe(0);
    await pass(750);
    expect(script.connections).toHaveLength(2);
  });

  test('of HTML with 200 leads to the back-off', async () => {
    start();
    await turns();
    await connection().answer(200, 'text/html');
    expect(control.connection()).toBe('waiting');
  });

  test.each([401, 403])('of %i is asked again after 5 minutes, ± 10 %%', async (status) => {
    poll = () => Promise.reject(Object.assign(new Error('refused'), { status }));
    start();
    await turns();
    await connection().fail(Object.assign(new Error('no'), { status }));
    await pass(299_999);
    expect(script.connections).toHaveLength(1);
    expect(polls).toBe(1);
    await pass(1);
    expect(script.connections).toHaveLength(2);
  });

  test('with Retry-After waits that long, up to a minute', async () => {
    start();
    await turns();
    await connection().fail(Object.assign(new Error('busy'), { status: 503, retryAfterMs: 20_000 }));
    await pass(19_999);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    await connection().fail(Object.assign(new Error('busy'), { status: 503, retryAfterMs: 1e12 }));
    await pass(59_999);
    expect(script.connections).toHaveLength(2);
    await pass(1);
    expect(script.connections).toHaveLength(3);
  });

  test('of an event without end is cut off at the limit, and asked for again after the longest delay', async () => {
    await startOpen();
    await connection().sendRaw(`event: init\ndata: ${'x'.repeat(MAX_STREAM_EVENT_CHARS)}`);
    expect(control.connection()).toBe('waiting');
    expect(connection().isAborted).toBe(true);
    await pass(22_499);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    expect(script.connections).toHaveLength(2);
  });
});

describe('polling', () => {
  test('begins 2 s after the stream went down and goes on every 30 s until it is up', async () => {
    start();
    await turns();
    await connection().fail(refused);
    await pass(1_999);
    expect(polls).toBe(0);
    await pass(1);
    expect(polls).toBe(1);
    expect(control.connection()).toBe('polling');
    await pass(29_999);
    expect(polls).toBe(1);
    await pass(1);
    expect(polls).toBe(2);

    await connection().answer();
    await connection().send('init', INIT, '1-1');
    expect(control.connection()).toBe('open');
    await pass(40_000);
    expect(polls).toBe(2);
    expect(states).toEqual(['waiting', 'polling', 'open']);
  });

  test('spreads: 24 to 36 s', async () => {
    start({ random: () => 0 });
    await turns();
    await connection().fail(refused);
    await pass(1_600);
    expect(polls).toBe(1);
    await pass(24_000);
    expect(polls).toBe(2);
  });

  test('a poll that fails is waiting, one that comes back is polling', async () => {
    poll = () => Promise.reject(refused);
    start();
    await turns();
    await connection().fail(refused);
    await pass(2_000);
    expect(control.connection()).toBe('waiting');
    poll = async () => STATE;
    await pass(30_000);
    expect(control.connection()).toBe('polling');
    poll = () => {
      throw new Error('synchronously');
    };
    await pass(30_000);
    expect(control.connection()).toBe('waiting');
    expect(states).toEqual(['waiting', 'polling', 'waiting']);
  });

  test('an answer that comes after the stream is open again is not applied', async () => {
    const late = Promise.withResolvers<ControlState>();
    poll = () => late.promise;
    start();
    await turns();
    await connection().fail(refused);
    await pass(2_000);
    await connection().answer();
    await connection().send('init', { ...INIT, kill_switch: true }, '1-2');
    late.resolve(STATE);
    await turns();
    expect(applied).toHaveLength(1);
    expect(applied[0]).toMatchObject({ state: { killSwitch: true } });
  });

  test('a poll that never settles does not stop the next', async () => {
    poll = () => new Promise(() => {});
    start();
    await turns();
    await connection().fail(refused);
    await pass(62_000);
    expect(polls).toBe(3);
  });
});

describe('an outage', () => {
  test('is one warning, and its end another, however many attempts it takes', async () => {
    await startOpen();
    await connection().end();
    for (let attempt = 0; attempt < 10; attempt++) {
      const seen = script.connections.length;
      while (script.connections.length === seen) await pass(500);
      await connection().fail(refused);
    }
    expect(warnings).toEqual(['STILLFRAME_CONTROL_LOST']);
    const seen = script.connections.length;
    while (script.connections.length === seen) await pass(500);
    await connection().answer();
    await connection().send('heartbeat', { t: 1 });
    expect(warnings).toEqual(['STILLFRAME_CONTROL_LOST', 'STILLFRAME_CONTROL_RESTORED']);
  });

  test('of an hour without any contact is told once, and again only after contact', async () => {
    const onContactLost = vi.fn();
    poll = () => Promise.reject(refused);
    start({ onContactLost, openStream: () => Promise.reject(refused) });
    await pass(3_599_999);
    expect(onContactLost).not.toHaveBeenCalled();
    await pass(1);
    expect(onContactLost).toHaveBeenCalledTimes(1);
    await pass(7_200_000);
    expect(onContactLost).toHaveBeenCalledTimes(1);
    poll = async () => STATE;
    await pass(36_000);
    poll = () => Promise.reject(refused);
    await pass(3_600_000);
    expect(onContactLost).toHaveBeenCalledTimes(2);
  });

  test('of an hour asks for the whole state: what disarms needs more than what changed since', async () => {
    await startOpen({ timings: { contactLostAfterMs: 60_000 } });
    poll = () => Promise.reject(refused);
    await connection().end();
    await pass(1_000);
    expect(connection().headers).toMatchObject({ 'Last-Event-ID': '1-1' });
    const seen = script.connections.length;
    await pass(120_000);
    expect(script.connections.length).toBeGreaterThan(seen);
    expect(connection().headers).not.toHaveProperty('Last-Event-ID');
  });

  test('is no loss of contact while polls are answered', async () => {
    const onContactLost = vi.fn();
    start({ onContactLost, openStream: () => Promise.reject(refused) });
    await pass(7_200_000);
    expect(onContactLost).not.toHaveBeenCalled();
  });
});

describe('bye', () => {
  test('means to come back within the range, without a warning', async () => {
    await startOpen();
    await connection().send('bye', { retry_ms: [4_000, 6_000] });
    expect(control.connection()).toBe('waiting');
    expect(connection().isAborted).toBe(true);
    await pass(4_999);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    expect(script.connections).toHaveLength(2);
    expect(warnings).toEqual([]);
    expect(polls).toBe(0);
  });

  test('cannot make us hurry: again and again, it meets the back-off', async () => {
    await startOpen();
    await connection().send('bye', { retry_ms: [0, 0] });
    await pass(749);
    expect(script.connections).toHaveLength(1);
    await pass(1);
    await connection().answer();
    await connection().send('bye', { retry_ms: [0, 0] });
    await pass(1_499);
    expect(script.connections).toHaveLength(2);
    await pass(1);
    expect(script.connections).toHaveLength(3);
  });
});

describe('closing', () => {
  test('is final: no stream, no timer, no call', async () => {
    await startOpen();
    const last = connection();
    control.close();
    expect(last.isAborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await last.send('kill_switch', { enabled: true }, '1-2');
    control.start();
    await pass(3_600_000);
    expect(applied).toHaveLength(1);
    expect(script.connections).toHaveLength(1);
    expect(states).toEqual(['open', 'closed']);
  });

  test('may come from inside apply', async () => {
    await startOpen({
      apply: () => {
        applied.push();
        control.close();
      },
    });
    expect(states).toEqual(['closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends a poll that is under way without a word', async () => {
    const late = Promise.withResolvers<ControlState>();
    poll = () => late.promise;
    start();
    await turns();
    await connection().fail(refused);
    await pass(2_000);
    control.close();
    late.resolve(STATE);
    await turns();
    expect(applied).toEqual([]);
    expect(states).toEqual(['waiting', 'closed']);
  });
});

test('a fetch that throws at once is a failure like any other', async () => {
  start({
    openStream: () => {
      throw new Error('synchronously');
    },
  });
  await turns();
  expect(control.connection()).toBe('waiting');
  expect(vi.getTimerCount()).toBe(1);
});

test('starting again does nothing', async () => {
  await startOpen();
  control.start();
  await turns();
  expect(script.connections).toHaveLength(1);
});

test('listeners that throw harm nobody', async () => {
  const rude = (): never => {
    throw new Error('rude');
  };
  await startOpen({ apply: rude, onConnection: rude, onContactLost: rude });
  expect(control.connection()).toBe('open');
  await connection().end();
  await pass(3_700_000);
  expect(control.connection()).not.toBe('closed');
});
