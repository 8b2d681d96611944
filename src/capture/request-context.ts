import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { types } from 'node:util';
import type { RequestContext } from '../protocol/snapshot.ts';
import type { JsonObject } from '../protocol/json.ts';

/** Knows during which HTTP request the current code runs. */
export interface RequestContexts {
  /**
   * The request of the running code, or null outside of one. What may change is read at once; the function that comes
   * back describes it, unscrubbed, and may be called later.
   */
  current(): (() => RequestContext) | null;
  /** Lets go of the host's HTTP server. */
  close(): void;
}

/** Published by Node for each request before the application sees it; no server is patched. */
const REQUEST_START = 'http.server.request.start';
const MAX_HEADERS = 64;

/**
 * Request context of plain `node:http` servers (and of the frameworks built on them) by Node's own diagnostics channel.
 * A request costs one store of its object; headers and URL are read only when something is captured.
 */
export function createHttpRequestContexts(): RequestContexts {
  // Weak, since whatever a request starts inherits this store: a pool's socket would keep the request for as long as
  // it lives. While a request is answered, Node holds it by its response.
  const requests = new AsyncLocalStorage<WeakRef<object>>();

  function onRequest(message: unknown): void {
    try {
      const request = readOwn(message, 'request');
      if (typeof request === 'object' && request !== null) requests.enterWith(new WeakRef(request));
    } catch {
      // Node makes an uncaught exception of what a subscriber throws, and anyone may publish here.
    }
  }
  subscribe(REQUEST_START, onRequest);

  return {
    current() {
      const request = requests.getStore()?.deref();
      return request === undefined ? null : readRequest(request);
    },
    close() {
      unsubscribe(REQUEST_START, onRequest);
      requests.disable();
    },
  };
}

/** Reads only own data properties: an application may have put accessors on its request. */
function readRequest(request: object): () => RequestContext {
  // Express strips the mount path off `url` and keeps the whole in `originalUrl`.
  const url = readText(request, 'originalUrl') || readText(request, 'url');
  const method = readText(request, 'method');
  const ip = readAddress(request);
  const rawHeaders = readRawHeaders(readOwn(request, 'rawHeaders'));
  return () => {
    const headers = joinHeaders(rawHeaders);
    const question = url.indexOf('?');
    const userAgent = headers['user-agent'];
    return {
      method,
      path: question === -1 ? url : url.slice(0, question),
      url,
      ip,
      userAgent: typeof userAgent === 'string' ? userAgent : '',
      query: question === -1 ? {} : readQuery(url.slice(question + 1)),
      headers,
    };
  };
}

/** A copy of names and values in turn, at most so many: the request's own list is not ours to keep. */
function readRawHeaders(raw: unknown): unknown[] {
  const copy: unknown[] = [];
  if (types.isProxy(raw) || !Array.isArray(raw)) return copy;
  // By index: `slice` would ask the list for its species.
  for (let index = 0; index < raw.length && index < MAX_HEADERS * 2; index++) copy.push(raw[index]);
  return copy;
}

function joinHeaders(raw: readonly unknown[]): JsonObject {
  const headers: JsonObject = Object.create(null) as JsonObject;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const given = raw[index];
    const value = raw[index + 1];
    if (typeof given !== 'string' || typeof value !== 'string') continue;
    const name = given.toLowerCase();
    const before = headers[name];
    headers[name] = typeof before === 'string' ? `${before}, ${value}` : value;
  }
  return headers;
}

const MAX_QUERY_PARAMETERS = 64;

function readQuery(text: string): JsonObject {
  const query: JsonObject = Object.create(null) as JsonObject;
  let count = 0;
  for (const [name, value] of new URLSearchParams(text.slice(0, 8_192))) {
    if (++count > MAX_QUERY_PARAMETERS) break;
    query[name] = value;
  }
  return query;
}

/** The peer's address as Node's socket knows it; forwarding headers are not trusted. */
function readAddress(request: object): string {
  const socket = readOwn(request, 'socket');
  if (typeof socket !== 'object' || socket === null || types.isProxy(socket)) return '';
  const address: unknown = Reflect.get(socket, 'remoteAddress');
  return typeof address === 'string' ? address : '';
}

function readText(holder: object, name: string): string {
  const value = readOwn(holder, name);
  return typeof value === 'string' ? value : '';
}

function readOwn(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null
    ? Object.getOwnPropertyDescriptor(holder, name)?.value
    : undefined;
}
