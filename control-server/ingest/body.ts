import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { decodeBody } from './content-encoding.ts';
import { isDeeperThan } from './json-depth.ts';

/** Levels of nesting of a small message: an event is an object in an array in an object. */
const MAX_MESSAGE_DEPTH = 64;

/** The bytes of a request, unpacked; empty when it had no body. */
export async function readBody(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const { body } = request;
  if (!Buffer.isBuffer(body)) return Buffer.alloc(0);
  return decodeBody(body, request.headers['content-encoding'], maxBytes);
}

/**
 * A small JSON message, whatever its Content-Type says: old clients are not exact about it, and no browser can send the
 * key's header to another site without asking first.
 * @throws ProblemError 400 when it is not JSON, or nested beyond measure
 */
export async function readMessage(request: FastifyRequest, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  if (isDeeperThan(body, MAX_MESSAGE_DEPTH)) {
    throw new ProblemError(400, 'too_deep', `The body nests deeper than ${MAX_MESSAGE_DEPTH} levels.`);
  }
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ProblemError(400, 'bad_json', 'The body is not valid JSON.', { cause: error });
  }
}
