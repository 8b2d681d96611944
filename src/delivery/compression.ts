import { promisify } from 'node:util';
import { constants, gzip, zstdCompress, zstdCompressSync } from 'node:zlib';

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
/**
 * A body up to this size is compressed at once: that takes 0.3 ms at most, not much more than handing it to another
 * thread and back. And it leaves to the host the four threads of its files and names, each of which keeps 1 to 2 MB for
 * having compressed.
 */
const MAX_INLINE_BYTES = 64 * 1_024;
/** Half the time of the default, and the same size to within 2 % for bodies like these. */
const FAST = { [constants.ZSTD_c_compressionLevel]: 1 };

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

/** The body compressed, a large one off the main thread; a short one as it is. */
export async function encodeBody(bytes: Uint8Array, preferred: ContentEncoding): Promise<EncodedBody> {
  if (bytes.byteLength < MIN_COMPRESSED_BYTES) return { bytes, encoding: 'identity' };
  const chunkSize = resultSize(bytes.byteLength);
  if (preferred === 'zstd') {
    const options = { chunkSize, pledgedSrcSize: bytes.byteLength, params: FAST };
    const isSmall = bytes.byteLength <= MAX_INLINE_BYTES;
    return {
      bytes: isSmall ? zstdCompressSync(bytes, options) : await zstdAsync(bytes, options),
      encoding: 'zstd',
    };
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
