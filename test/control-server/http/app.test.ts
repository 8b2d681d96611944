import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../control-server/http/app.ts';
import { ProblemError } from '../../../control-server/http/problem.ts';
import { openApp } from './open-app.ts';

const BODY = Type.Object(
  {
    name: Type.String({ maxLength: 5 }),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    mode: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { additionalProperties: false },
);

let app: App;
let logged: () => string;

beforeEach(() => {
  ({ app, logged } = openApp());
  app.post('/echo', { schema: { body: BODY } }, (request) => request.body);
  app.get(
    '/list',
    {
      schema: {
        querystring: Type.Object({ limit: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
      },
    },
    (request) => request.query,
  );
  app.get('/refused', () => {
    throw new ProblemError(409, 'already_there', 'It is there.', {
      headers: { 'retry-after': '3' },
      place: { field: 'a', position: 4 },
    });
  });
  app.get('/fault', () => {
    throw new Error('SELECT secret FROM keys');
  });
});
afterEach(() => app.close());

function post(payload: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return app.inject({ method: 'POST', url: '/echo', payload, headers: { host: 'localhost', ...headers } });
}

describe('the app', () => {
  it('answers a foreign Host with 421, on unknown paths too', async () => {
    for (const url of ['/list', '/nowhere']) {
      const answer = await app.inject({ url, headers: { host: 'evil.example' } });
      expect(answer.statusCode).toBe(421);
      expect(answer.json()).toMatchObject({ code: 'host_not_allowed', status: 421 });
    }
  });

  it('reads no body for a path that is not there', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/nowhere',
      payload: '{',
      headers: { host: 'localhost', 'content-type': 'application/json' },
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'not_found' }]);
  });

  it('sets the security headers on every answer, errors included', async () => {
    for (const url of ['/list', '/nowhere', '/fault', '/%zz']) {
      const { headers } = await app.inject({ url, headers: { host: 'localhost' } });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });

  it('answers a refusal as problem+json with its headers and its place', async () => {
    const answer = await app.inject({ url: '/refused', headers: { host: 'localhost' } });
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['retry-after']).toBe('3');
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'already there',
      status: 409,
      code: 'already_there',
      detail: 'It is there.',
      field: 'a',
      position: 4,
    });
  });

  it('keeps a fault to its log, and names the request by which to find it there', async () => {
    const answer = await app.inject({ url: '/fault', headers: { host: 'localhost' } });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('SELECT');
    expect(answer.json()).toMatchObject({ code: 'internal_error' });
    const id = /request ([0-9a-f-]{36})/.exec(answer.json().detail)?.[1];
    expect(logged()).toContain(`"requestId":"${id}"`);
    expect(logged()).toContain('SELECT');
  });

  it.each([
    ['{"name":"abcdef"}', 'name', 'must not have more than 5 characters'],
    ['{"name":7}', 'name', 'must be string'],
    ['{"name":"a","size":"3"}', 'size', 'must be integer'],
    ['{"name":"a","size":0}', 'size', 'must be >= 1'],
    ['{"name":"a","size":11}', 'size', 'must be <= 10'],
    ['{"name":"a","mode":"c"}', 'mode', 'must be one of "a", "b"'],
    ['{"name":"a","note":7}', 'note', 'must be string or null'],
    ['{"name":"a","isAdmin":true}', 'isAdmin', 'is not known here'],
    ['{}', 'name', 'is missing'],
  ])('says of %s which field is wrong and what was expected', async (payload, field, expected) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad_request', field });
    expect(answer.json().detail).toContain(expected);
  });

  it.each([
    ['{"name":"a\\u0000b"}', 'name'],
    ['{"name":"a\\ud83d"}', 'name'],
    ['{"name":"a","note":"\\ude00"}', 'note'],
  ])('refuses %s, which could not be stored as it is', async (payload, field) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad_request', field });
    expect(answer.json().detail).toContain('half of a surrogate pair');
  });

  it('takes a whole surrogate pair', async () => {
    expect((await post('{"name":"\\ud83d\\ude00"}')).json()).toEqual({ name: '😀' });
  });

  it('never repeats a value that it refuses', async () => {
    const answer = await post('{"name":"hunter2-hunter2"}');
    expect(answer.body + logged()).not.toContain('hunter2');
  });

  it.each([
    '{"__proto__":{"isAdmin":true},"name":"a"}',
    '{"constructor":{"prototype":{}},"name":"a"}',
    '{',
    '',
    'null',
  ])('refuses the body %s', async (payload) => {
    expect((await post(payload)).statusCode).toBe(400);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonx',
  ])('refuses a body of type %s, which a form could send', async (type) => {
    const answer = await post('{"name":"a"}', { 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('takes a body of 1 MiB and refuses one byte more, with and without a length', async () => {
    const wrap = (bytes: number) => `{"name":"${'a'.repeat(bytes - '{"name":""}'.length)}"}`;
    expect((await post(wrap(1024 * 1024))).statusCode).toBe(400);
    const tooLarge = await post(wrap(1024 * 1024 + 1));
    expect(tooLarge.statusCode).toBe(413);
    expect(tooLarge.json()).toMatchObject({ code: 'body_too_large' });

    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
    });
    const answer = await fetch(`http://127.0.0.1:${port}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    }).catch(() => null);
    // The server may hang up before the client has read the answer: what counts is that it does not go on reading.
    expect(answer?.status ?? 413).toBe(413);
  });

  it('reads whole numbers of a query, and nothing that only looks like one', async () => {
    const get = (query: string) => app.inject({ url: `/list?${query}`, headers: { host: 'localhost' } });
    expect((await get('limit=5')).json()).toEqual({ limit: 5 });
    for (const query of [
      'limit=5.5',
      'limit=0x5',
      'limit=5e1',
      'limit=',
      'limit=1&limit=2',
      'limit[$gt]=1',
      'x=1',
    ]) {
      expect((await get(query)).statusCode).toBe(400);
    }
  });

  it('answers a broken URL and what is not HTTP without a stack', async () => {
    const broken = await app.inject({ url: '/%zz', headers: { host: 'localhost' } });
    expect(broken.json()).toMatchObject({ status: 400, code: 'bad_url' });

    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    expect(await speak(port, 'NOT HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 bad_http\r\n/);
    const smuggled = await speak(
      port,
      'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(smuggled).toMatch(/^HTTP\/1\.1 400/);
    const folded = await speak(port, 'GET /list HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n');
    expect(folded).toMatch(/^HTTP\/1\.1 400/);
    expect(
      await speak(port, `GET /list HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431/);
    expect(await speak(port, 'TRACE /list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 40[45]/,
    );
  });

  it('gives headers 10 s, a whole request 15 s, and a connection on which nothing moves a minute', () => {
    const server = app.server;
    expect([server.headersTimeout, server.requestTimeout, server.timeout]).toEqual([10_000, 15_000, 60_000]);
  });
});

function speak(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
