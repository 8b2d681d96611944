import { request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isRecord } from '../../../src/protocol/json.ts';
import type { UnknownRecord } from '../../../src/protocol/json.ts';

/** One event as the SSE specification makes it of the bytes. */
export interface ReadEvent {
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
}

/** The fields of an event's data. */
export function fieldsOf({ data }: ReadEvent): UnknownRecord {
  if (!isRecord(data)) throw new Error(`Not an object: ${JSON.stringify(data)}`);
  return data;
}

/** A client of an event stream. */
export interface StreamReader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Everything received, as text. */
  readonly raw: () => string;
  readonly events: readonly ReadEvent[];
  /** The first event for which the predicate holds, received before or after the call. */
  readonly waitFor: (matches: (event: ReadEvent) => boolean, timeoutMs?: number) => Promise<ReadEvent>;
  readonly next: (name: string, timeoutMs?: number) => Promise<ReadEvent>;
  /** Resolves when the server ended the stream or the socket died. */
  readonly ended: Promise<void>;
  readonly close: () => void;
  readonly response: IncomingMessage;
}

/** Opens a stream and reads it to its end; resolves with the headers. */
export function openStream(url: string, headers: Record<string, string> = {}): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const call: ClientRequest = request(url, {
      headers: { accept: 'text/event-stream', ...headers },
      agent: false,
    });
    call.on('error', reject);
    call.on('response', (response) => resolve(readStream(call, response)));
    call.end();
  });
}

function readStream(call: ClientRequest, response: IncomingMessage): StreamReader {
  const events: ReadEvent[] = [];
  const listeners = new Set<() => void>();
  let text = '';
  let parsedUpTo = 0;
  const taken = new Map<string, number>();
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n', parsedUpTo); end !== -1; end = text.indexOf('\n\n', parsedUpTo)) {
      const event = parseBlock(text.slice(parsedUpTo, end));
      parsedUpTo = end + 2;
      if (event !== null) events.push(event);
    }
    for (const listener of listeners) listener();
  });
  const ended = new Promise<void>((resolve) => {
    response.on('close', resolve);
    response.on('error', () => resolve());
  });
  call.on('error', () => undefined);

  function waitFor(matches: (event: ReadEvent) => boolean, timeoutMs = 30_000, from = 0): Promise<ReadEvent> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const event = events.slice(from).find(matches);
        if (event === undefined) return;
        finish();
        resolve(event);
      };
      const finish = (): void => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`No such event within ${timeoutMs} ms; received:\n${text}`));
      }, timeoutMs);
      listeners.add(look);
      look();
    });
  }

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    raw: () => text,
    events,
    waitFor,
    async next(name, timeoutMs) {
      const from = taken.get(name) ?? 0;
      const event = await waitFor((candidate) => candidate.name === name, timeoutMs, from);
      taken.set(name, events.indexOf(event) + 1);
      return event;
    },
    ended,
    close: () => call.destroy(),
    response,
  };
}

function parseBlock(block: string): ReadEvent | null {
  let name = '';
  let id = '';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (line.startsWith('event:')) name = value;
    else if (line.startsWith('id:')) id = value;
    else if (line.startsWith('data:')) data.push(value);
  }
  return data.length === 0 ? null : { name, id, data: JSON.parse(data.join('\n')) as unknown };
}
