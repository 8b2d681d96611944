import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';

/** The version in `If-Match`, or null when any will do. */
export function expectedVersion(request: FastifyRequest): number | null {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return null;
  const version = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new ProblemError(400, 'bad_if_match', 'If-Match must be the version in quotes, such as "3".');
}
