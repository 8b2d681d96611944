import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../control-server/ingest/content-encoding.ts';
import { ProblemError } from '../../../control-server/http/problem.ts';

const MEBIBYTE = 1024 * 1024;

describe.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('a body packed by %s', (encoding, pack) => {
  it('is told of part by part, and unpacked no further than its reader has room', async () => {
    let told = 0;
    const full = new ProblemError(429, 'too_busy', 'No room.');
    const unpacking = decodeBody(pack(Buffer.alloc(8 * MEBIBYTE)), encoding, 8 * MEBIBYTE, (bytes) => {
      told += bytes;
      if (told > 100_000) throw full;
    });
    await expect(unpacking).rejects.toBe(full);
    expect(told).toBeLessThan(MEBIBYTE);
  });

  it('is unpacked up to its bound and not beyond', async () => {
    const body = Buffer.alloc(MEBIBYTE, 'abc');
    let told = 0;
    const unpacked = await decodeBody(pack(body), encoding, MEBIBYTE, (bytes) => {
      told += bytes;
    });
    expect(unpacked.equals(body)).toBe(true);
    expect(told).toBe(MEBIBYTE);
    await expect(decodeBody(pack(body), encoding, MEBIBYTE - 1, () => undefined)).rejects.toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });
});
