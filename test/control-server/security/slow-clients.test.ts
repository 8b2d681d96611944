import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openApp } from '../http/open-app.ts';
import type { App } from '../../../control-server/http/app.ts';
import { eventually } from '../../helpers/until.ts';

const HOST = 'Host: localhost\r\n';
/** More than kernels buffer of an answer that nobody reads. */
const LARGE = 'x'.repeat(32 * 1024 * 1024);

let app: App;
let port: number;
beforeEach(async () => {
  app = openApp().app;
  app.post('/echo', ({ body }) => ({ body }));
  app.get('/large', () => LARGE);
  // As configured, but shorter: the limits themselves are held elsewhere.
  app.server.headersTimeout = 1_000;
  app.server.requestTimeout = 2_000;
  app.server.timeout = 2_000;
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(() => app.close());

/** Sends parts of a request, one every 50 ms, until the server hangs up; gives what it said. */
function drip(parts: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(parts[0] ?? ''));
    const rest = parts.slice(1).values();
    const timer = setInterval(() => {
      const next = rest.next();
      if (next.done !== true) socket.write(next.value);
    }, 50);
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

it('hangs up on headers that come a byte at a time', async () => {
  const slowly = [...'GET /echo HTTP/1.1\r\nHost: localhost\r\nX-Slow: '.repeat(20)];
  expect(await drip(slowly)).toMatch(/^HTTP\/1\.1 408 request_timeout\r\n/);
});

it('hangs up on a body that comes a byte at a time, though something always moves', async () => {
  const head = `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  const answer = await drip([head, ...'"'.padEnd(900, 'x')]);
  expect(answer).toMatch(/^HTTP\/1\.1 408/);
});

it('hangs up on who sends nothing at all, or half a request', async () => {
  expect(await drip([''])).toMatch(/^(?:$|HTTP\/1\.1 408)/);
  expect(await drip([`GET /echo HTTP/1.1\r\n${HOST}`])).toMatch(/^(?:$|HTTP\/1\.1 408)/);
});

it('hangs up on who does not read the answer', async () => {
  const socket = await new Promise<Socket>((resolve) => {
    const opened = connect(port, '127.0.0.1', () => resolve(opened));
  });
  socket.pause();
  const served = new Promise<Socket>((resolve) => {
    app.server.once('request', (request: IncomingMessage) => resolve(request.socket));
  });
  socket.on('error', () => undefined);
  socket.write(`GET /large HTTP/1.1\r\n${HOST}\r\n`);
  const theirs = await served;
  await new Promise((resolve) => theirs.once('close', resolve));
  socket.destroy();
});

it('holds hundreds of half-open connections no longer than its limits, and serves others meanwhile', async () => {
  const sockets = Array.from({ length: 400 }, () => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /echo HTTP/1.1\r\nX: '));
    // What nobody reads would keep a socket that the server has ended.
    socket.on('error', () => undefined).resume();
    return new Promise((resolve) => socket.on('close', resolve));
  });
  // On a machine that stands still this request is a slow one too.
  await eventually(async () => {
    const served = await fetch(`http://127.0.0.1:${port}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await served.json()).toEqual({ body: { a: 1 } });
  });
  await Promise.all(sockets);
});
