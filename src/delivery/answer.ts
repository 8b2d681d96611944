import { isRecord } from '../protocol/json.ts';
import { DeliveryError } from './delivery-error.ts';
import type { AnswerBody } from './exchange.ts';
import { parseRetryAfter } from './retry-after.ts';

/** Headers as undici gives them. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Error bodies are read this far, for their stable code. */
const MAX_PROBLEM_BYTES = 16_384;

const NOT_JSON = 'The answer is not JSON: is this the control server?';

/**
 * The JSON value of an answer of the server, or null for an empty body. What says that it is something else is not read:
 * whoever answers every request with a page or a stream without an end would have megabytes of it pass through the host.
 */
export async function readJsonAnswer(
  headers: AnswerHeaders,
  body: AnswerBody,
  maxBytes: number,
): Promise<unknown> {
  const type = headerText(headers, 'content-type');
  if (type !== null && !/\bjson\b/i.test(type)) {
    body.discard();
    throw new DeliveryError('bad_answer', NOT_JSON);
  }
  const text = await readText(body, maxBytes);
  if (text === null) {
    throw new DeliveryError('bad_answer', `The answer is larger than ${maxBytes} bytes`);
  }
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DeliveryError('bad_answer', NOT_JSON, { cause: error });
  }
}

/** The error that an answer outside of 2xx is. Reads its body to the end or lets go of it. */
export async function readErrorAnswer(
  status: number,
  headers: AnswerHeaders,
  body: AnswerBody,
  wallNowMs: number,
): Promise<DeliveryError> {
  if (status < 400) {
    body.discard();
    return new DeliveryError('redirect', `The endpoint answered with ${status}; redirects are not followed`, {
      status,
    });
  }
  const code = problemCode(await readText(body, MAX_PROBLEM_BYTES));
  return new DeliveryError(
    'status',
    `The control server answered ${status}${code === null ? '' : ` (${code})`}`,
    { status, retryAfterMs: parseRetryAfter(headerText(headers, 'retry-after'), wallNowMs) },
  );
}

/** One header, or null. */
export function headerText(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

/** The body as text, or null when it is longer than allowed. */
async function readText(body: AnswerBody, maxBytes: number): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    size += piece.byteLength;
    if (size > maxBytes) {
      body.discard();
      return null;
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size).toString('utf8');
}

/** The stable code of a problem+json body. Anything that does not look like one is the server's text, and stays out. */
function problemCode(text: string | null): string | null {
  if (text === null) return null;
  try {
    const problem: unknown = JSON.parse(text);
    const code = isRecord(problem) ? problem['code'] : null;
    return typeof code === 'string' && /^[a-z0-9_]{1,64}$/i.test(code) ? code : null;
  } catch {
    return null;
  }
}
