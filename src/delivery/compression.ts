import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';

/** How a request body travels. */
export type ContentEncoding = 'zstd' | 'gzip' | 'identity';

/** A request body as it goes over the wire. */
export interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly encoding: ContentEncoding;
}

/** A shorter body gains nothing. */
const MIN_COMPRESSED_BYTES = 1_024;
const MAX_CHUNK_BYTES = 64 * 1_024;

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

/** The body compressed off the main thread; a short one as it is. */
export async function encodeBody(bytes: Uint8Array, preferred: ContentEncoding): Promise<EncodedBody> {
  if (bytes.byteLength < MIN_COMPRESSED_BYTES) return { bytes, encoding: 'identity' };
  const chunkSize = resultSize(bytes.byteLength);
  if (preferred === 'zstd') {
    const options = { chunkSize, pledgedSrcSize: bytes.byteLength };
    return { bytes: await zstdAsync(bytes, options), encoding: 'zstd' };
  }
  if (preferred === 'gzip') return { bytes: await gzipAsync(bytes, { chunkSize }), encoding: 'gzip' };
  return { bytes, encoding: 'identity' };
}

/**
 * Room for the result, which is a fifth of most batches. Node's default is 16 KB of each request, which live as long as
 * the few hundred bytes in them; and a zstd that is not told how much there is to read makes ready for 128 KB and more.
 */
function resultSize(bytes: number): number {
  return Math.min(MAX_CHUNK_BYTES, Math.max(MIN_COMPRESSED_BYTES, bytes >> 2));
}

/** What to try after a server refused an encoding with 415; null when nothing simpler is left. */
export function simplerEncoding(refused: ContentEncoding): ContentEncoding | null {
  if (refused === 'zstd') return 'gzip';
  return refused === 'gzip' ? 'identity' : null;
}
