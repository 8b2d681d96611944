import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, AnswerBody } from '../../src/delivery/exchange.ts';
import { createConnectionPool } from '../../src/delivery/undici.ts';
import type { ConnectionPool } from '../../src/delivery/undici.ts';
import { portOf } from '../helpers/fake-control-server.ts';
import { eventually } from '../helpers/until.ts';

let server: Server;
let pool: ConnectionPool;
let sockets: Socket[];
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  sockets = [];
  server = createServer((request, response) => respond(request, response));
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  pool = createConnectionPool(`http://127.0.0.1:${portOf(server)}`, {
    maxSockets: 1,
    keepAliveMs: 20_000,
    connectTimeoutMs: 5_000,
    authorities: null,
  });
});

afterEach(async () => {
  await pool.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (signal: AbortSignal = new AbortController().signal): Promise<Answer> =>
  pool.request({ method: 'GET', path: '/' }, { signal });

async function textOf(body: AnswerBody): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (let piece = await body.read(); piece !== null; piece = await body.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('status, headers and body come as they were sent, and the connection is used again', async () => {
  respond = (_request, response) => response.writeHead(418, { 'x-kind': ['a', 'b'] }).end('a teapot');
  for (let time = 0; time < 3; time++) {
    const { status, headers, body } = await get();
    expect([status, headers['x-kind']]).toEqual([418, ['a', 'b']]);
    expect(await textOf(body)).toBe('a teapot');
    expect(await body.read()).toBeNull();
  }
  expect(sockets).toHaveLength(1);
});

test('what announces the answer is not the answer', async () => {
  respond = (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('later');
  };
  const { status, body } = await get();
  expect([status, await textOf(body)]).toEqual([200, 'later']);
});

test('a body that nobody reads stops at the sender, and is whole when it is read', async () => {
  const length = 8_000_000;
  let written = 0;
  respond = (_request, response) => {
    const write = (): void => {
      while (written < length) {
        written += 100_000;
        if (!response.write('x'.repeat(100_000))) return void response.once('drain', write);
      }
      response.end();
    };
    write();
  };
  const { body } = await get();
  let before = -1;
  await eventually(() => {
    const isStill = written === before;
    before = written;
    expect(isStill).toBe(true);
  });
  expect(written).toBeLessThan(length);
  expect((await textOf(body)).length).toBe(length);
});

test('a body that is let go of closes its connection, once, and says that it is over', async () => {
  respond = (_request, response) => void response.write('the first piece');
  const { body } = await get();
  expect(Buffer.from((await body.read())!).toString()).toBe('the first piece');
  const next = body.read();
  body.discard();
  body.discard();
  expect(await next).toBeNull();
  expect(await body.read()).toBeNull();
  await once(sockets[0]!, 'close');
});

test('a connection that breaks is told to whoever reads, and to who reads later', async () => {
  respond = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('the first piece');
    setImmediate(() => sockets[0]?.destroy());
  };
  const { body } = await get();
  await expect(textOf(body)).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  await expect(body.read()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
});

test('a signal gives up the request at once, whatever it waits for', async () => {
  const reason = new Error('too late');
  respond = () => {};
  const early = AbortSignal.abort(reason);
  await expect(get(early)).rejects.toBe(reason);

  const first = new AbortController();
  const second = new AbortController();
  const answers = [get(first.signal), get(second.signal)];
  await once(server, 'request');
  // The second one waits for the connection of the first.
  second.abort(reason);
  await expect(answers[1]).rejects.toBe(reason);
  first.abort(reason);
  await expect(answers[0]).rejects.toBe(reason);
});

test('a request that is given up while it waits costs no connection', async () => {
  const first = Promise.withResolvers<ServerResponse>();
  respond = (_request, response) => first.resolve(response);
  const answer = get();
  const response = await first.promise;
  const aborter = new AbortController();
  const waiting = Array.from({ length: 3 }, () => get(aborter.signal));
  aborter.abort(new Error('too late'));
  await Promise.allSettled(waiting);
  respond = (_request, later) => void later.end('the next');
  response.end('the first');
  expect(await textOf((await answer).body)).toBe('the first');
  expect(await textOf((await get()).body)).toBe('the next');
  expect(sockets).toHaveLength(1);
});

test('what starts is said when it is about to be written, and never of what is given up before', async () => {
  const started: string[] = [];
  const seen: string[] = [];
  const first = Promise.withResolvers<ServerResponse>();
  respond = (request, response) => {
    seen.push(request.url ?? '');
    first.resolve(response);
  };
  const { signal } = new AbortController();
  const ask = (path: string, given: AbortSignal): Promise<Answer> =>
    pool.request({ method: 'GET', path }, { signal: given, onStart: () => started.push(path) });
  const answer = ask('/first', signal);
  expect(started).toEqual([]);
  const response = await first.promise;
  expect(started).toEqual(['/first']);
  const aborter = new AbortController();
  const waiting = [ask('/second', aborter.signal), ask('/third', AbortSignal.abort())];
  aborter.abort(new Error('too late'));
  await Promise.allSettled(waiting);
  respond = (request, later) => {
    seen.push(request.url ?? '');
    later.end('the next');
  };
  response.end('the first');
  expect(await textOf((await answer).body)).toBe('the first');
  expect(await textOf((await ask('/next', signal)).body)).toBe('the next');
  expect(started).toEqual(['/first', '/next']);
  expect(seen).toEqual(['/first', '/next']);
});

test('a signal breaks off a body that is being read', async () => {
  const reason = new Error('too late');
  respond = (_request, response) => void response.write('the first piece');
  const aborter = new AbortController();
  const { body } = await get(aborter.signal);
  expect(Buffer.from((await body.read())!).toString()).toBe('the first piece');
  const next = body.read();
  aborter.abort(reason);
  await expect(next).rejects.toBe(reason);
  await expect(body.read()).rejects.toBe(reason);
  await once(sockets[0]!, 'close');
});

test('a request that cannot be made is refused and not thrown', async () => {
  await expect(
    pool.request({ method: 'GET', path: 'no slash' }, { signal: new AbortController().signal }),
  ).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
});
