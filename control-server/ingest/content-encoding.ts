import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { ProblemError } from '../http/problem.ts';

/**
 * A zstd frame says in its header how much memory its window takes: 8 MiB is what level 19 uses, and 128 MiB would be
 * granted by default to a frame of a few bytes.
 */
const MAX_ZSTD_WINDOW_LOG = 23;

/** A batch of an agent unpacks to one such part: each further one is another trip to the pool and back. */
const CHUNK_BYTES = 128 * 1024;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize: CHUNK_BYTES }),
  zstd: () =>
    createZstdDecompress({
      chunkSize: CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
    }),
};

/**
 * The body as it was before `Content-Encoding`. Unpacking stops at the bound, whatever the body promises, and happens
 * on a thread of the pool.
 * @param account told of all bytes as they are unpacked; what it throws ends the unpacking, and is thrown
 * @throws ProblemError 413 beyond the bound, 415 for an encoding (or several) that is not known, 400 for a broken body
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
  account: (bytes: number) => void,
): Promise<Buffer> {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return body;
  const createDecoder = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (createDecoder === undefined) {
    throw new ProblemError(415, 'unsupported_encoding', 'Content-Encoding is gzip, zstd or left out.', {
      headers: { 'accept-encoding': 'gzip, zstd' },
    });
  }
  try {
    return await unpack(createDecoder(), body, maxBytes, account);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, 'bad_encoding', 'The body is not what Content-Encoding says.', {
      cause: error,
    });
  }
}

async function unpack(
  decoder: Transform,
  body: Buffer,
  maxBytes: number,
  account: (bytes: number) => void,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  decoder.end(body);
  for await (const part of decoder as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new ProblemError(413, 'body_too_large', `The body unpacks to more than ${maxBytes} bytes.`);
    }
    account(part.length);
    parts.push(part);
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, bytes);
}
