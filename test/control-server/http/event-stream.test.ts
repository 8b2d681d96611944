import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import {
  encodeComment,
  encodeEvent,
  MAX_BACKLOG_BYTES,
  MAX_LINE_BYTES,
  openEventStream,
  watchRequests,
} from '../../../control-server/http/event-stream.ts';
import type { EventStream, StreamEnd } from '../../../control-server/http/event-stream.ts';
import { createSelfSignedCertificate } from '../../helpers/self-signed-certificate.ts';
import { listen } from '../live/listen.ts';
import { openStream } from '../live/stream-reader.ts';
import { eventually } from '../../helpers/until.ts';

describe('encodeEvent', () => {
  test('writes name, id and one line of JSON with LF line ends', () => {
    const frame = encodeEvent({ name: 'init', id: '17-4', data: { text: 'a\r\nb\u2028c\0' } });
    expect(frame.toString()).toBe('event: init\nid: 17-4\ndata: {"text":"a\\r\\nb\u2028c\\u0000"}\n\n');
  });

  test.each(['\n', '\r', '\r\n', '\0'])('refuses %j in a name, an id and a comment', (bad) => {
    expect(() => encodeEvent({ name: `a${bad}data: {}`, data: 1 })).toThrow(TypeError);
    expect(() => encodeEvent({ name: 'a', id: `1${bad}event: kill_switch`, data: 1 })).toThrow(TypeError);
    expect(() => encodeComment(`x${bad}event: y`)).toThrow(TypeError);
  });

  test('refuses an event without a name', () => {
    expect(() => encodeEvent({ name: '', data: 1 })).toThrow(TypeError);
  });

  test('keeps what fits in one line, and splits one byte more between tokens', () => {
    const overhead = Buffer.byteLength('data: ["",1]');
    const fits = encodeEvent({ name: 'x', data: ['a'.repeat(MAX_LINE_BYTES - overhead), 1] });
    expect(dataLines(fits)).toHaveLength(1);
    const over = encodeEvent({ name: 'x', data: ['a'.repeat(MAX_LINE_BYTES - overhead + 1), 1] });
    expect(dataLines(over)).toHaveLength(2);
    expect(dataLines(over)[1]).toBe('1]');
  });

  test('splits a large state into lines below 64 KiB that join to the same JSON', () => {
    const data = Array.from({ length: 4_000 }, (_, index) => ({
      id: `id-${index}`,
      label: `quote " comma , back\\slash \\" ünï ${'x'.repeat(index % 97)}`,
    }));
    const frame = encodeEvent({ name: 'init', data });
    const lines = dataLines(frame);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of frame.toString().split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(65_536);
    expect(JSON.parse(lines.join('\n'))).toEqual(data);
  });

  test('leaves a single longer token whole rather than break it', () => {
    const data = { long: 'a,b'.repeat(30_000), after: true };
    expect(JSON.parse(dataLines(encodeEvent({ name: 'x', data })).join('\n'))).toEqual(data);
  });
});

function dataLines(frame: Buffer): string[] {
  return frame
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length));
}

/** A client that sends a request and never reads. */
async function openDeaf(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  await once(socket, 'connect');
  return socket;
}

describe('openEventStream', () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  interface Opened {
    readonly stream: EventStream;
    readonly response: ServerResponse;
    readonly ended: Promise<StreamEnd>;
  }

  /** A server whose only answer is a stream; `opened` resolves with the first one. */
  async function serve(before?: (response: ServerResponse) => void): Promise<{
    readonly port: number;
    readonly url: string;
    readonly opened: Promise<Opened>;
  }> {
    const { promise, resolve } = Promise.withResolvers<Opened>();
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      before?.(response);
      const end = Promise.withResolvers<StreamEnd>();
      const stream = openEventStream(request, response, { onClose: end.resolve });
      resolve({ stream, response, ended: end.promise });
    });
    servers.push(server);
    const port = await listen(server);
    return { port, url: `http://127.0.0.1:${port}/`, opened: promise };
  }

  test('sends headers that no proxy buffers, and a comment at once', async () => {
    const { url } = await serve((response) => response.setHeader('x-content-type-options', 'nosniff'));
    const reader = await openStream(url);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await eventually(() => expect(reader.raw()).toBe(': open\n\n'));
  });

  test('delivers frames in order and ends in order', async () => {
    const { url, opened } = await serve();
    const reader = await openStream(url);
    const { stream, ended } = await opened;
    for (let count = 0; count < 100; count++) stream.send(encodeEvent({ name: 'n', data: count }));
    const end = stream.end(encodeEvent({ name: 'bye', data: {} }));
    await reader.ended;
    expect(reader.events.map(({ data }) => data)).toEqual([...Array.from({ length: 100 }, (_, n) => n), {}]);
    await expect(ended).resolves.toBe('ended');
    await end;
    expect(stream.isOpen).toBe(false);
  });

  test('says once that the client went away', async () => {
    const { url, opened } = await serve();
    const reader = await openStream(url);
    const { stream, ended } = await opened;
    reader.close();
    await expect(ended).resolves.toBe('gone');
    expect(stream.isOpen).toBe(false);
    stream.send(encodeEvent({ name: 'late', data: 1 }));
    await stream.end();
  });

  test('leaves nothing behind for a client that was gone before the stream opened', async () => {
    const { url, opened } = await serve((response) => response.destroy());
    await expect(openStream(url)).rejects.toThrow();
    await expect((await opened).ended).resolves.toBe('gone');
  });

  test('drops a client that is more than 256 KiB behind, and holds no more than that for it', async () => {
    const { port, opened } = await serve();
    const socket = await openDeaf(port);
    const { stream, response, ended } = await opened;
    const frame = encodeEvent({ name: 'x', data: 'x'.repeat(16_000) });
    let backlog = 0;
    for (let count = 0; count < 5_000 && stream.isOpen; count++) {
      stream.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
      backlog = Math.max(backlog, stream.isOpen ? response.writableLength : 0);
    }
    await expect(ended).resolves.toBe('slow');
    expect(backlog).toBeGreaterThan(0);
    expect(backlog).toBeLessThanOrEqual(MAX_BACKLOG_BYTES);
    socket.destroy();
  });

  test('does not take many frames of one turn for slowness', async () => {
    const { url, opened } = await serve();
    const reader = await openStream(url);
    const { stream } = await opened;
    const frame = encodeEvent({ name: 'x', data: 'x'.repeat(16_000) });
    for (let count = 0; count < 40; count++) stream.send(frame);
    await eventually(() => expect(reader.events).toHaveLength(40));
    expect(stream.isOpen).toBe(true);
  });

  test('lets one frame beyond the bound wait whole: the first state of a large service is not slowness', async () => {
    const { url, opened } = await serve();
    const reader = await openStream(url);
    const { stream } = await opened;
    const data = Array.from({ length: 30_000 }, (_, index) => `breakpoint ${index} ${'x'.repeat(30)}`);
    stream.send(encodeEvent({ name: 'init', data }));
    stream.send(encodeEvent({ name: 'after', data: 1 }));
    await reader.next('after');
    expect(reader.events[0]?.data).toEqual(data);
    expect(stream.isOpen).toBe(true);
  });

  test('drops a client that has read nothing over four heartbeats', async () => {
    const { port, opened } = await serve();
    const socket = await openDeaf(port);
    const { stream, response, ended } = await opened;
    // Fill the kernel's buffers, so that something waits in the process, but less than the bound.
    const frame = encodeEvent({ name: 'x', data: 'x'.repeat(60_000) });
    for (let count = 0; count < 5_000 && response.writableLength === 0; count++) {
      stream.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(response.writableLength).toBeGreaterThan(0);
    const beat = encodeEvent({ name: 'heartbeat', data: { t: 0 } });
    for (let count = 0; count < 3; count++) stream.beat(beat);
    expect(stream.isOpen).toBe(true);
    stream.beat(beat);
    await expect(ended).resolves.toBe('slow');
    socket.destroy();
  });

  test('frees the socket within a second of an end that its client does not read', async () => {
    const { port, opened } = await serve();
    const socket = await openDeaf(port);
    const { stream, response } = await opened;
    stream.send(encodeEvent({ name: 'x', data: Array.from({ length: 9_000 }, () => 'x'.repeat(1_000)) }));
    await stream.end();
    expect(response.destroyed).toBe(true);
    socket.destroy();
  });

  test('serves a client of HTTP/1.0, which knows no chunks', async () => {
    const { port, opened } = await serve();
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    socket.write('GET / HTTP/1.0\r\n\r\n');
    const { stream } = await opened;
    stream.send(encodeEvent({ name: 'a', data: 1 }));
    await stream.end();
    await once(socket, 'close');
    expect(text.split('\r\n\r\n')[1]).toBe(': open\n\nevent: a\ndata: 1\n\n');
  });

  test('keeps the order of a pipelined request, whose stream has to wait for its turn', async () => {
    const answers: ServerResponse[] = [];
    const { promise, resolve } = Promise.withResolvers<EventStream>();
    const server = createServer((request, response) => {
      answers.push(response);
      if (answers.length === 2) resolve(openEventStream(request, response, { onClose: () => undefined }));
    });
    servers.push(server);
    const socket = connect(await listen(server), '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const stream = await promise;
    stream.send(encodeEvent({ name: 'a', data: 1 }));
    answers[0]?.end('first');
    stream.send(encodeEvent({ name: 'b', data: 2 }));
    await stream.end();
    await once(socket, 'close');
    const frames = [
      '8\r\n: open\n\n\r\n',
      '12\r\nevent: a\ndata: 1\n\n\r\n',
      '12\r\nevent: b\ndata: 2\n\n\r\n',
    ];
    expect(text.slice(text.indexOf('first'))).toMatch(/^firstHTTP\/1\.1 200 OK\r\n/);
    expect(text.split('\r\n\r\n').slice(2).join('\r\n\r\n')).toBe(`${frames.join('')}0\r\n\r\n`);
  });

  const certificate = createSelfSignedCertificate();

  /** The same server and the same client, with and without encryption between them. */
  const TRANSPORTS = [
    { name: 'http', serve: createServer, open: (port: number): Socket => connect(port, '127.0.0.1') },
    {
      name: 'https',
      serve: (listener: RequestListener): Server => createHttpsServer(certificate, listener),
      open: (port: number): Socket =>
        connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: certificate.cert }),
    },
  ];

  describe.each(TRANSPORTS)('of a server over $name whose requests are watched', (transport) => {
    /** Raw text of everything that a client hears; the promise of the stream that it opened, once it was let go of. */
    async function serveWatched(head: string): Promise<{
      readonly socket: Socket;
      readonly text: () => string;
      readonly stream: EventStream;
      readonly response: ServerResponse;
      readonly ended: Promise<StreamEnd>;
    }> {
      const opened = Promise.withResolvers<Opened>();
      const server = transport.serve((request, response) => {
        if (request.url !== '/') {
          response.end('another answer');
          return;
        }
        const end = Promise.withResolvers<StreamEnd>();
        const stream = openEventStream(request, response, { onClose: end.resolve });
        opened.resolve({ stream, response, ended: end.promise });
      });
      watchRequests(server);
      servers.push(server);
      server.keepAliveTimeout = 1;
      const { socket, text } = read(transport.open(await listen(server)), head);
      return { socket, text, ...(await opened.promise) };
    }

    /** Sends a request, and keeps what comes back. */
    function read(socket: Socket, head: string): { readonly socket: Socket; readonly text: () => string } {
      socket.on('error', () => undefined);
      socket.setEncoding('utf8');
      let text = '';
      socket.on('data', (chunk: string) => (text += chunk));
      socket.write(head);
      return { socket, text: () => text };
    }

    const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
    const HEAD = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

    test.each([
      HEAD,
      // As our agents ask, who use no connection twice.
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ])('lets go of the response and sends on, as chunks that end in order: %j', async (head) => {
      const { socket, text, stream, response, ended } = await serveWatched(head);
      stream.send(encodeEvent({ name: 'a', data: 1 }));
      if (!response.destroyed) await once(response, 'close');
      expect(stream.isOpen).toBe(true);
      stream.send(encodeEvent({ name: 'b', data: 2 }));
      const closed = once(socket, 'close');
      await stream.end(encodeEvent({ name: 'bye', data: 3 }));
      await closed;
      await expect(ended).resolves.toBe('ended');
      expect(bodyOf(text())).toBe(
        [
          '8\r\n: open\n\n\r\n',
          '12\r\nevent: a\ndata: 1\n\n\r\n',
          '12\r\nevent: b\ndata: 2\n\n\r\n',
          '14\r\nevent: bye\ndata: 3\n\n\r\n',
          '0\r\n\r\n',
        ].join(''),
      );
    });

    test('keeps neither request nor response', async () => {
      setFlagsFromString('--expose-gc');
      // oxlint-disable-next-line no-unsafe-type-assertion -- what the flag gives to new contexts
      const collect = runInNewContext('gc') as () => void;
      const kept: WeakRef<object>[] = [];
      const opened = Promise.withResolvers<EventStream>();
      const server = transport.serve((request, response) => {
        kept.push(new WeakRef(request), new WeakRef(response));
        opened.resolve(openEventStream(request, response, { onClose: () => undefined }));
      });
      watchRequests(server);
      servers.push(server);
      const { socket, text } = read(transport.open(await listen(server)), HEAD);
      const stream = await opened.promise;
      await eventually(() => {
        collect();
        expect(kept.map((ref) => ref.deref() === undefined)).toEqual([true, true]);
      });
      stream.send(encodeEvent({ name: 'later', data: 1 }));
      await eventually(() => expect(text()).toContain('event: later'));
      socket.destroy();
    });

    test('gives the socket no timeout of one that waits for a request', async () => {
      const { socket, response } = await serveWatched(HEAD);
      const served = response.req.socket;
      if (!response.destroyed) await once(response, 'close');
      expect(served.timeout).toBe(0);
      socket.destroy();
    });

    test('hears of a client that goes away', async () => {
      const { socket, response, stream, ended } = await serveWatched(HEAD);
      if (!response.destroyed) await once(response, 'close');
      socket.end();
      await expect(ended).resolves.toBe('gone');
      expect(stream.isOpen).toBe(false);
    });

    test('drops a client that is more than 256 KiB behind', async () => {
      const { socket, response, stream, ended } = await serveWatched(HEAD);
      const served = response.req.socket;
      if (!response.destroyed) await once(response, 'close');
      socket.pause();
      const frame = encodeEvent({ name: 'x', data: 'x'.repeat(16_000) });
      let backlog = 0;
      for (let count = 0; count < 5_000 && stream.isOpen; count++) {
        stream.send(frame);
        await new Promise((resolve) => setImmediate(resolve));
        backlog = Math.max(backlog, stream.isOpen ? served.writableLength : 0);
      }
      await expect(ended).resolves.toBe('slow');
      expect(backlog).toBeGreaterThan(0);
      expect(backlog).toBeLessThanOrEqual(MAX_BACKLOG_BYTES);
      expect(served.destroyed).toBe(true);
      socket.destroy();
    });

    test('frees the socket of a client that reads nothing within a second of its end', async () => {
      const { socket, response, stream } = await serveWatched(HEAD);
      const served = response.req.socket;
      if (!response.destroyed) await once(response, 'close');
      socket.pause();
      stream.send(encodeEvent({ name: 'x', data: Array.from({ length: 9_000 }, () => 'x'.repeat(1_000)) }));
      await stream.end();
      expect(served.destroyed).toBe(true);
      socket.destroy();
    });

    test('says its end also when the process stands still for longer than it waits for the client', async () => {
      const { socket, text, stream } = await serveWatched(
        `${HEAD}GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      const closed = once(socket, 'close');
      stream.send(encodeEvent({ name: 'a', data: 1 }));
      const ended = stream.end();
      const goesOnMs = performance.now() + 1_100;
      while (performance.now() < goesOnMs);
      await ended;
      await closed;
      expect(bodyOf(text())).toContain('event: a\ndata: 1\n\n\r\n0\r\n\r\n');
    });

    test('hangs up on a client that sends another request behind it, unanswered', async () => {
      const { socket, text, response, ended } = await serveWatched(HEAD);
      if (!response.destroyed) await once(response, 'close');
      socket.write('GET /other HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'close');
      await expect(ended).resolves.toBe('gone');
      expect(bodyOf(text())).toBe('8\r\n: open\n\n\r\n');
    });

    test('answers a request that came with it only when the stream has ended', async () => {
      const { socket, text, stream } = await serveWatched(
        `${HEAD}GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      const closed = once(socket, 'close');
      stream.send(encodeEvent({ name: 'a', data: 1 }));
      await stream.end();
      await closed;
      expect(bodyOf(text()).split('HTTP/1.1')[0]).toBe(
        '8\r\n: open\n\n\r\n12\r\nevent: a\ndata: 1\n\n\r\n0\r\n\r\n',
      );
    });

    test('keeps the response of a client of HTTP/1.0, whose connection ends with it', async () => {
      const { socket, text, response, stream } = await serveWatched('GET / HTTP/1.0\r\n\r\n');
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(response.writableEnded).toBe(false);
      stream.send(encodeEvent({ name: 'a', data: 1 }));
      const closed = once(socket, 'close');
      await stream.end();
      await closed;
      expect(bodyOf(text())).toBe(': open\n\nevent: a\ndata: 1\n\n');
    });
  });
});
