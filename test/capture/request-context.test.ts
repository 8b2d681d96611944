import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpRequestContexts } from '../../src/capture/request-context.ts';
import type { RequestContexts } from '../../src/capture/request-context.ts';
import { readTraceContext } from '../../src/capture/trace-context.ts';
import { until } from '../helpers/until.ts';
import type { RequestContext } from '../../src/protocol/snapshot.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Serves one handler and answers with the context it saw after an await. */
async function contextOf(
  path: string,
  headers: Record<string, string>,
  look: (contexts: RequestContexts) => Promise<RequestContext | null>,
): Promise<RequestContext | null> {
  const contexts = createHttpRequestContexts();
  const server = createServer((_request, response) => {
    void look(contexts).then((context) => response.end(JSON.stringify(context)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close(), contexts.close);
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, path, headers, host: '127.0.0.1' }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(JSON.parse(text) as RequestContext | null));
    }).on('error', reject);
  });
}

function answerRequest(handle: () => void): WeakRef<object> {
  const request = { method: 'GET' };
  channel('http.server.request.start').publish({ request });
  handle();
  return new WeakRef(request);
}

describe('request context', () => {
  it('is that of the request in whose code we are, also after an await', async () => {
    const context = await contextOf(
      '/orders/7?page=2&q=a%20b',
      { 'User-Agent': 'curl/8' },
      async (contexts) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return contexts.current()?.() ?? null;
      },
    );
    expect(context).toMatchObject({
      method: 'GET',
      path: '/orders/7',
      url: '/orders/7?page=2&q=a%20b',
      ip: '127.0.0.1',
      userAgent: 'curl/8',
      query: { page: '2', q: 'a b' },
      headers: { 'user-agent': 'curl/8' },
    });
  });

  it('lets nothing that somebody else publishes reach the host as an exception', async () => {
    const contexts = createHttpRequestContexts();
    closers.push(contexts.close);
    const exceptions: unknown[] = [];
    const listen = (error: unknown): void => void exceptions.push(error);
    process.on('uncaughtException', listen);
    const fail = (): never => {
      throw new Error('mine');
    };
    channel('http.server.request.start').publish(
      new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('uncaughtException', listen);
    expect(exceptions).toEqual([]);
  });

  it('does not keep a request alive for what it started, such as the sockets of a pool', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const contexts = createHttpRequestContexts();
    // Made out here, where the request is in no scope that a closure keeps.
    const look = (): RequestContext | null => contexts.current()?.() ?? null;
    let started: (() => unknown) | undefined;
    const startSomething = (): void => void (started = AsyncLocalStorage.bind(look));
    const request = new AsyncLocalStorage().run(null, () => answerRequest(startSomething));
    expect(started?.()).toMatchObject({ method: 'GET' });
    await until('the request is garbage', () => {
      collectGarbage();
      return request.deref() === undefined;
    });
    expect(started?.()).toBeNull();
    contexts.close();
  });

  it('is as it was at the capture, though it is described later', () => {
    const contexts = createHttpRequestContexts();
    closers.push(contexts.close);
    const request = { method: 'GET', url: '/orders/7', rawHeaders: ['X-Tenant', 'a'] };
    const describeRequest = new AsyncLocalStorage().run(null, () => {
      channel('http.server.request.start').publish({ request });
      return contexts.current();
    });
    Object.assign(request, { method: 'POST', url: '/rewritten' });
    request.rawHeaders.splice(0, 2, 'X-Tenant', 'b');
    expect(describeRequest?.()).toMatchObject({
      method: 'GET',
      url: '/orders/7',
      headers: { 'x-tenant': 'a' },
    });
  });

  it('is null outside of a request', () => {
    const contexts = createHttpRequestContexts();
    closers.push(contexts.close);
    expect(contexts.current()).toBeNull();
  });

  it('keeps a header named __proto__ as data', async () => {
    const context = await contextOf(
      '/',
      { __proto__x: '1' },
      async (contexts) => contexts.current()?.() ?? null,
    );
    expect(Object.keys(context?.headers ?? {})).toContain('__proto__x');
  });
});

describe('trace context', () => {
  const request = (traceparent: string): RequestContext => ({
    method: 'GET',
    path: '/',
    url: '/',
    ip: '',
    userAgent: '',
    query: {},
    headers: { traceparent },
  });
  const trace = 'a87aa2b3b518dc546269c324abee6f3b';
  const span = '7b1174e59722937a';

  it.each([
    [`00-${trace}-${span}-01`, trace, span],
    [`00-${trace}-${span}-00`, trace, null],
    [`cc-${trace}-${span}-03-future`, trace, span],
    [`00-${'0'.repeat(32)}-${span}-01`, null, null],
    [`00-${trace}-${'0'.repeat(16)}-01`, null, null],
    ['garbage', null, null],
    ['', null, null],
  ])('of %s', (traceparent, traceId, spanId) => {
    expect(readTraceContext(request(traceparent))).toEqual({ traceId, spanId });
  });

  it('is none outside of a request', () => {
    expect(readTraceContext(null)).toEqual({ traceId: null, spanId: null });
  });
});
