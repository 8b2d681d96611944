import type { Readable } from 'node:stream';
import type { FetchLike, ReaderLike } from 'eventsource';
import { discardBody, headerText, readErrorAnswer } from './answer.ts';
import { abortable } from './clock.ts';
import type { Clock } from './clock.ts';
import { DeliveryError, isAccessDenied, toDeliveryError } from './delivery-error.ts';
import type { ConnectionPool } from './undici.ts';

/**
 * `fetch` for one event stream at a time. It rejects for every status but 200, so that the caller learns the reason and
 * `Retry-After`; it never follows a redirect and refuses any other origin, since it sends the key.
 */
export function openStreamOver(
  pool: ConnectionPool,
  options: {
    readonly origin: string;
    readonly clock: Clock;
    headers(signal: AbortSignal): Promise<Record<string, string>>;
    onDenied(): void;
  },
): FetchLike {
  return async (address, init) => {
    const url = new URL(address);
    if (url.origin !== options.origin) {
      throw new DeliveryError('redirect', 'The stream is at another origin; the key is not sent there');
    }
    const signal: AbortSignal = init.signal;
    try {
      const response = await abortable(
        pool.request({
          method: 'GET',
          path: url.pathname + url.search,
          headers: { ...init.headers, ...(await options.headers(signal)) },
          signal,
        }),
        signal,
        (late) => discardBody(late.body),
      );
      if (response.statusCode !== 200) {
        throw await abortable(
          readStatus(response.statusCode, response.headers, response.body, options.clock),
          signal,
        );
      }
      return {
        url: url.href,
        status: response.statusCode,
        redirected: false,
        headers: { get: (name) => headerText(response.headers, name) },
        body: { getReader: () => readChunks(response.body) },
      };
    } catch (error) {
      const failure = toDeliveryError(error);
      if (isAccessDenied(failure)) options.onDenied();
      throw failure;
    }
  };
}

/** 204 and the like are as good as an error here: no stream. */
async function readStatus(
  status: number,
  headers: Parameters<typeof readErrorAnswer>[1],
  body: Readable,
  clock: Clock,
): Promise<DeliveryError> {
  if (status >= 300) return readErrorAnswer(status, headers, body, clock.wallNow());
  discardBody(body);
  return new DeliveryError('bad_answer', `The control server answered ${status} instead of a stream`, {
    status,
  });
}

/** A reader as eventsource uses one. A web stream around the body would cost a copy of every chunk. */
function readChunks(body: Readable): ReaderLike {
  body.on('error', () => {});
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  return {
    async read() {
      const next = await chunks.next();
      return next.done === true ? { done: true } : { done: false, value: next.value };
    },
    async cancel() {
      discardBody(body);
      await Promise.resolve();
    },
  };
}
