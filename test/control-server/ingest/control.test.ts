import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord } from '../../../src/protocol/json.ts';
import { openStream } from '../live/stream-reader.ts';
import { startIngest } from './ingest-server.ts';
import type { IngestServer } from './ingest-server.ts';
import { exchange } from './raw-exchange.ts';
import { eventually } from '../../helpers/until.ts';

const ACTIVE = '/sdk/snapshots/active/';
const REGISTER = '/sdk/snapshots/auto-register';
const INSTANCE = '33333333-3333-4333-8333-333333333333';
const FOREIGN = { 'user-agent': 'Go-http-client/1.1' };

let server: IngestServer;
beforeAll(async () => {
  server = await startIngest();
});
afterAll(() => server.close());

async function register(service: string, label: string): Promise<string> {
  const answer = await server.call(REGISTER, {
    body: { service_name: service, label, function_name: 'f', file_path: '/a.ts', line_number: 3 },
  });
  return isRecord(answer.json) ? String(answer.json['id']) : '';
}

describe('a poll', () => {
  test('gets every breakpoint as ours, and only the armed ones as a foreign client', async () => {
    const on = await register('poll', 'on');
    const off = await register('poll', 'off');
    const change = await server.store.patchBreakpoint(
      off,
      { enabled: false },
      null,
      new Date().toISOString(),
    );
    if (change !== null) await server.live.publish(change);
    const ours = await server.call(`${ACTIVE}poll`);
    expect(ours.json).toMatchObject({
      breakpoints: [
        { id: on, enabled: true, max_captures: 0 },
        { id: off, enabled: false },
      ],
      kill_switch: false,
      sse_endpoint: '/sdk/snapshots/stream/poll',
    });
    const foreign = await server.call(`${ACTIVE}poll`, { headers: FOREIGN });
    expect(foreign.json).toMatchObject({ breakpoints: [{ id: on, max_captures: 2_147_483_647 }] });
    expect(foreign.json).toHaveProperty('breakpoints.length', 1);
  });

  test('never shows expire_at to python-requests, and never an empty one to anybody', async () => {
    const id = await register('expiry', 'a');
    const without = await server.call(`${ACTIVE}expiry`);
    expect(without.text).not.toContain('expire_at');
    const change = await server.store.patchBreakpoint(
      id,
      { expireAt: '2999-01-01T00:00:00.000Z' },
      null,
      new Date().toISOString(),
    );
    if (change !== null) await server.live.publish(change);
    const python = await server.call(`${ACTIVE}expiry`, {
      headers: { 'user-agent': 'python-requests/2.34.2' },
    });
    expect(python.json).toHaveProperty('breakpoints.length', 1);
    expect(python.text).not.toContain('expire_at');
    const go = await server.call(`${ACTIVE}expiry`, { headers: FOREIGN });
    expect(go.json).toMatchObject({ breakpoints: [{ expire_at: '2999-01-01T00:00:00.000Z' }] });
  });

  test.each([
    ['a%20b', 'a b'],
    ['a/b', 'a/b'],
    ['a%2Fb', 'a/b'],
    ['../../etc/passwd', '../../etc/passwd'],
    ['..%2f..%2fetc', '../../etc'],
    ['shop.v2:eu@1+1', 'shop.v2:eu@1+1'],
    ['caf%C3%A9%20%E2%98%95', 'café ☕'],
    ['__proto__', '__proto__'],
    ['a%2520b', 'a%20b'],
    // Old clients do not encode the name: what is no encoding stands for itself.
    ['100%', '100%'],
    ['a%zz', 'a%zz'],
    ['50%%20off', '50% off'],
    ['latin%e9', 'latin%e9'],
    ['s'.repeat(200), 's'.repeat(200)],
  ])('takes what follows for a name, never for a path: %s', async (encoded, name) => {
    await register(name, 'only');
    const answer = await server.call(ACTIVE + encoded);
    expect(answer).toMatchObject({
      status: 200,
      json: {
        breakpoints: [{ service_name: name, label: 'only' }],
        sse_endpoint: `/sdk/snapshots/stream/${encodeURIComponent(name)}`,
      },
    });
  });

  test('is told which names are none', async () => {
    for (const bad of ['', 's'.repeat(201), 'a%0d%0aX-Injected:%201', 'a%00b', 'a%7f']) {
      await expect(server.call(ACTIVE + bad)).resolves.toMatchObject({
        status: 400,
        json: { code: 'bad_service_name' },
      });
    }
  });

  test('makes its service known, once, and hints it', async () => {
    await server.call(`${ACTIVE}brand-new`);
    await server.call(`${ACTIVE}brand-new`);
    const services = await server.store.listServices(new Date().toISOString());
    expect(services.map(({ serviceName }) => serviceName)).toContain('brand-new');
    const hints = server.hints.filter(({ topic }) => topic === 'services').length;
    await server.call(`${ACTIVE}brand-new`);
    expect(server.hints.filter(({ topic }) => topic === 'services')).toHaveLength(hints);
  });

  test('carries the events of an agent; what is unknown among them is ignored', async () => {
    const answer = await server.call(`${ACTIVE}events`, {
      headers: { 'x-agent-instance': INSTANCE.toUpperCase() },
      body: {
        events: [
          { type: 'agent_status', capture: 'breaker_open', host: 'web-1', pid: 4, dropped: { rate: 2 } },
          { type: 'breakpoint_status', breakpoint_id: 'bp', state: 'installed' },
          { type: 'of_a_later_version', anything: [1] },
          null,
          17,
        ],
      },
    });
    expect(answer).toMatchObject({ status: 200, json: { kill_switch: false } });
    expect(server.live.listAgents().find(({ serviceName }) => serviceName === 'events')).toMatchObject({
      instanceId: INSTANCE,
      streaming: false,
      status: { capture: 'breaker_open', host: 'web-1', pid: 4, dropped: { rate: 2 } },
      breakpoints: [{ breakpointId: 'bp', state: 'installed', reason: null }],
    });
  });

  test('with an instance that is no UUID is one of an old client', async () => {
    await server.call(`${ACTIVE}no-uuid`, { headers: { 'x-agent-instance': '../x' } });
    const agent = server.live.listAgents().find(({ serviceName }) => serviceName === 'no-uuid');
    expect(agent?.instanceId).toMatch(/^stream:\d+$/);
  });

  test('with events that are none is refused', async () => {
    for (const [body, status, code] of [
      ['{"events":', 400, 'bad_json'],
      ['{"events":{}}', 400, 'bad_events'],
      ['[]', 400, 'bad_events'],
      [`{"events":${'['.repeat(64)}${']'.repeat(64)}}`, 400, 'too_deep'],
      [JSON.stringify({ events: Array.from({ length: 2_101 }, () => 1) }), 413, 'too_many_events'],
    ] as const) {
      await expect(server.call(`${ACTIVE}events`, { body })).resolves.toMatchObject({
        status,
        json: { code },
      });
    }
  });
});

describe('a registration', () => {
  test('answers the whole breakpoint, 201 and then 200, and tells the streams once', async () => {
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/reg`, {
      'x-api-key': server.key,
      'user-agent': 'stillframe/0.1.0',
    });
    await reader.next('init');
    const body = {
      service_name: 'reg',
      label: 'checkout',
      function_name: 'placeOrder',
      file_path: '/app/order.ts',
      line_number: 7,
    };
    const first = await server.call(REGISTER, { body });
    expect(first).toMatchObject({
      status: 201,
      json: {
        service_name: 'reg',
        label: 'checkout',
        function_name: 'placeOrder',
        file_path: '/app/order.ts',
        line_number: 7,
        enabled: true,
        mode: 'snapshot',
        max_captures: 0,
        capture_count: 0,
      },
    });
    const second = await server.call(REGISTER, { body });
    expect(second).toMatchObject({ status: 200, json: first.json });
    await server.call(REGISTER, { body: { ...body, label: 'other' } });
    await reader.waitFor(({ data }) => isRecord(data) && data['label'] === 'other');
    expect(reader.events.map(({ name }) => name)).toEqual([
      'init',
      'breakpoint_created',
      'breakpoint_created',
    ]);
    reader.close();
  });

  test('of 50 agents at once makes one breakpoint', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => server.call(REGISTER, { body: { service_name: 'herd', label: 'a' } })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test.each([
    ['without a label', { service_name: 'reg' }, 'bad_registration'],
    ['without a service', { label: 'a' }, 'bad_registration'],
    ['that is no object', [], 'bad_registration'],
    ['with a label of 257 characters', { service_name: 'reg', label: 'l'.repeat(257) }, 'label_too_long'],
    ['with a NUL in its label', { service_name: 'reg', label: 'a\0b' }, 'bad_label'],
    ['with half of a surrogate pair in its label', { service_name: 'reg', label: 'a\ud83d' }, 'bad_label'],
    ['with a service of 201 characters', { service_name: 's'.repeat(201), label: 'a' }, 'bad_service_name'],
    ['with a line break in its service', { service_name: 'a\nb', label: 'a' }, 'bad_service_name'],
  ])('%s is refused', async (_, body, code) => {
    await expect(server.call(REGISTER, { body })).resolves.toMatchObject({ status: 400, json: { code } });
  });

  test('of a label of 256 characters, with line breaks and quotes, is in order', async () => {
    const label = `"'\r\n\u2028data: x\n\nevent: kill_switch${'l'.repeat(256)}`.slice(0, 256);
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/inject`, { 'x-api-key': server.key });
    await reader.next('init');
    const answer = await server.call(REGISTER, { body: { service_name: 'inject', label } });
    expect(answer).toMatchObject({ status: 201, json: { label } });
    expect((await reader.next('breakpoint_created')).data).toMatchObject({ label });
    expect(reader.events.map(({ name }) => name)).toEqual(['init', 'breakpoint_created']);
    reader.close();
  });

  test('beyond what a service may have is 409', async () => {
    const full = await startIngest({}, (store) => ({
      ...store,
      recording: (stamp) => ({
        ...store.recording(stamp),
        registerLabel: async () => {
          throw Object.assign(new Error('This service has 2,000 breakpoints.'), {
            name: 'StoreError',
            code: 'too_many_breakpoints',
          });
        },
      }),
    }));
    await expect(full.call(REGISTER, { body: { service_name: 'full', label: 'a' } })).resolves.toMatchObject({
      status: 409,
      json: { code: 'too_many_breakpoints' },
    });
    await full.close();
  });
});

describe('a control stream', () => {
  test('begins with the state and carries the security headers of every answer', async () => {
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/a%2Fb`, {
      'x-api-key': server.key,
      'x-agent-instance': INSTANCE,
      'user-agent': 'stillframe/0.1.0',
    });
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-content-type-options': 'nosniff',
    });
    await reader.next('init');
    expect(server.live.listAgents()).toContainEqual(
      expect.objectContaining({ serviceName: 'a/b', instanceId: INSTANCE, streaming: true }),
    );
    reader.close();
    await eventually(() =>
      expect(server.live.listAgents()).toContainEqual(
        expect.objectContaining({ serviceName: 'a/b', streaming: false }),
      ),
    );
  });

  test('is refused with 503 while the store does not answer', async () => {
    const failing = await startIngest({}, (store) => ({
      ...store,
      readServiceState: async () => {
        throw Object.assign(new Error('disk'), { name: 'StoreError', code: 'store_failed' });
      },
    }));
    const answer = await failing.call('/sdk/snapshots/stream/shop');
    expect(answer).toMatchObject({ status: 503, json: { code: 'store_failed' } });
    await failing.close();
  });

  test('is no answer to HEAD', async () => {
    await expect(server.call('/sdk/snapshots/stream/shop', { method: 'HEAD' })).resolves.toMatchObject({
      status: 404,
    });
  });

  test('works for a client that pipelines another request behind it', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    const head = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${server.key}\r\n\r\n`;
    socket.write(head(`${ACTIVE}pipe`) + head('/sdk/snapshots/stream/pipe'));
    await eventually(() => expect(text).toContain('event: init'));
    expect(text.indexOf('sse_endpoint')).toBeLessThan(text.indexOf('event: init'));
    socket.destroy();
    await once(socket, 'close');
  });
});

describe('telemetry', () => {
  test('is answered exactly 200, in JSON with an empty object', async () => {
    for (const path of ['/v1/traces', '/v1/metrics']) {
      for (const body of ['{"resourceSpans":[]}', 'not json', '']) {
        await expect(server.call(path, { method: 'POST', body })).resolves.toMatchObject({
          status: 200,
          text: '{}',
        });
      }
    }
  });

  test('is answered exactly 200, in protobuf with no bytes', async () => {
    const answer = await server.call('/v1/traces', {
      body: Buffer.from([0x0a, 0xff, 0x00]),
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-type']).toBe('application/x-protobuf');
  });

  test('is taken up to 16 MiB', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${server.key}\r\n`;
    const tooLarge = await exchange(server.port, `${head}Content-Length: 16777217\r\n\r\n`);
    expect(tooLarge).toMatch(/^HTTP\/1\.1 413 /);
    await expect(server.call('/v1/traces', { body: Buffer.alloc(16 * 1024 * 1024) })).resolves.toMatchObject({
      status: 200,
    });
  });
});
