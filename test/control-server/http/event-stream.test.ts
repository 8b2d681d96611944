import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  encodeComment,
  encodeEvent,
  MAX_BACKLOG_BYTES,
  MAX_LINE_BYTES,
  openEventStream,
} from '../../../control-server/http/event-stream.ts';
import type { EventStream, StreamEnd } from '../../../control-server/http/event-stream.ts';
import { listen } from '../live/listen.ts';
import { openStream } from '../live/stream-reader.ts';

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
    await vi.waitFor(() => expect(reader.raw()).toBe(': open\n\n'));
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
    await vi.waitFor(() => expect(reader.events).toHaveLength(40));
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
});
