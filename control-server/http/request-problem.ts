import type { FastifyError } from 'fastify';
import { ProblemError } from './problem.ts';

/** Translates what another room throws; null for what it does not know. */
export type TranslateError = (error: unknown) => ProblemError | null;

/** What Fastify refuses, in this product's codes and words: Fastify's own sentences may repeat the request. */
const FASTIFY_PROBLEMS: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large', 'The body is larger than this call accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported_media_type',
    'Send the body as application/json and say so in Content-Type.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    400,
    'bad_json',
    'The body is empty although Content-Type says JSON. Leave Content-Type out, or send a JSON body.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'bad_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'bad_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: [400, 'bad_url', 'The address is not a valid URL path.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'url_too_long', 'A part of the address is too long.'],
};

/** The answer to anything that was thrown while a request was handled; null for a fault of the server itself. */
export function toProblem(error: unknown, translate: TranslateError): ProblemError | null {
  if (error instanceof ProblemError) return error;
  const translated = translate(error);
  if (translated !== null) return translated;
  if (!(error instanceof Error)) return null;
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  const known = FASTIFY_PROBLEMS[code ?? ''];
  if (known !== undefined) return new ProblemError(...known, { cause: error });
  // secure-json-parse throws a bare SyntaxError with status 400 for a key such as __proto__.
  if (statusCode === 400) {
    return new ProblemError(400, 'bad_json', 'The body is not JSON that this call accepts.', {
      cause: error,
    });
  }
  return statusCode < 500 && statusCode >= 400
    ? new ProblemError(statusCode, 'bad_request', 'The request is not one that this call accepts.', {
        cause: error,
      })
    : null;
}

/** The answer to a path that leads nowhere. */
export function notFound(): ProblemError {
  return new ProblemError(
    404,
    'not_found',
    'There is nothing at this address. Check path and method; /api/openapi.json lists the calls of the API.',
  );
}

/** The answer to a fault of the server: what happened is in its log, under this id. */
export function internalError(requestId: string): ProblemError {
  return new ProblemError(
    500,
    'internal_error',
    `The server could not answer. Its log has the reason under request ${requestId}.`,
  );
}
