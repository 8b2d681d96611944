import type { DropReason } from '../protocol/drop-reason.ts';
import { isRecord } from '../protocol/json.ts';
import { CAPTURE_PATH } from '../protocol/routes.ts';
import { parseCaptureReceipt } from '../protocol/snapshot.ts';
import type { Breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import { DeliveryError, isAccessDenied, isRefusal, toDeliveryError } from './delivery-error.ts';
import { encodeLines } from './queue.ts';
import type { QueuedLine } from './queue.ts';
import { retry } from './retries.ts';
import type { RetryLimits } from './retries.ts';
import type { Transport } from './transport.ts';
import type { Unconfirmed } from './unconfirmed.ts';

/** What became of lines that were taken out of the queue. */
export interface UploadEvents {
  onStored(lines: readonly QueuedLine[]): void;
  /** The server refuses these. */
  onRejected(lines: readonly QueuedLine[]): void;
  /** None of these is stored as far as we know. */
  onLost(reason: DropReason, lines: readonly QueuedLine[]): void;
  /** These went over the wire, or were to; whatever came of it, which is said next. */
  onSent(lines: readonly QueuedLine[]): void;
  /** These were not sent and are still good: the breaker opened, or the key was refused. */
  onReturned(lines: readonly QueuedLine[]): void;
  onDenied(error: DeliveryError): void;
  onError(error: DeliveryError): void;
}

/** Why an upload is to make no further try, when it is. */
export interface Abandonment {
  /** No further try. */
  readonly signal: AbortSignal;
  /** The present try is given up as well. */
  readonly now: AbortSignal;
  readonly reason: () => DropReason;
}

/**
 * Sends batches. Each line given to it ends in exactly one of `onStored`, `onRejected`, `onLost` and `onReturned`.
 * @param closing aborts even what is on the wire
 */
export function createUpload(deps: {
  readonly transport: Transport;
  readonly breaker: Breaker;
  readonly limits: RetryLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly closing: AbortSignal;
  readonly unconfirmed: Unconfirmed;
  readonly events: UploadEvents;
}): (lines: readonly QueuedLine[], abandonment: Abandonment) => Promise<void> {
  const { transport, breaker, limits, clock, random, closing, unconfirmed, events } = deps;

  return async function upload(lines, abandonment) {
    const returned = await send(lines, abandonment);
    if (returned.length > 0) events.onReturned(returned);
  };

  /** Resolves with what was not sent and is still good, in its order. */
  async function send(
    lines: readonly QueuedLine[],
    abandonment: Abandonment,
  ): Promise<readonly QueuedLine[]> {
    try {
      const answer = await breaker.run((signal) =>
        retry(
          () => post(lines, [signal, abandonment.now, closing]),
          limits,
          clock,
          random,
          abandonment.signal,
        ),
      );
      events.onSent(lines);
      settleReceipt(answer, lines);
      return [];
    } catch (caught) {
      const error = toDeliveryError(caught);
      if (error.status === 413 && lines.length > 1 && !abandonment.signal.aborted) {
        const middle = lines.length >> 1;
        const returned = await send(lines.slice(0, middle), abandonment);
        return sendRest(returned, lines.slice(middle), abandonment);
      }
      return settleFailure(error, lines, abandonment);
    }
  }

  /** The second part of a batch, unless it is clear since the first that it is not to be sent. */
  async function sendRest(
    returned: readonly QueuedLine[],
    rest: readonly QueuedLine[],
    abandonment: Abandonment,
  ): Promise<readonly QueuedLine[]> {
    if (abandonment.signal.aborted) {
      events.onLost(abandonment.reason(), [...returned, ...rest]);
      return [];
    }
    return returned.length > 0 ? [...returned, ...rest] : send(rest, abandonment);
  }

  async function post(lines: readonly QueuedLine[], signals: readonly AbortSignal[]): Promise<unknown> {
    const aborted = new AbortController();
    const abort = (): void => aborted.abort(signals.find((signal) => signal.aborted)?.reason);
    for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
    if (signals.some((signal) => signal.aborted)) abort();
    let isSent = false;
    try {
      const answer = await transport.request({
        method: 'POST',
        path: CAPTURE_PATH,
        contentType: 'application/x-ndjson',
        body: encodeLines(lines),
        signal: aborted.signal,
        onStart() {
          if (!isSent) unconfirmed.sent(lines);
          isSent = true;
        },
        onRepack() {
          if (isSent) unconfirmed.refused(lines);
          isSent = false;
        },
      });
      // A proxy or a captive portal can say 204 too: only a receipt says that something was stored.
      if (!isRecord(answer.body)) {
        throw new DeliveryError('bad_answer', 'The answer has no receipt: is this the control server?');
      }
      return answer.body;
    } catch (error) {
      if (isSent && isRefusal(error)) unconfirmed.refused(lines);
      throw error;
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    }
  }

  /** A receipt is a claim of the other side: it can say less than we sent, never more. */
  function settleReceipt(answer: unknown, lines: readonly QueuedLine[]): void {
    const sent = lines.length;
    const receipt = parseCaptureReceipt(answer, sent);
    const refused = new Set(
      receipt.rejected.map((item) => item.index).filter((index) => Number.isInteger(index) && index < sent),
    );
    const taken = lines.filter((_line, index) => !refused.has(index));
    // A receipt that names fewer than it refused does not say which: the last ones then.
    const stored = taken.slice(0, receipt.accepted + receipt.duplicates);
    unconfirmed.confirmed(stored);
    if (stored.length > 0) events.onStored(stored);
    if (stored.length === sent) return;
    const rejected = [...taken.slice(stored.length), ...lines.filter((_line, index) => refused.has(index))];
    unconfirmed.refused(rejected);
    events.onRejected(rejected);
  }

  function settleFailure(
    error: DeliveryError,
    lines: readonly QueuedLine[],
    abandonment: Abandonment,
  ): readonly QueuedLine[] {
    if (error.code !== 'breaker_open' && error.code !== 'aborted') events.onError(error);
    if (abandonment.signal.aborted) events.onLost(abandonment.reason(), lines);
    else if (closing.aborted) events.onLost('shutdown', lines);
    else if (error.code === 'breaker_open') return lines;
    else if (isAccessDenied(error) || error.code === 'api_key_timeout') {
      events.onDenied(error);
      return lines;
    } else {
      events.onSent(lines);
      events.onLost(reasonFor(error), lines);
    }
    return [];
  }
}

/** Under which reason a batch is lost by this error. */
function reasonFor(error: DeliveryError): DropReason {
  if (error.status === 413) return 'size';
  const isRefused =
    error.status !== null &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 408 &&
    error.status !== 429;
  return isRefused ? 'rejected' : 'send';
}
