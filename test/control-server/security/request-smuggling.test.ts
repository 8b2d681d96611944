import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '../../../control-server/http/app.ts';
import { openApp } from '../http/open-app.ts';
import { exchange } from '../ingest/raw-exchange.ts';

let app: App;
let port: number;
const reached: string[] = [];
beforeAll(async () => {
  app = openApp().app;
  app.post('/first', ({ body }) => ({ body }));
  app.get('/smuggled', () => {
    reached.push('smuggled');
    return {};
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app.close());

const HEAD = 'POST /first HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const SECOND = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

it.each([
  ['a length and chunks', `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SECOND}`],
  ['chunks and a length', `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${SECOND}`],
  ['two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}${SECOND}`],
  ['a length that is a list', `${HEAD}Content-Length: 2, 2\r\n\r\n{}${SECOND}`],
  ['a length with a sign', `${HEAD}Content-Length: +2\r\n\r\n{}${SECOND}`],
  ['a length in hexadecimal', `${HEAD}Content-Length: 0x2\r\n\r\n{}${SECOND}`],
  ['a negative length', `${HEAD}Content-Length: -1\r\n\r\n${SECOND}`],
  [
    'two codings of which the last is not chunked',
    `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SECOND}`,
  ],
  ['a space before the colon', `${HEAD}Content-Length : 2\r\n\r\n{}${SECOND}`],
  ['a folded header', `${HEAD}X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}${SECOND}`],
  ['a bare LF after a header', `${HEAD}X: a\nContent-Length: 2\r\n\r\n{}${SECOND}`],
  ['a bare CR in a header', `${HEAD}X: a\rContent-Length: 2\r\n\r\n${SECOND}`],
  ['a NUL in a header', `${HEAD}X: a\0b\r\nContent-Length: 2\r\n\r\n{}${SECOND}`],
  ['a chunk size that is none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${SECOND}`],
  [
    'a chunk that is longer than it says',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${SECOND}`,
  ],
  ['a version that is none', `POST /first HTTP/9.9\r\nHost: localhost\r\n\r\n${SECOND}`],
])('refuses %s, and reads nothing behind it', async (_what, text) => {
  reached.length = 0;
  const answer = await exchange(port, text);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
  expect(reached).toEqual([]);
});

it.each(['TRACE', 'CONNECT', 'DEBUG', 'PROPFIND'])('gives nothing back for %s', async (method) => {
  const answer = await exchange(
    port,
    `${method} /first HTTP/1.1\r\nHost: localhost\r\nX-Secret: z9secretz9\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).not.toMatch(/^HTTP\/1\.1 2|z9secretz9/);
});

it.each([
  ['no Host', ''],
  ['two Hosts', 'Host: localhost\r\nHost: evil.example\r\n'],
  ['the same Host twice', 'Host: localhost\r\nhost: localhost\r\n'],
])('refuses %s: whoever stands in front may have heeded another', async (_what, hosts) => {
  const answer = await exchange(port, `GET /smuggled HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 4(?:00|21)/);
});
