import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventSource } from 'eventsource';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport } from '../../src/delivery/transport.ts';
import { encodeAgentEvent } from '../../src/protocol/agent-event.ts';
import { encodeRegistration, parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import { parseControlState, parseStreamEvent } from '../../src/protocol/control-message.ts';
import { activePath, CAPTURE_PATH, REGISTER_PATH, streamPath } from '../../src/protocol/routes.ts';

/** A control server under test. */
export interface ContractedServer {
  readonly url: string;
  /** Good for everything that an agent does, for any service. */
  readonly apiKey: string;
  close(): Promise<void>;
}

const SERVICE = 'contract-shop';

const REGISTRATION = {
  serviceName: SERVICE,
  filePath: '/app/src/order.js',
  lineNumber: 42,
  functionName: 'placeOrder',
  label: 'contract checkout',
};

/** What an agent relies on, said once and held over every control server, a fake one too. */
export function describeControlServerContract(name: string, start: () => Promise<ContractedServer>): void {
  describe(`${name} keeps the contract of a control server`, () => {
    let server: ContractedServer;
    let transport: Transport;

    beforeAll(async () => {
      server = await start();
      transport = createTransport({
        endpoint: new URL(server.url),
        apiKey: () => server.apiKey,
        instanceId: '018f0000-0000-4000-8000-000000000001',
        userAgent: 'stillframe/0.0.0 node/24',
      });
    });

    afterAll(async () => {
      await transport.close();
      await server.close();
    });

    test('a new label gets 201 and its whole breakpoint, enabled and without a limit; a known one 200 and the same', async () => {
      const register = (): ReturnType<Transport['request']> =>
        post(REGISTER_PATH, 'application/json', JSON.stringify(encodeRegistration(REGISTRATION)));
      const made = await register();
      expect(made.status).toBe(201);
      expect(parseBreakpoint(made.body)).toMatchObject({
        ...REGISTRATION,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        enabled: true,
        mode: 'snapshot',
        maxCaptures: 0,
        captureCount: 0,
        condition: null,
        expireAt: null,
      });
      const known = await register();
      expect(known.status).toBe(200);
      expect(known.body).toEqual(made.body);
    });

    test('the state has the same shape by GET and by POST with events', async () => {
      const asked = await transport.request({ method: 'GET', path: activePath(SERVICE) });
      expect(asked).toMatchObject({
        status: 200,
        body: {
          breakpoints: expect.any(Array),
          kill_switch: false,
          version: expect.stringMatching(/^\d+-\d+$/),
          sse_endpoint: expect.stringMatching(/^\/sdk\/snapshots\/stream\//),
        },
      });
      expect(parseControlState(asked.body)?.version).not.toBeNull();
      const event = encodeAgentEvent({
        type: 'circuit_breaker_tripped',
        failureCount: 3,
        windowSeconds: 60,
        cooldownSeconds: 300,
        timestamp: '2026-11-21T10:00:00.000Z',
      });
      const told = await post(activePath(SERVICE), 'application/json', JSON.stringify({ events: [event] }));
      expect(told.status).toBe(200);
      expect(Object.keys(Object(told.body)).toSorted()).toEqual(Object.keys(Object(asked.body)).toSorted());
    });

    test('one snapshot as JSON is answered with 201', async () => {
      const answer = await post(CAPTURE_PATH, 'application/json', JSON.stringify(snapshot(1)));
      expect(answer).toMatchObject({
        status: 201,
        body: { accepted: 1, duplicates: 0, rejected: [], kill_switch: false },
      });
    });

    test('a batch of lines is answered with 202; a duplicate and a bad one cost only themselves', async () => {
      const lines = [snapshot(2), { service_name: SERVICE }, snapshot(1), snapshot(3)];
      const answer = await post(
        CAPTURE_PATH,
        'application/x-ndjson',
        lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      );
      expect(answer).toMatchObject({
        status: 202,
        body: {
          accepted: 2,
          duplicates: 1,
          rejected: [{ index: 1, code: 'bad_captured_at' }],
          version: expect.stringMatching(/^\d+-\d+$/),
        },
      });
    });

    test('a compressed batch is understood', async () => {
      const wide = { ...snapshot(4), variables: { text: 'x'.repeat(4_000) } };
      const answer = await post(CAPTURE_PATH, 'application/x-ndjson', `${JSON.stringify(wide)}\n`);
      expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
    });

    test.each([
      ['GET', activePath(SERVICE)],
      ['GET', streamPath(SERVICE)],
      ['POST', REGISTER_PATH],
      ['POST', CAPTURE_PATH],
    ])('%s %s without a key is 401 and a problem with a stable code', async (method, path) => {
      const response = await fetch(server.url + path, {
        method,
        ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({
        status: 401,
        code: expect.stringMatching(/^[a-z0-9_]+$/),
        title: expect.any(String),
        detail: expect.any(String),
      });
    });

    test('the stream begins with the whole state, under an id', async () => {
      const source = new EventSource(transport.resolve(streamPath(SERVICE)), { fetch: transport.openStream });
      const first = await new Promise<MessageEvent>((resolve, reject) => {
        source.addEventListener('init', resolve);
        source.addEventListener('error', (event) => reject(new Error(event.message ?? 'no stream')));
      }).finally(() => source.close());
      const message = parseStreamEvent('init', String(first.data), first.lastEventId);
      expect(message).toMatchObject({ kind: 'state', state: { killSwitch: false } });
      expect(first.lastEventId).not.toBe('');
      expect(message?.kind === 'state' && message.state.breakpoints.map((each) => each.label)).toContain(
        REGISTRATION.label,
      );
    });

    function post(path: string, contentType: string, body: string): ReturnType<Transport['request']> {
      return transport.request({ method: 'POST', path, contentType, body: Buffer.from(body) });
    }
  });
}

function snapshot(number: number): Record<string, unknown> {
  return {
    snapshot_id: `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    service_name: SERVICE,
    label: REGISTRATION.label,
    file_path: REGISTRATION.filePath,
    line_number: REGISTRATION.lineNumber,
    function_name: REGISTRATION.functionName,
    variables: { number },
    captured_at: '2026-11-21T10:00:00.000Z',
  };
}
