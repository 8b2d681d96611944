import { EventSource } from 'eventsource';
import type { FetchLike, FetchLikeResponse, ReaderLike } from 'eventsource';
import { createParser } from 'eventsource-parser';
import { STREAM_EVENTS } from '../protocol/control-message.ts';
import { isRecord } from '../protocol/json.ts';

/** Why a stream is over. */
export interface StreamFailure {
  readonly message: string;
  /** HTTP status, when the server answered with another than 200. */
  readonly status: number | null;
  /** What it asked for in `Retry-After`, in milliseconds, uncapped. */
  readonly retryAfterMs: number | null;
  /** It was sent more than it takes: megabytes of the host's memory each time. */
  readonly isFlood?: true;
}

/** One connection of one event stream. It never reconnects. */
export interface EventStream {
  /** Ends it at once and without a call of `onFailure`. */
  close(): void;
}

/** Where a stream goes to and whom it tells. */
export interface EventStreamOptions {
  readonly url: URL;
  readonly fetch: FetchLike;
  /** Sent as `Last-Event-ID`, unless empty. */
  readonly lastEventId: string;
  /** A longer event ends the stream. */
  readonly maxEventChars: number;
  /** The server answered 200 with an event stream. */
  onOpen(): void;
  onEvent(name: string, data: string, lastEventId: string): void;
  /** Called at most once, after which nothing else is called. */
  onFailure(failure: StreamFailure): void;
}

const EVENT_NAMES: ReadonlySet<string> = new Set([...STREAM_EVENTS, 'message']);

/**
 * Opens a stream. The reconnecting of the eventsource package is never reached: it has no back-off, and a `retry:` of
 * the server would govern it, down to a storm. The end of the body and a failed fetch are therefore reported to us and
 * not to it. No listener throws, since Node makes an uncaught exception of that.
 *
 * It opens the stream and judges the answer; what the body says goes from its parser straight to us. As events of the
 * source, each would be a `MessageEvent`, and the first one makes Node load the whole of its own `fetch`: some 15 ms of
 * the host's thread at once, and 2 MB.
 */
export function openEventStream(options: EventStreamOptions): EventStream {
  let isOver = false;

  const source = new EventSource(options.url, {
    fetch: async (url, init) => {
      // The constructor calls this: a failure is to find `source` made.
      await Promise.resolve();
      try {
        const headers =
          options.lastEventId === ''
            ? init.headers
            : { ...init.headers, 'Last-Event-ID': options.lastEventId };
        return watchBody(await options.fetch(url, { ...init, headers, redirect: 'manual' }));
      } catch (error) {
        fail(describeFailure(error));
        return forever();
      }
    },
  });
  source.addEventListener('open', () => whileRunning(() => options.onOpen()));
  // Only what eventsource itself refuses comes this way: a status or a content type.
  source.addEventListener('error', (event) =>
    fail({ message: event.message ?? 'the stream failed', status: event.code ?? null, retryAfterMs: null }),
  );

  return {
    close() {
      isOver = true;
      source.close();
    },
  };

  function watchBody(response: FetchLikeResponse): FetchLikeResponse {
    const { body } = response;
    if (body === null) return response;
    return {
      url: response.url,
      status: response.status,
      redirected: false,
      headers: response.headers,
      body: { getReader: () => ownReader(body.getReader()) },
    };
  }

  /** Gives eventsource nothing to read; it only learns that it may let go. */
  function ownReader(reader: ReaderLike): ReaderLike {
    return {
      async read() {
        try {
          await readEvents(reader);
          fail({ message: 'the server ended the stream', status: null, retryAfterMs: null });
        } catch (error) {
          fail(describeFailure(error));
        }
        return forever();
      },
      cancel: () => reader.cancel(),
    };
  }

  async function readEvents(reader: ReaderLike): Promise<void> {
    const decoder = new TextDecoder();
    let lastEventId = '';
    const parser = createParser({
      maxBufferSize: options.maxEventChars,
      onId: (id) => (lastEventId = id),
      onEvent({ event: name = 'message', data }) {
        if (EVENT_NAMES.has(name)) whileRunning(() => options.onEvent(name, data, lastEventId));
      },
      onError(error) {
        if (error.type !== 'max-buffer-size-exceeded') return;
        fail({ message: error.message, status: null, retryAfterMs: null, isFlood: true });
      },
    });
    for (;;) {
      const { done, value } = await reader.read();
      // After the end of a stream nothing more of it counts, and its parser refuses what follows a line that was too long.
      if (done || isOver) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  function fail(failure: StreamFailure): void {
    if (isOver) return;
    isOver = true;
    source.close();
    quietly(() => options.onFailure(failure));
  }

  function whileRunning(tell: () => void): void {
    if (!isOver) quietly(tell);
  }
}

/** A promise that never settles: whoever waits for it is garbage together with it. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The owner has its own boundary; this one protects the host.
  }
}

/** What an error of any fetch says. Ours carries a status and a delay. */
export function describeFailure(error: unknown): StreamFailure {
  const details = isRecord(error) ? error : {};
  return {
    message: error instanceof Error ? error.message : String(error),
    status: typeof details['status'] === 'number' ? details['status'] : null,
    retryAfterMs: typeof details['retryAfterMs'] === 'number' ? details['retryAfterMs'] : null,
  };
}
