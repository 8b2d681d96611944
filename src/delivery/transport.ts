import type { FetchLike } from 'eventsource';
import { API_KEY_HEADER, INSTANCE_HEADER } from '../protocol/routes.ts';
import { MAX_STREAM_EVENT_CHARS } from '../protocol/limits.ts';
import { readErrorAnswer, readJsonAnswer } from './answer.ts';
import type { AnswerHeaders } from './answer.ts';
import { abortable, SYSTEM_CLOCK } from './clock.ts';
import type { Clock } from './clock.ts';
import { createPoolOn } from './connection.ts';
import type { Route } from './connection.ts';
import { createCompressor, simplerEncoding } from './compression.ts';
import type { ContentEncoding } from './compression.ts';
import { DeliveryError, isAccessDenied, toDeliveryError } from './delivery-error.ts';
import { createKeyring } from './keyring.ts';
import { openStreamOver } from './stream-fetch.ts';

/** What {@link createTransport} needs to know. */
export interface TransportOptions {
  /** Base URL of the control server; a path in it is kept in front of every path. */
  readonly endpoint: URL;
  /** Default: straight, trusting whom Node trusts. */
  readonly route?: Route;
  /** Asked once, and again after the server refused the key. */
  readonly apiKey: () => string | Promise<string>;
  readonly instanceId: string;
  readonly userAgent: string;
  /** Total time of one request, from the key to the last byte of the answer. Default 5,000. */
  readonly requestTimeoutMs?: number;
  /** Time for name, TCP and TLS. Default 10,000; a request is bounded by its own time as well. */
  readonly connectTimeoutMs?: number;
  /** Largest answer in bytes. Default: as large as the largest event of the stream. */
  readonly maxAnswerBytes?: number;
  readonly clock?: Clock;
}

/** One call to the control server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path of the protocol, encoded, starting with `/`. */
  readonly path: string;
  readonly body?: Uint8Array;
  readonly contentType?: string;
  /** Gives the request up at once. */
  readonly signal?: AbortSignal;
  /** It begins to go over the wire: without this call the server cannot have got it. Again after {@link onRepack}. */
  onStart?(): void;
  /** The server refuses how the body is packed: it goes once more, packed otherwise. */
  onRepack?(): void;
}

/** An answer of 2xx. */
export interface TransportAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The JSON value, or null when there was no body. */
  readonly body: unknown;
}

/** The agent's only way out. Nothing in it keeps the host's process alive. */
export interface Transport {
  /**
   * One try. Rejects with a {@link DeliveryError} and nothing else, for every answer outside of 2xx too. Never follows
   * a redirect.
   */
  request(request: TransportRequest): Promise<TransportAnswer>;
  /**
   * `fetch` as the eventsource package wants it, for the control stream: a connection of its own, no time limit. Rejects
   * with a {@link DeliveryError} for any status but 200, and for a URL of another origin.
   */
  readonly openStream: FetchLike;
  /** Full URL of a path of the protocol. */
  resolve(path: string): URL;
  /** Aborts what is in flight and closes all connections. Safe to call again. */
  close(): Promise<void>;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** Longer than the 15 s between two reports, so that an idle agent keeps its connection. */
const KEEP_ALIVE_MS = 20_000;
/** One for uploads, one so that a report or a poll never waits behind an upload. */
const MAX_REQUEST_SOCKETS = 2;

/** Connects an agent to its control server. Opens no connection before the first call. */
export function createTransport(options: TransportOptions): Transport {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const connectTimeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
  const maxAnswerBytes = options.maxAnswerBytes ?? MAX_STREAM_EVENT_CHARS;
  const { origin, pathname } = options.endpoint;
  const basePath = pathname.replace(/\/+$/, '');
  const keyring = createKeyring(options.apiKey, () => clock.now());
  const route = options.route ?? { proxy: null, authorities: null };
  const requests = createPoolOn(route, origin, {
    maxSockets: MAX_REQUEST_SOCKETS,
    keepAliveMs: KEEP_ALIVE_MS,
    connectTimeoutMs: Math.min(connectTimeoutMs, requestTimeoutMs),
  });
  const streams = createPoolOn(route, origin, { maxSockets: 1, keepAliveMs: 0, connectTimeoutMs });
  const compressor = createCompressor(clock.setTimer);
  let preferredEncoding: ContentEncoding = 'zstd';
  let closed = false;

  return {
    async request(request) {
      if (closed) throw new DeliveryError('aborted', 'The transport is closed');
      const deadline = startDeadline(clock, requestTimeoutMs, request.signal);
      try {
        return await send(request, deadline.signal);
      } catch (error) {
        const failure = toDeliveryError(error);
        if (isAccessDenied(failure)) keyring.forget();
        throw failure;
      } finally {
        deadline.clear();
      }
    },

    openStream: openStreamOver(streams, {
      origin,
      clock,
      headers: baseHeaders,
      onDenied: () => keyring.forget(),
    }),

    resolve: (path) => new URL(basePath + path, origin),

    async close() {
      closed = true;
      compressor.close();
      await Promise.allSettled([requests.destroy(), streams.destroy()]);
    },
  };

  async function baseHeaders(signal: AbortSignal): Promise<Record<string, string>> {
    return {
      [API_KEY_HEADER]: await abortable(keyring.key(), signal),
      [INSTANCE_HEADER]: options.instanceId,
      'user-agent': options.userAgent,
    };
  }

  /** The server has no part in it. */
  function keyIsLate(): DeliveryError {
    return new DeliveryError(
      'api_key_timeout',
      `The apiKey function gave no key within ${requestTimeoutMs} ms`,
    );
  }

  async function send(request: TransportRequest, signal: AbortSignal): Promise<TransportAnswer> {
    const headers = await baseHeaders(signal).catch((error: unknown) => {
      throw isLate(error) ? keyIsLate() : error;
    });
    headers['accept'] = 'application/json';
    if (request.contentType !== undefined) headers['content-type'] = request.contentType;
    const body =
      request.body === undefined
        ? null
        : await abortable(compressor.encode(request.body, preferredEncoding), signal);
    if (body !== null && body.encoding !== 'identity') headers['content-encoding'] = body.encoding;

    const {
      status,
      headers: answerHeaders,
      body: answer,
    } = await requests.request(
      {
        method: request.method,
        path: basePath + request.path,
        headers,
        ...(body === null ? {} : { body: body.bytes }),
      },
      { signal, ...(request.onStart === undefined ? {} : { onStart: request.onStart }) },
    );
    if (status >= 200 && status < 300) {
      return {
        status,
        headers: answerHeaders,
        body: await readJsonAnswer(answerHeaders, answer, maxAnswerBytes),
      };
    }
    const failure = await readErrorAnswer(status, answerHeaders, answer, clock.wallNow());
    const simpler = status === 415 && body !== null ? simplerEncoding(body.encoding) : null;
    if (simpler === null) throw failure;
    preferredEncoding = simpler;
    request.onRepack?.();
    return send(request, signal);
  }
}

function isLate(error: unknown): boolean {
  return error instanceof DeliveryError && error.code === 'timeout';
}

/** A signal that aborts after `timeoutMs`, or when `outer` does. `AbortSignal.any` keeps long-lived signals growing. */
function startDeadline(
  clock: Clock,
  timeoutMs: number,
  outer: AbortSignal | undefined,
): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const cancel = clock.setTimer(
    () => controller.abort(new DeliveryError('timeout', `No complete answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const giveUp = (): void =>
    controller.abort(new DeliveryError('aborted', 'The request was given up', { cause: outer?.reason }));
  if (outer?.aborted === true) giveUp();
  else outer?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    clear() {
      cancel();
      outer?.removeEventListener('abort', giveUp);
    },
  };
}
