import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { isRecord } from '../../../src/protocol/json.ts';
import { SCRUB_VERSION } from '../../../src/scrub/scrubber.ts';
import { openStream } from '../live/stream-reader.ts';
import { startIngest } from './ingest-server.ts';
import type { IngestServer } from './ingest-server.ts';
import { exchange } from './raw-exchange.ts';

interface RecordedRequest {
  readonly sdk: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** What the SDKs of other languages sent, one request a line. */
const recorded: readonly RecordedRequest[] = readFileSync(
  new URL('../../fixtures/wire/foreign-sdk-requests.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => toRecorded(JSON.parse(line)));

function toRecorded(line: unknown): RecordedRequest {
  if (!isRecord(line) || !isRecord(line['headers'])) throw new Error('Not a recorded request.');
  const headers = Object.entries(line['headers']).map(([name, value]) => [name, String(value)]);
  return {
    sdk: String(line['sdk']),
    method: String(line['method']),
    url: String(line['url']),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: line['body'],
  };
}

const SDKS = [...new Set(recorded.map(({ sdk }) => sdk))];

const servers: IngestServer[] = [];
async function start(): Promise<IngestServer> {
  const server = await startIngest();
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The headers as the SDK sent them, with a key of this server. Java's offer of h2c is not in the recording. */
function headersOf(request: RecordedRequest, key: string): Record<string, string> {
  const isUpgrade = request.headers['connection']?.includes('Upgrade') ?? false;
  return {
    ...request.headers,
    'x-api-key': key,
    ...(isUpgrade ? { upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA' } : {}),
  };
}

/** Protobuf bodies are elided in the recording: they are bytes that nobody here reads. */
function bodyOf({ body }: RecordedRequest): unknown {
  const elided = typeof body === 'string' ? /^<(\d+) bytes/.exec(body)?.[1] : undefined;
  return elided === undefined ? body : randomBytes(Number(elided));
}

describe.each(SDKS)('the unmodified SDK of %s', (sdk) => {
  const requests = recorded.filter((request) => request.sdk === sdk);

  test('gets to each of its requests the answer that it understands', async () => {
    const server = await start();
    for (const request of requests) {
      const headers = headersOf(request, server.key);
      if (request.url.includes('/stream/')) {
        const reader = await openStream(server.url + request.url, headers);
        expect(reader.status).toBe(200);
        expect((await reader.next('init')).data).toMatchObject({ kill_switch: false });
        reader.close();
        continue;
      }
      const body = bodyOf(request);
      const answer = await server.call(request.url, {
        method: request.method,
        headers,
        body,
        isForeign: true,
      });
      if (request.url.includes('/active/')) {
        expect(answer).toMatchObject({ status: 200, json: { kill_switch: false } });
        expect(answer.json).toHaveProperty('breakpoints');
        expect(answer.json).toHaveProperty('version');
        expect(answer.json).toHaveProperty('sse_endpoint', `/sdk/snapshots/stream/tk-${sdk}`);
      } else if (request.url.endsWith('/auto-register')) {
        expect([200, 201]).toContain(answer.status);
        expect(answer.json).toMatchObject({
          label: isRecord(body) ? body['label'] : '',
          enabled: true,
          max_captures: 2_147_483_647,
          capture_count: expect.any(Number) as unknown,
          line_number: expect.any(Number) as unknown,
          file_path: expect.any(String) as unknown,
        });
      } else if (request.url.endsWith('/capture')) {
        // Go, Java and Python take nothing but 200 and 201 for success.
        expect(answer).toMatchObject({ status: 201, json: { accepted: 1, rejected: [] } });
      } else {
        expect(answer.status).toBe(200);
      }
    }
    const captures = requests.filter(({ url }) => url.endsWith('/capture'));
    const { items } = await server.store.listSnapshots({ service: `tk-${sdk}` });
    expect(items).toHaveLength(captures.length);
    const read = await Promise.all(items.map(({ id }) => server.store.readSnapshot(id)));
    // Nothing of an old client is stored before the scrubber saw it.
    expect(read.map((snapshot) => snapshot?.scrubbed)).toEqual(
      captures.map(() => ({ version: SCRUB_VERSION })),
    );
    expect(server.problems).toEqual([]);
  });

  test('is killed by its stream, which it then closes, and released by its next poll', async () => {
    const server = await start();
    const poll = requests.find(({ method, url }) => method === 'GET' && url.includes('/active/'));
    const registration = requests.find(({ url }) => url.endsWith('/auto-register'));
    if (registration === undefined || poll === undefined) throw new Error('The recording is not complete.');
    const headers = headersOf(poll, server.key);
    const serviceName = `tk-${sdk}`;
    const setKill = async (on: boolean, nowIso: string): Promise<void> => {
      const wanted = {
        scope: 'service',
        serviceName,
        environment: null,
        on,
        reason: null,
        by: 'ann',
      } as const;
      await server.live.publish(await server.store.setKillSwitch(wanted, nowIso));
    };
    const asked = async (): Promise<unknown> =>
      (await server.call(poll.url, { headers, isForeign: true })).json;
    await server.call(registration.url, { headers, body: registration.body, isForeign: true });
    const { 'user-agent': userAgent } = poll.headers;
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/${serviceName}`, {
      'x-api-key': server.key,
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    });
    await reader.next('init');
    await setKill(true, '2026-11-21T10:00:00.000Z');
    expect((await reader.next('kill_switch')).data).toMatchObject({ enabled: true });
    reader.close();
    expect(await asked()).toMatchObject({ kill_switch: true });
    await setKill(false, '2026-11-21T10:01:00.000Z');
    // The breakpoint is there again with the release: the client replaces all that it knows by this.
    expect(await asked()).toMatchObject({ kill_switch: false, breakpoints: [{ enabled: true }] });
  });

  test('registers a label once, and is told of it by its next poll', async () => {
    const server = await start();
    const registration = requests.find(({ url }) => url.endsWith('/auto-register'));
    const poll = requests.find(({ method, url }) => method === 'GET' && url.includes('/active/'));
    if (registration === undefined || poll === undefined) throw new Error('The recording is not complete.');
    const register = () =>
      server.call(registration.url, {
        headers: headersOf(registration, server.key),
        body: registration.body,
        isForeign: true,
      });
    const first = await register();
    const second = await register();
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
    const answer = await server.call(poll.url, { headers: headersOf(poll, server.key), isForeign: true });
    expect(answer.json).toMatchObject({ breakpoints: [first.json] });
  });
});

describe('an offer to speak HTTP/2', () => {
  test('gets an ordinary HTTP/1.1 answer, without and with a body', async () => {
    const server = await start();
    const head = (method: string, path: string): string =>
      `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${server.key}\r\n` +
      'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n';
    const poll = await exchange(server.port, `${head('GET', '/sdk/snapshots/active/shop')}\r\n`);
    expect(poll).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(poll).toContain('"sse_endpoint":"/sdk/snapshots/stream/shop"');
    const body = JSON.stringify({ service_name: 'shop', label: 'a' });
    const registration = await exchange(
      server.port,
      `${head('POST', '/sdk/snapshots/auto-register')}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(registration).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  });

  test('of a WebSocket is not taken up either', async () => {
    const server = await start();
    const answer = await exchange(
      server.port,
      'GET /sdk/snapshots/active/shop HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, close\r\n' +
        'Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
