import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { DeliveryError } from './delivery-error.ts';

/** What came back for a request, up to where its body begins. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Has to be read to its end or discarded: until then it has its connection for itself. */
  readonly body: AnswerBody;
}

/** The body of an answer, piece by piece as it comes. */
export interface AnswerBody {
  /** The next piece; null at the end, and once it is discarded. Rejects when the rest will not come. One read at a time. */
  read(): Promise<Uint8Array | null>;
  /** Lets go of what nobody will read; its connection closes. Safe to call again and at the end. */
  discard(): void;
}

/** What a request is made of. */
export type ExchangeOptions = Pick<
  Dispatcher.DispatchOptions,
  'origin' | 'path' | 'method' | 'body' | 'headers'
>;

/** How its caller gives a request up, and hears of it. */
export interface ExchangeHooks {
  readonly signal: AbortSignal;
  /** Its first byte is about to be written: before that nobody can have got it, from then on somebody may. */
  onStart?(): void;
}

/**
 * Sends a request. Resolves at the headers of its answer, whatever its status; rejects with the signal's reason as soon as
 * it aborts, and aborting later breaks the body off. Never follows a redirect.
 *
 * Straight on a dispatcher and not by undici's `request`: each request by that, its body and its answer outlive V8's
 * collections of young objects, so that they stay until all of the heap is collected, minutes later. That is 32 KB for
 * each body of 24 KB; with this it is nothing.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: ExchangeOptions,
  hooks: ExchangeHooks,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const handler = new Exchange(resolve, reject, hooks);
    if (hooks.signal.aborted) handler.abort();
    else start(dispatcher, options, handler);
  });
}

function start(dispatcher: Dispatcher, options: ExchangeOptions, handler: Exchange): void {
  try {
    dispatcher.dispatch(options, handler);
  } catch (error) {
    handler.onResponseError(null, error);
  }
}

/** As many as Node's streams let wait to be read. */
const MAX_WAITING_BYTES = 65_536;

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

class Exchange implements Dispatcher.DispatchHandler, AnswerBody {
  /** Who waits for the headers; null when they came, or will not. */
  #caller: Waiting<Answer> | null;
  #reader: Waiting<Uint8Array | null> | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #pieces: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Nothing more will come; with an error, something is missing. */
  #end: { readonly error: unknown } | 'complete' | null = null;
  readonly #hooks: ExchangeHooks;

  constructor(resolve: (answer: Answer) => void, reject: (error: unknown) => void, hooks: ExchangeHooks) {
    this.#caller = { resolve, reject };
    this.#hooks = hooks;
    hooks.signal.addEventListener('abort', this.abort, { once: true });
  }

  readonly abort = (): void => this.#breakOff(this.#hooks.signal.reason);

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for a connection: thrown, it costs the request and not the connection.
    if (this.#end !== null) throw gone();
    this.#hooks.onStart?.();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#caller?.resolve({ status, headers, body: this });
    this.#caller = null;
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    // An empty one comes each time that a paused answer goes on.
    if (this.#end !== null || piece.byteLength === 0) return;
    if (this.#reader !== null) {
      this.#takeReader()?.resolve(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#waitingBytes += piece.byteLength;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.#finish('complete');
  }

  onResponseError(controller: Dispatcher.DispatchController | null, error: unknown): void {
    this.#finish({ error });
    // A refusal of a proxy is told so while its answer goes on.
    controller?.abort(gone());
  }

  read(): Promise<Uint8Array | null> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#waitingBytes -= piece.byteLength;
      if (this.#waitingBytes === 0 && this.#end === null) this.#controller?.resume();
      return Promise.resolve(piece);
    }
    const end = this.#end;
    if (end === 'complete') return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      if (end !== null) reject(end.error);
      else this.#reader = { resolve, reject };
    });
  }

  discard(): void {
    if (this.#end === null) {
      this.#finish('complete');
      this.#controller?.abort(gone());
    }
    this.#pieces = [];
  }

  #breakOff(reason: unknown): void {
    if (this.#end !== null) return;
    this.#finish({ error: reason });
    this.#pieces = [];
    this.#controller?.abort(gone());
  }

  #finish(end: { readonly error: unknown } | 'complete'): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#hooks.signal.removeEventListener('abort', this.abort);
    const caller = this.#caller;
    this.#caller = null;
    const reader = this.#takeReader();
    if (end === 'complete') {
      reader?.resolve(null);
      caller?.reject(gone());
    } else {
      reader?.reject(end.error);
      caller?.reject(end.error);
    }
  }

  #takeReader(): Waiting<Uint8Array | null> | null {
    const reader = this.#reader;
    this.#reader = null;
    return reader;
  }
}

function gone(): DeliveryError {
  return new DeliveryError('aborted', 'The request was given up');
}
