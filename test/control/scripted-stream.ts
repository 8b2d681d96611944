import type { FetchLike } from 'eventsource';
import { eventText } from '../helpers/fake-control-server.ts';

/** One call of the scripted fetch. */
export interface ScriptedConnection {
  readonly headers: Readonly<Record<string, string>>;
  /** True once the caller gave it up. */
  readonly isAborted: boolean;
  /** The answer begins: 200 and an event stream, unless said otherwise. */
  answer(status?: number, contentType?: string): Promise<void>;
  send(name: string, data: unknown, id?: string): Promise<void>;
  sendRaw(text: string): Promise<void>;
  end(): Promise<void>;
  fail(reason: unknown): Promise<void>;
}

/** A `fetch` whose connections a test answers by hand; no socket and no timer is involved. */
export function createScriptedFetch(): {
  readonly fetch: FetchLike;
  readonly connections: ScriptedConnection[];
  readonly open: () => number;
} {
  const connections: ScriptedConnection[] = [];
  const fetch: FetchLike = (url, init) => {
    const signal: AbortSignal = init.signal;
    const response = Promise.withResolvers<Awaited<ReturnType<FetchLike>>>();
    const stream = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 1_000 });
    const writer = stream.writable.getWriter();
    writer.closed.catch(() => {});
    signal.addEventListener('abort', () => {
      response.reject(signal.reason);
      writer.abort(signal.reason).catch(() => {});
    });
    const ignore = (): void => {};
    connections.push({
      headers: { ...init.headers },
      get isAborted() {
        return signal.aborted;
      },
      async answer(status = 200, contentType = 'text/event-stream') {
        response.resolve({
          url: String(url),
          status,
          redirected: false,
          headers: new Headers({ 'content-type': contentType }),
          body: stream.readable,
        });
        await turns();
      },
      send(name, data, id) {
        return this.sendRaw(eventText(name, data, id));
      },
      async sendRaw(text) {
        writer.write(Buffer.from(text)).catch(ignore);
        await turns();
      },
      async end() {
        writer.close().catch(ignore);
        await turns();
      },
      async fail(reason) {
        response.reject(reason);
        writer.abort(reason).catch(ignore);
        await turns();
      },
    });
    return response.promise;
  };
  return { fetch, connections, open: () => connections.filter((each) => !each.isAborted).length };
}

/** Lets promises and streams do what they have begun; works with faked timers. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
