import type { FetchLike, ReaderLike } from 'eventsource';
import { headerText, readErrorAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import { DeliveryError, isAccessDenied, toDeliveryError } from './delivery-error.ts';
import type { AnswerBody } from './exchange.ts';
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
      const answer = await pool.request(
        {
          method: 'GET',
          path: url.pathname + url.search,
          headers: { ...init.headers, ...(await options.headers(signal)) },
        },
        { signal },
      );
      if (answer.status !== 200) {
        throw await readStatus(answer.status, answer.headers, answer.body, options.clock);
      }
      return {
        url: url.href,
        status: answer.status,
        redirected: false,
        headers: { get: (name) => headerText(answer.headers, name) },
        body: { getReader: () => readPieces(answer.body) },
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
  body: AnswerBody,
  clock: Clock,
): Promise<DeliveryError> {
  if (status >= 300) return readErrorAnswer(status, headers, body, clock.wallNow());
  body.discard();
  return new DeliveryError('bad_answer', `The control server answered ${status} instead of a stream`, {
    status,
  });
}

/** A reader as eventsource uses one. A web stream around the body would cost a copy of every piece. */
function readPieces(body: AnswerBody): ReaderLike {
  return {
    async read() {
      const value = await body.read();
      return value === null ? { done: true } : { done: false, value };
    },
    async cancel() {
      body.discard();
      await Promise.resolve();
    },
  };
}
