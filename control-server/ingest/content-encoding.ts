import { promisify } from 'node:util';
import { constants, gunzip, zstdDecompress } from 'node:zlib';
import { ProblemError } from '../http/problem.ts';

/**
 * A zstd frame says in its header how much memory its window takes: 8 MiB is what level 19 uses, and 128 MiB would be
 * granted by default to a frame of a few bytes.
 */
const MAX_ZSTD_WINDOW_LOG = 23;

/** A batch of an agent unpacks to one such part: each further one is another trip to the pool and back. */
const CHUNK_BYTES = 128 * 1024;

const decoders: Readonly<Record<string, (body: Buffer, maxOutputLength: number) => Promise<Buffer>>> = {
  gzip: (body, maxOutputLength) => promisify(gunzip)(body, { maxOutputLength, chunkSize: CHUNK_BYTES }),
  zstd: (body, maxOutputLength) =>
    promisify(zstdDecompress)(body, {
      maxOutputLength,
      chunkSize: CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
    }),
};

/**
 * The body as it was before `Content-Encoding`. Unpacking stops at the bound, whatever the body promises, and happens
 * on a thread of the pool.
 * @throws ProblemError 413 beyond the bound, 415 for an encoding (or several) that is not known, 400 for a broken body
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return body;
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (decode === undefined) {
    throw new ProblemError(415, 'unsupported_encoding', 'Content-Encoding is gzip, zstd or left out.', {
      headers: { 'accept-encoding': 'gzip, zstd' },
    });
  }
  try {
    return await decode(body, maxBytes);
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ProblemError(413, 'body_too_large', `The body unpacks to more than ${maxBytes} bytes.`, {
        cause: error,
      });
    }
    throw new ProblemError(400, 'bad_encoding', 'The body is not what Content-Encoding says.', {
      cause: error,
    });
  }
}
