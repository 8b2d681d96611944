import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { SetTimer } from './clock.ts';
import { DeliveryError } from './delivery-error.ts';

/** How a request body travels. */
export type ContentEncoding = 'zstd' | 'gzip' | 'identity';

/** A request body as it goes over the wire. */
export interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly encoding: ContentEncoding;
}

/** Makes request bodies small, off the main thread. */
export interface Compressor {
  /**
   * The body compressed; as it is when it is short, or when the threads of the host are so busy that half a second does
   * not do. Bodies given meanwhile wait for each other.
   */
  encode(bytes: Uint8Array, preferred: ContentEncoding): Promise<EncodedBody>;
  /** Lets go of everything; what is being compressed is rejected. Safe to call again. */
  close(): void;
}

type Packing = Exclude<ContentEncoding, 'identity'>;

/** One encoding's engine, which packs one body after the other. */
interface Engine {
  pack(bytes: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** A shorter body gains nothing. */
const MIN_COMPRESSED_BYTES = 1_024;
/** The host's four threads may hang on files or names of its own: what is sent must not wait for them. */
const PATIENCE_MS = 500;
/** Small, so that it is full before it is old: what outlives two collections of young objects stays for a long time. */
const CHUNK_BYTES = 16 * 1_024;
/** Half the time of the default, and the same size to within 2 % for bodies like these. */
const ZSTD_OPTIONS = { chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const GZIP_OPTIONS = { chunkSize: CHUNK_BYTES };

/**
 * A compressor that keeps one engine for all bodies. V8 takes the native part of an engine for something that is in use
 * until it collects its old objects, minutes later: with one for each body, as `zstdCompress` makes them, every body and
 * its result would stay until then, 40 KB of each request.
 */
export function createCompressor(setTimer: SetTimer): Compressor {
  const engines = new Map<Packing, Engine>();
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  /** One body waits for longer than there is patience. */
  let isStuck = false;

  function engineFor(encoding: Packing): Engine {
    let engine = engines.get(encoding);
    if (engine === undefined) {
      engine = createEngine(encoding, () => engines.delete(encoding));
      engines.set(encoding, engine);
    }
    return engine;
  }

  async function packAfter(
    before: Promise<unknown>,
    bytes: Uint8Array,
    encoding: Packing,
  ): Promise<Uint8Array> {
    await before;
    if (isClosed) throw closedError();
    return engineFor(encoding).pack(bytes);
  }

  return {
    encode(bytes, preferred) {
      const asIs: EncodedBody = { bytes, encoding: 'identity' };
      if (bytes.byteLength < MIN_COMPRESSED_BYTES || preferred === 'identity' || isStuck) {
        return Promise.resolve(asIs);
      }
      return new Promise((resolve, reject) => {
        const giveUp = setTimer(() => {
          isStuck = true;
          resolve(asIs);
        }, PATIENCE_MS);
        const packed = packAfter(last, bytes, preferred).finally(() => {
          giveUp();
          isStuck = false;
        });
        last = packed.catch(() => {});
        packed.then((result) => resolve({ bytes: result, encoding: preferred }), reject);
      });
    },
    close() {
      isClosed = true;
      for (const engine of engines.values()) engine.close();
    },
  };
}

/** @param onEnd it was closed or failed, and packs nothing any more */
function createEngine(encoding: Packing, onEnd: () => void): Engine {
  const stream = encoding === 'zstd' ? createZstdCompress(ZSTD_OPTIONS) : createGzip(GZIP_OPTIONS);
  const finishing = encoding === 'zstd' ? constants.ZSTD_e_end : constants.Z_FINISH;
  let pieces: Uint8Array[] = [];
  let fail: (error: Error) => void = () => {};

  stream.on('data', (piece: Uint8Array) => pieces.push(piece));
  stream.on('error', (error: Error) => {
    stream.destroy();
    fail(error);
  });
  stream.on('close', () => {
    onEnd();
    fail(closedError());
  });

  return {
    pack: (bytes) =>
      new Promise((resolve, reject) => {
        fail = reject;
        stream.write(bytes);
        // Ends the body and not the stream: what is written next begins another one.
        stream.flush(finishing, () => {
          // Bytes that are still to come must not begin the next body.
          if (stream.readableLength > 0) stream.destroy();
          if (stream.destroyed) return;
          const packed = Buffer.concat(pieces);
          pieces = [];
          if (encoding === 'gzip') startAnew(stream);
          resolve(packed);
        });
      }),
    close: () => void stream.destroy(),
  };
}

/** Of gzip only: zstd begins a new frame by itself. The types know of it for deflate alone. */
function startAnew(stream: object): void {
  if ('reset' in stream && typeof stream.reset === 'function') stream.reset();
}

function closedError(): DeliveryError {
  return new DeliveryError('aborted', 'The request was given up');
}

/** What to try after a server refused an encoding with 415; null when nothing simpler is left. */
export function simplerEncoding(refused: ContentEncoding): ContentEncoding | null {
  if (refused === 'zstd') return 'gzip';
  return refused === 'gzip' ? 'identity' : null;
}
