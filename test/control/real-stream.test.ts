import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SetTimer } from '../../src/control/alarms.ts';
import { createControl } from '../../src/control/create-control.ts';
import type { Control } from '../../src/control/control.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport } from '../../src/delivery/transport.ts';
import { parseControlState } from '../../src/protocol/control-message.ts';
import type { ControlMessage } from '../../src/protocol/control-message.ts';
import { activePath, streamPath } from '../../src/protocol/routes.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer, Fault } from '../helpers/fake-control-server.ts';
import { eventually } from '../helpers/until.ts';

let server: FakeControlServer;
let transport: Transport;
let control: Control;
let applied: ControlMessage[];
let warnings: string[];
let timers: number;
let maxTimers: number;

/** Counts the timers that are alive. */
const countedTimer: SetTimer = (callback, delayMs) => {
  timers++;
  maxTimers = Math.max(maxTimers, timers);
  let isAlive = true;
  const end = (): void => {
    if (isAlive) timers--;
    isAlive = false;
  };
  const timer = setTimeout(() => {
    end();
    callback();
  }, delayMs);
  return () => {
    clearTimeout(timer);
    end();
  };
};

beforeEach(async () => {
  server = await startFakeControlServer();
  applied = [];
  warnings = [];
  timers = 0;
  maxTimers = 0;
  transport = createTransport({
    endpoint: new URL(server.url),
    apiKey: () => server.apiKey,
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0 node/24',
    requestTimeoutMs: 60_000,
  });
  control = createControl({
    streamUrl: transport.resolve(streamPath('shop')),
    openStream: transport.openStream,
    poll: async () => {
      const answer = await transport.request({ method: 'GET', path: activePath('shop') });
      const state = parseControlState(answer.body);
      if (state === null) throw new Error('no state');
      return state;
    },
    apply: (message) => applied.push(message),
    log: { problem() {}, warn: (code) => warnings.push(code), debug() {} },
    setTimer: countedTimer,
    timings: {
      minBackoffMs: 1,
      maxBackoffMs: 4,
      openTimeoutMs: 100,
      firstEventTimeoutMs: 100,
      // The server sends no heartbeats.
      silenceTimeoutMs: 60_000,
      firstPollMs: 20,
      pollIntervalMs: 40,
      authRetryMs: 20,
      maxRetryAfterMs: 20,
    },
  });
});

afterEach(async () => {
  control.close();
  expect(timers).toBe(0);
  await transport.close();
  await server.close();
});

async function opened(times = 1): Promise<void> {
  await server.until(() => server.streamCount >= times, `stream ${times}`);
  await eventually(() => expect(control.connection()).toBe('open'), { interval: 1 });
}

test('a kill on the stream arrives at once, and its release too', async () => {
  control.start();
  await opened();
  server.push('kill_switch', { enabled: true }, '1700000000000-2');
  server.push('kill_switch', { enabled: false }, '1700000000000-3');
  const kills = (): ControlMessage[] => applied.filter(({ kind }) => kind === 'kill_switch');
  await eventually(() => expect(kills()).toHaveLength(2), { interval: 1 });
  expect(kills()).toMatchObject([
    { kind: 'kill_switch', enabled: true },
    { kind: 'kill_switch', enabled: false },
  ]);
});

test('200 drops in a row leave one stream, one timer and no trace', async () => {
  control.start();
  for (let drop = 1; drop <= 200; drop++) {
    await opened(drop);
    server.dropStreams(drop % 2 === 0 ? 'end' : 'reset');
  }
  await opened(201);
  expect(server.maxOpenStreams).toBe(1);
  expect(maxTimers).toBe(1);
  // One for the stream and at most two for polls; a dropped one may overlap with its successor.
  expect(server.maxOpenSockets).toBeLessThanOrEqual(4);
  await server.until(() => server.openSockets <= 3, 'closed sockets');
});

/** Bytes, and once: it is asked for as often as the machine can, which would have no time left for polls. */
const HUGE_EVENT = Buffer.from(`event: init\ndata: "${'x'.repeat(20_000_000)}"\n\n`);

const MATRIX: [string, Fault][] = [
  ['reset', { kind: 'reset' }],
  ['hang', { kind: 'hang' }],
  ['garbage', { kind: 'garbage' }],
  ['html', { kind: 'html' }],
  ['truncated', { kind: 'truncated' }],
  ['slow', { kind: 'slow' }],
  ['redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }],
  ...[204, 401, 429, 500, 503].map((status): [string, Fault] => [
    String(status),
    { kind: 'status', status, headers: { 'retry-after': '1' } },
  ]),
  [
    'headers and then nothing',
    {
      kind: 'custom',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      },
    },
  ],
  [
    'a line without end, a byte at a time',
    {
      kind: 'custom',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => response.write('x'), 5);
        response.on('close', () => clearInterval(timer));
      },
    },
  ],
  [
    'an event of 20 MB',
    {
      kind: 'custom',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(HUGE_EVENT);
      },
    },
  ],
  [
    'retry: 0 and an end',
    {
      kind: 'custom',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 0\n\n');
      },
    },
  ],
];

test.each(MATRIX)('%s: polls meanwhile, one warning, and recovers by itself', async (_what, fault) => {
  server.misbehave('stream', fault);
  control.start();
  await eventually(() => expect(control.connection()).toBe('polling'), { interval: 2 });
  server.misbehave('stream', null);
  await opened();
  expect(warnings).toEqual(['STILLFRAME_CONTROL_LOST', 'STILLFRAME_CONTROL_RESTORED']);
  expect(maxTimers).toBe(1);
  expect(server.openStreams).toBe(1);
});

test('a server that restarts on its port is found again, and a kill made meanwhile is learned', async () => {
  control.start();
  await opened();
  const { port } = server;
  await server.close();
  await eventually(() => expect(control.connection()).not.toBe('open'), { interval: 1 });
  server = await startFakeControlServer({ port });
  server.killSwitch = true;
  await opened();
  expect(applied.at(-1)).toMatchObject({ kind: 'state', state: { killSwitch: true } });
});
