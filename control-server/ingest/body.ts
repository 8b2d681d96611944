import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { decodeBody } from './content-encoding.ts';
import { isDeeperThan } from './json-depth.ts';

/** Levels of nesting of a small message: an event is an object in an array in an object. */
const MAX_MESSAGE_DEPTH = 64;

/**
 * The bytes of a request, unpacked; empty when it had no body.
 * @param account told of all bytes that are held; what it throws refuses the request
 */
export async function readBody(
  request: FastifyRequest,
  maxBytes: number,
  account: (bytes: number) => void = () => undefined,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await receive(request, maxBytes, (chunk) => {
    account(chunk.length);
    chunks.push(chunk);
  });
  const received = Buffer.concat(chunks);
  return decodeBody(received, request.headers['content-encoding'], maxBytes, account);
}

/** Takes a body to its end without keeping any of it. */
export function discardBody(request: FastifyRequest, maxBytes: number): Promise<void> {
  return receive(request, maxBytes, () => undefined);
}

/**
 * A small JSON message, whatever its Content-Type says: old clients are not exact about it, and no page can send the
 * key's header to another site without asking first.
 * @param account as for {@link readBody}
 * @throws ProblemError 400 when it is not JSON, or nested beyond measure
 */
export async function readMessage(
  request: FastifyRequest,
  maxBytes: number,
  account: (bytes: number) => void,
): Promise<unknown> {
  const body = await readBody(request, maxBytes, account);
  if (isDeeperThan(body, MAX_MESSAGE_DEPTH)) {
    throw new ProblemError(400, 'too_deep', `The body nests deeper than ${MAX_MESSAGE_DEPTH} levels.`);
  }
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ProblemError(400, 'bad_json', 'The body is not valid JSON.', { cause: error });
  }
}

/** The scope's parser hands out the stream itself, so that a handler holds its place only while it reads. */
async function receive(
  request: FastifyRequest,
  maxBytes: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const { body } = request;
  if (!(body instanceof Readable)) return;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let bytes = 0;
  try {
    // A stream that is destroyed takes its socket along, and with it the answer.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      take(chunk);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, 'body_incomplete', 'The body ended before it was complete.', {
      cause: error,
    });
  }
}

/** What is left of the body is not read, so the connection is of no further use. */
function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError(413, 'body_too_large', `A body has at most ${maxBytes} bytes.`, {
    headers: { connection: 'close' },
  });
}
