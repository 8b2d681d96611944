import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A program that webhooks are sent to. */
export interface Receiver {
  readonly port: number;
  readonly received: Received[];
  /** Answers with these statuses in turn, then with 204; null: never answers. */
  answerWith(...statuses: (number | null)[]): void;
}

/** Listens on loopback until the test ends. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let statuses: (number | null)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = statuses.length === 0 ? 204 : statuses.shift();
      if (status === null || status === undefined) return;
      response.writeHead(status, status < 400 && status >= 300 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    answerWith: (...next) => {
      statuses = next;
    },
  };
}
