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

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

/** The body compressed off the main thread; a short one as it is. */
export async function encodeBody(bytes: Uint8Array, preferred: ContentEncoding): Promise<EncodedBody> {
  if (bytes.byteLength < MIN_COMPRESSED_BYTES) return { bytes, encoding: 'identity' };
  if (preferred === 'zstd') return { bytes: await zstdAsync(bytes), encoding: 'zstd' };
  if (preferred === 'gzip') return { bytes: await gzipAsync(bytes), encoding: 'gzip' };
  return { bytes, encoding: 'identity' };
}

/** What to try after a server refused an encoding with 415; null when nothing simpler is left. */
export function simplerEncoding(refused: ContentEncoding): ContentEncoding | null {
  if (refused === 'zstd') return 'gzip';
  return refused === 'gzip' ? 'identity' : null;
}
