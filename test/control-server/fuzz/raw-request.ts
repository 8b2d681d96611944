import { Agent, request } from 'node:http';
import type { JudgedAnswer } from './judge-answer.ts';

/** One request, as it goes out. */
export interface RawRequest {
  readonly port: number;
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

/** Above this a server may hang up before it has read everything, and its answer may be lost on the way. */
const LARGE_BODY = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Sends it, and gives the answer; of a stream its status and headers. Null when a large body was cut off. */
export function sendRaw({ port, method, path, headers, body }: RawRequest): Promise<JudgedAnswer | null> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { host: 'localhost:7070', ...headers }, agent },
      (response) => {
        const contentType = response.headers['content-type'] ?? '';
        const statusCode = response.statusCode ?? 0;
        if (contentType.startsWith('text/event-stream')) {
          outgoing.destroy();
          resolve({ statusCode, contentType, body: '' });
          return;
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ statusCode, contentType, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', (error) => {
      if (body !== null && body.length > LARGE_BODY) resolve(null);
      else reject(new Error(`${method} ${path.slice(0, 200)}`, { cause: error }));
    });
    outgoing.setTimeout(60_000, () => outgoing.destroy(new Error('no answer within a minute')));
    outgoing.end(body ?? undefined);
  });
}
