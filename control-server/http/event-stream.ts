import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { encodeProblem, ProblemError } from './problem.ts';

/** One event of a stream before it is encoded. */
export interface StreamEvent {
  /** The `event:` field. Every event is named. */
  readonly name: string;
  /** Sent as JSON. */
  readonly data: unknown;
  /** The `id:` field, for an event that changes state. */
  readonly id?: string;
}

/** Why a stream ended: we ended it, the client went away, or the client did not read. */
export type StreamEnd = 'ended' | 'gone' | 'slow';

/** One client that listens. */
export interface EventStream {
  readonly isOpen: boolean;
  /** Hands an encoded frame to the socket; ends the stream when the client is too far behind. */
  send(frame: Buffer): void;
  /** Sends a heartbeat, and ends a stream whose client has read nothing since four heartbeats. */
  beat(frame: Buffer): void;
  /** Ends the stream in order, after an optional last frame. Resolves when its socket is free, within a second. */
  end(lastFrame?: Buffer): Promise<void>;
}

/** What a stream needs beside request and response. */
export interface EventStreamOptions {
  /** Called exactly once, when the stream is over for whatever reason. */
  readonly onClose: (reason: StreamEnd) => void;
  /** Bytes that may wait for a client that reads slowly. Default 256 KiB. */
  readonly maxBacklogBytes?: number;
}

/** Bytes that may wait for a client before it is dropped. */
export const MAX_BACKLOG_BYTES: number = 256 * 1024;
/** Longest line of a frame in bytes: the Go client's scanner gives up on a line of 64 KiB with its line end. */
export const MAX_LINE_BYTES: number = 64 * 1024 - 1;

const MAX_UNREAD_BEATS = 4;
const TCP_KEEPALIVE_MS = 30_000;
const LINGER_MS = 1_000;
const DATA_PREFIX = 'data: ';

/**
 * Encodes an event once; the same Buffer may go to any number of clients.
 * @throws TypeError when name or id could break out of its line (CR, LF or NUL), or the name is empty
 */
export function encodeEvent(event: StreamEvent): Buffer {
  if (event.name === '') throw new TypeError('An event needs a name.');
  refuseLineBreak('name', event.name);
  if (event.id !== undefined) refuseLineBreak('id', event.id);
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  // JSON text has no raw line break: JSON.stringify escapes each control character within a string.
  const json = Buffer.from(JSON.stringify(event.data));
  return Buffer.concat([Buffer.from(`event: ${event.name}\n${id}`), ...dataLines(json), Buffer.from('\n')]);
}

/** A line that clients ignore; it opens proxies' buffers. */
export function encodeComment(text: string): Buffer {
  refuseLineBreak('comment', text);
  return Buffer.from(`: ${text}\n\n`);
}

function refuseLineBreak(field: string, text: string): void {
  // oxlint-disable-next-line no-control-regex -- these three are what could end a field
  if (/[\r\n\0]/.test(text)) throw new TypeError(`The ${field} of an event may not hold CR, LF or NUL.`);
}

/** One line, or several that a client joins with LF: white space to JSON, so the cuts lie between tokens. */
function dataLines(json: Buffer): Buffer[] {
  const prefix = Buffer.from(DATA_PREFIX);
  const end = Buffer.from('\n');
  const room = MAX_LINE_BYTES - prefix.length;
  const lines: Buffer[] = [];
  let start = 0;
  for (const cut of tokenCuts(json, room)) {
    lines.push(prefix, json.subarray(start, cut), end);
    start = cut;
  }
  return lines;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Where lines end: behind a comma outside of strings, as late as fits. A single longer token stays in one line. */
function tokenCuts(json: Buffer, room: number): number[] {
  if (json.length <= room) return [json.length];
  const cuts: number[] = [];
  let lineStart = 0;
  let lastComma = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (index - lineStart >= room && lastComma > lineStart) {
      cuts.push(lastComma);
      lineStart = lastComma;
    }
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COMMA) lastComma = index + 1;
  }
  cuts.push(json.length);
  return cuts;
}

/** What opens the buffers of proxies. */
const OPENED = encodeComment('open');

/** Answers a request for a stream that cannot be had now: as problem+json, and when to come back. */
export function refuseEventStream(
  response: ServerResponse,
  refusal: { readonly status: 429 | 503; readonly code: string; readonly detail: string },
): void {
  const { status, code, detail } = refusal;
  response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Retry-After': '5' });
  response.end(encodeProblem(new ProblemError(status, code, detail)));
}

/** The last request that came over a socket, of the servers that {@link watchRequests} was told of. It is kept by nothing here. */
const lastRequests = new WeakMap<Socket, WeakRef<IncomingMessage>>();

/** Lets the streams of a server cost less: without it nobody knows whether another request waits behind that of a stream. */
export function watchRequests(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    lastRequests.set(request.socket, new WeakRef(request));
  });
}

/**
 * Takes the response over as an event stream: headers and a first comment leave at once.
 *
 * Frames go to the socket itself where they can, chunked once for all clients: `response.write` costs a third more CPU a
 * client, and nothing of a broadcast leaves before the end of the turn. Whoever writes to thousands of streams yields in
 * between all the same.
 *
 * Where it is safe, Node is told in the next turn that the response has ended, without the bytes that say so: it lets go of
 * request and response, two thirds of what a stream holds of the heap.
 */
export function openEventStream(
  request: IncomingMessage,
  response: ServerResponse,
  options: EventStreamOptions,
): EventStream {
  return new OpenedStream(request, response, options);
}

/**
 * A class and not closures: ten thousand of them are written to in one loop, which costs what it touches. Of an open stream
 * that is this object, its socket, and nothing of the response.
 */
class OpenedStream implements EventStream {
  #state: 'open' | StreamEnd = 'open';
  /** Null while frames have to go through the response. */
  #direct: Socket | null = null;
  /** Null once it was let go of. */
  #response: ServerResponse | null;
  readonly #socket: Socket;
  readonly #maxBacklogBytes: number;
  // One large frame (the first state of a big service) may wait in full without counting as slowness.
  #largeFrameBytes = 0;
  #unreadBeats = 0;
  #isBacklogCheckDue = false;
  readonly #onClose: EventStreamOptions['onClose'];

  constructor(request: IncomingMessage, response: ServerResponse, options: EventStreamOptions) {
    this.#response = response;
    this.#onClose = options.onClose;
    this.#maxBacklogBytes = options.maxBacklogBytes ?? MAX_BACKLOG_BYTES;
    const { socket } = request;
    this.#socket = socket;
    // Before the first write: a client that is gone by then must not leave anything behind.
    response.on('close', () => {
      if (this.#response !== null) this.#close('gone');
    });
    response.on('error', () => this.#close('gone'));
    this.#noteDrains();
    if (response.destroyed || socket.destroyed) {
      this.#close('gone');
      return;
    }
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    socket.setNoDelay(true);
    socket.setTimeout(0);
    if (lastRequests.has(socket) && request.httpVersion === '1.1') {
      // Node would close the socket behind a response of which the client, as our agents do, says that it is the last one.
      response.shouldKeepAlive = true;
      response.removeHeader('Connection');
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    // The head leaves with it; what follows in this turn goes into the same packet.
    response.write(OPENED);
    setImmediate(() => this.#letGo(request, response));
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  send(frame: Buffer): void {
    if (this.#state !== 'open') return;
    if (frame.length > this.#maxBacklogBytes) this.#largeFrameBytes += frame.length;
    this.#write(frame);
    if (this.#isBehind() && !this.#isBacklogCheckDue) {
      // Node hands the writes of a turn to the kernel at its end: what it took is no backlog.
      this.#isBacklogCheckDue = true;
      setImmediate(() => this.#dropWhenBehind());
    }
  }

  beat(frame: Buffer): void {
    if (this.#state !== 'open') return;
    this.#unreadBeats = this.#waitingBytes() === 0 ? 0 : this.#unreadBeats + 1;
    if (this.#unreadBeats < MAX_UNREAD_BEATS) this.send(frame);
    else this.#drop();
  }

  end(lastFrame?: Buffer): Promise<void> {
    if (this.#state !== 'open') return Promise.resolve();
    if (lastFrame !== undefined) this.#write(lastFrame);
    this.#close('ended');
    const response = this.#response;
    const socket = this.#socket;
    return new Promise((resolve) => {
      // A client that reads nothing would keep its socket, and with it a shutdown, waiting. After a turn of its own: a process
      // that stood still has this timer due before anything of the last words went to the kernel.
      const timer = setTimeout(() => setImmediate(() => socket.destroy()), LINGER_MS).unref();
      socket.on('close', () => clearTimeout(timer));
      (response ?? socket).on('close', resolve);
      if (response === null) socket.end(LAST_CHUNK, () => resolve());
      // Not the socket of the response, which a pipelined one has only when its turn has come.
      else response.end(() => socket.end());
    });
  }

  /** Not in the constructor: what the socket keeps would keep all that any closure of it names, the response too. */
  #noteDrains(): void {
    this.#socket.on('drain', () => {
      this.#largeFrameBytes = 0;
      this.#unreadBeats = 0;
    });
  }

  #letGo(request: IncomingMessage, response: ServerResponse): void {
    const socket = this.#socket;
    if (this.#state !== 'open' || socketOf(response) !== socket || response.writableLength > 0) return;
    // HTTP/1.0, or a client that has sent another request already.
    if (!response.shouldKeepAlive || lastRequests.get(socket)?.deref() !== request) return;
    this.#direct = socket;
    this.#response = null;
    socket.on('close', () => this.#close('gone'));
    // Behind Node's own listener, which gives the socket the timeout of one that waits for the next request.
    response.on('finish', () => socket.setTimeout(0));
    // The stream goes on: its last chunk is ours to write.
    response.chunkedEncoding = false;
    response.end();
    // Nor may a request come any more, whose answer would stand in the middle of the stream.
    socket.removeAllListeners('data');
    socket.on('data', () => socket.destroy());
  }

  #write(frame: Buffer): void {
    if (this.#direct === null && this.#response !== null) this.#direct = socketOf(this.#response);
    if (this.#direct !== null) this.#direct.write(chunkOf(frame));
    else this.#response?.write(frame);
  }

  #waitingBytes(): number {
    return (this.#direct ?? this.#response)?.writableLength ?? 0;
  }

  #isBehind(): boolean {
    return this.#waitingBytes() > this.#maxBacklogBytes + this.#largeFrameBytes;
  }

  #dropWhenBehind(): void {
    this.#isBacklogCheckDue = false;
    if (this.#state === 'open' && this.#isBehind()) this.#drop();
  }

  #drop(): void {
    this.#close('slow');
    this.#socket.destroy();
  }

  #close(reason: StreamEnd): void {
    if (this.#state !== 'open') return;
    this.#state = reason;
    this.#onClose(reason);
  }
}

const LAST_CHUNK = '0\r\n\r\n';

/**
 * What frames may be written to past the response, whose head was written before: when it has its socket, nothing waits in
 * it, and its chunks are framed as HTTP/1.1 does. Not for HTTP/1.0, nor for a pipelined response whose turn has not come.
 * Once it is so it stays so: nothing is written through the response any more.
 */
function socketOf(response: ServerResponse): Socket | null {
  const { socket } = response;
  const isDirect =
    socket !== null && response.chunkedEncoding && response.writableLength <= socket.writableLength;
  return isDirect ? socket : null;
}

const chunks = new WeakMap<Buffer, Buffer>();

/** Made once for the many clients that are sent the same frame. */
function chunkOf(frame: Buffer): Buffer {
  let chunk = chunks.get(frame);
  if (chunk === undefined) {
    chunk = Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')]);
    chunks.set(frame, chunk);
  }
  return chunk;
}
