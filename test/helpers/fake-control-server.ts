import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { encodeBreakpoint, parseRegistration } from '../../src/protocol/breakpoint.ts';
import type { Breakpoint } from '../../src/protocol/breakpoint.ts';
import { encodeControlState } from '../../src/protocol/control-message.ts';
import { encodeCaptureReceipt, parseSnapshot } from '../../src/protocol/snapshot.ts';
import { ACTIVE_PATH, CAPTURE_PATH, REGISTER_PATH, STREAM_PATH } from '../../src/protocol/routes.ts';
import { aBreakpoint } from './a-breakpoint.ts';

/** What a request is for. */
export type FakeRoute = 'capture' | 'register' | 'active' | 'stream';

/** What the server does instead of its job. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'redirect'; readonly location: string }
  /** Resets the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Does its job, then resets the connection: the answer is lost. */
  | { readonly kind: 'lost_answer' }
  /** Does its job, and never says so. */
  | { readonly kind: 'no_answer' }
  | { readonly kind: 'hang' }
  /** Bytes that are not HTTP. */
  | { readonly kind: 'garbage' }
  /** A login page with 200. */
  | { readonly kind: 'html' }
  /** Half an answer, then the connection closes. */
  | { readonly kind: 'truncated' }
  /** An answer of one byte every 20 ms. */
  | { readonly kind: 'slow' }
  | { readonly kind: 'custom'; handle(request: IncomingMessage, response: ServerResponse): void };

/** A request as it arrived, its body decoded. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly route: FakeRoute | null;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A control server in memory that speaks the protocol, records what it gets and can misbehave. */
export interface FakeControlServer {
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly requests: RecordedRequest[];
  /** Stored snapshots by id; those without one under a number. */
  readonly stored: Map<string, unknown>;
  /** Breakpoints by label. */
  readonly breakpoints: Map<string, Breakpoint>;
  /** Refuses every key when false. */
  acceptsKey: boolean;
  killSwitch: boolean;
  rev: number;
  readonly openStreams: number;
  /** Most streams and most sockets that were open at the same time. */
  readonly maxOpenStreams: number;
  readonly maxOpenSockets: number;
  /** Connections since the start. */
  readonly socketCount: number;
  readonly openSockets: number;
  /** Streams opened since the start. */
  readonly streamCount: number;
  requestsTo(route: FakeRoute): RecordedRequest[];
  /** The next `times` requests to the route meet the fault; `null` ends it. */
  misbehave(route: FakeRoute, fault: Fault | null, times?: number): void;
  /** Sends an event to all streams. */
  push(name: string, data: unknown, id?: string): void;
  pushRaw(text: string): void;
  dropStreams(how: 'end' | 'reset'): void;
  /** Resolves once the condition holds; asked after everything that happens here. Rejects after 30 s. */
  until(condition: () => boolean, what?: string): Promise<void>;
  close(): Promise<void>;
}

const EPOCH = 1_700_000_000_000;
const CLIENT = { isForeign: false, withholdExpiry: false } as const;
const DEADLINE_MS = 30_000;

const gunzipAsync = promisify(gunzip);
const zstdAsync = promisify(zstdDecompress);

/** Starts the server on a free port of the loopback interface. */
export async function startFakeControlServer(
  options: { readonly apiKey?: string; readonly port?: number } = {},
): Promise<FakeControlServer> {
  const apiKey = options.apiKey ?? 'sf_abcdefghijkl_test';
  const requests: RecordedRequest[] = [];
  const stored = new Map<string, unknown>();
  const breakpoints = new Map<string, Breakpoint>();
  const faults = new Map<FakeRoute, { readonly fault: Fault; left: number }>();
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  const watchers = new Set<() => void>();
  let maxOpenStreams = 0;
  let maxOpenSockets = 0;
  let socketCount = 0;
  let streamCount = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socketCount += 1;
    afterWhatWaits(() => (maxOpenSockets = Math.max(maxOpenSockets, sockets.size)));
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      happened();
    });
    happened();
  });
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const port = portOf(server);

  const fake: FakeControlServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    apiKey,
    requests,
    stored,
    breakpoints,
    acceptsKey: true,
    killSwitch: false,
    rev: 1,
    get openStreams() {
      return streams.size;
    },
    get maxOpenStreams() {
      return maxOpenStreams;
    },
    get maxOpenSockets() {
      return maxOpenSockets;
    },
    get socketCount() {
      return socketCount;
    },
    get openSockets() {
      return sockets.size;
    },
    get streamCount() {
      return streamCount;
    },
    requestsTo: (route) => requests.filter((request) => request.route === route),
    misbehave(route, fault, times = Infinity) {
      if (fault === null) faults.delete(route);
      else faults.set(route, { fault, left: times });
    },
    push(name, data, id) {
      fake.pushRaw(eventText(name, data, id));
    },
    pushRaw(text) {
      for (const stream of streams) if (!stream.writableEnded) stream.write(text);
    },
    dropStreams(how) {
      for (const stream of streams) {
        if (how === 'end') stream.end();
        else stream.socket?.resetAndDestroy();
      }
    },
    until(condition, what = 'a condition') {
      return new Promise((resolve, reject) => {
        const check = (): void => {
          if (!condition()) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(check);
          reject(new Error(`${what} did not come about within ${DEADLINE_MS} ms`));
        }, DEADLINE_MS);
        watchers.add(check);
        check();
      });
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return fake;

  function happened(): void {
    setImmediate(() => {
      for (const check of watchers) check();
    });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const route = routeOf(path);
    const body = await readBody(request);
    requests.push({ method: request.method ?? '', path, route, headers: request.headers, body });
    happened();
    response.on('close', happened);
    const fault = route === null ? null : nextFault(route);
    if (
      fault !== null &&
      misbehaved(fault, request, response, () => answer(route, request, response, body))
    ) {
      return;
    }
    answer(route, request, response, body);
  }

  function nextFault(route: FakeRoute): Fault | null {
    const planned = faults.get(route);
    if (planned === undefined || planned.left <= 0) return null;
    planned.left--;
    return planned.fault;
  }

  function answer(
    route: FakeRoute | null,
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): void {
    const key = request.headers['x-api-key'];
    if (!fake.acceptsKey || key !== apiKey) {
      sendProblem(response, 401, 'unknown_key');
      return;
    }
    if (route === 'stream') openStream(response);
    else if (route === 'active') sendJson(response, 200, activeState());
    else if (route === 'register') register(response, body);
    else if (route === 'capture') capture(request, response, body);
    else sendProblem(response, 404, 'not_found');
  }

  function version(): string {
    return `${EPOCH}-${fake.rev}`;
  }

  function activeState(): Record<string, unknown> {
    return {
      ...encodeControlState(
        { breakpoints: [...breakpoints.values()], killSwitch: fake.killSwitch, version: version() },
        CLIENT,
      ),
      sse_endpoint: `${STREAM_PATH}shop`,
    };
  }

  function register(response: ServerResponse, body: string): void {
    const registration = parseRegistration(JSON.parse(body));
    if (registration === null) {
      sendProblem(response, 400, 'bad_registration');
      return;
    }
    const known = breakpoints.get(registration.label);
    const breakpoint =
      known ??
      aBreakpoint({
        ...registration,
        id: `00000000-0000-4000-8000-${String(breakpoints.size + 1).padStart(12, '0')}`,
      });
    if (known === undefined) {
      breakpoints.set(registration.label, breakpoint);
      fake.rev++;
    }
    sendJson(response, known === undefined ? 201 : 200, encodeBreakpoint(breakpoint, CLIENT));
  }

  function capture(request: IncomingMessage, response: ServerResponse, body: string): void {
    const isLines = (request.headers['content-type'] ?? '').startsWith('application/x-ndjson');
    const parsed: unknown[] = isLines ? body.split('\n').filter(Boolean).map(parseLine) : [parseLine(body)];
    const items = parsed.flat();
    let accepted = 0;
    let duplicates = 0;
    const rejected: { index: number; code: string }[] = [];
    for (const [index, item] of items.entries()) {
      const snapshot = parseSnapshot(item);
      if (typeof snapshot === 'string') {
        rejected.push({ index, code: snapshot });
        continue;
      }
      const id = snapshot.snapshotId ?? `#${stored.size}`;
      if (stored.has(id)) duplicates++;
      else accepted++;
      stored.set(id, item);
    }
    const isSingle = !isLines && !Array.isArray(parsed[0]);
    const receipt = { accepted, duplicates, rejected, version: version(), killSwitch: fake.killSwitch };
    sendJson(response, isSingle ? 201 : 202, encodeCaptureReceipt(receipt));
  }

  function openStream(response: ServerResponse): void {
    streamCount++;
    streams.add(response);
    afterWhatWaits(() => (maxOpenStreams = Math.max(maxOpenStreams, streams.size)));
    response.on('close', () => streams.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(eventText('init', activeState(), version()));
  }
}

/**
 * Once all that came while this process stood still is read: a connection that was made then may be heard of before the
 * end of the one that it takes the place of.
 */
export function afterWhatWaits(look: () => void): void {
  setImmediate(() => setImmediate(() => setImmediate(look)));
}

/** True when the fault has taken the request. */
function misbehaved(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => void,
): boolean {
  switch (fault.kind) {
    case 'status':
      sendProblem(response, fault.status, 'planned_fault', fault.headers);
      return true;
    case 'redirect':
      response.writeHead(307, { location: fault.location }).end();
      return true;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'lost_answer':
      response.write = () => true;
      response.end = () => response;
      work();
      request.socket.resetAndDestroy();
      return true;
    case 'no_answer':
      response.write = () => true;
      response.end = () => response;
      work();
      return true;
    case 'hang':
      return true;
    case 'garbage':
      request.socket.end('\u0000\u0001 this is not HTTP\r\n\r\n');
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
      return true;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"accepted":1,"dupl');
      setImmediate(() => request.socket.destroy());
      return true;
    case 'slow': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
      return true;
    }
    case 'custom':
      fault.handle(request, response);
      return true;
  }
  return false;
}

/** The port that a listening server got. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** One event in the form of the stream; data is one line of JSON. */
export function eventText(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function routeOf(path: string): FakeRoute | null {
  if (path.endsWith(CAPTURE_PATH)) return 'capture';
  if (path.endsWith(REGISTER_PATH)) return 'register';
  if (path.includes(ACTIVE_PATH)) return 'active';
  if (path.includes(STREAM_PATH)) return 'stream';
  return null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  switch (request.headers['content-encoding']) {
    case 'gzip':
      return (await gunzipAsync(bytes)).toString('utf8');
    case 'zstd':
      return (await zstdAsync(bytes)).toString('utf8');
    default:
      return bytes.toString('utf8');
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  const problem = { type: 'about:blank', title: code, status, code, detail: 'Planned by the test.' };
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify(problem));
}
