import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/delivery/clock.ts';
import { createCompressor } from '../../src/delivery/compression.ts';

const bodyOf = (index: number): Buffer => Buffer.from(`body ${index} `.repeat(200 + 1_000 * (index % 7)));

test('bodies given at once come back each by itself, in either encoding', async () => {
  const compressor = createCompressor(SYSTEM_CLOCK.setTimer);
  const encoded = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      compressor.encode(bodyOf(index), index % 3 === 0 ? 'gzip' : 'zstd'),
    ),
  );
  encoded.forEach(({ bytes, encoding }, index) => {
    const decode = encoding === 'gzip' ? gunzipSync : zstdDecompressSync;
    expect(encoding).toBe(index % 3 === 0 ? 'gzip' : 'zstd');
    expect(decode(bytes).equals(bodyOf(index))).toBe(true);
  });
  compressor.close();
});

test('a body below 1 KiB stays as it is', async () => {
  const compressor = createCompressor(SYSTEM_CLOCK.setTimer);
  const short = Buffer.alloc(1_023, 'x');
  expect(await compressor.encode(short, 'zstd')).toEqual({ bytes: short, encoding: 'identity' });
  expect((await compressor.encode(Buffer.alloc(1_024, 'x'), 'zstd')).encoding).toBe('zstd');
  compressor.close();
});

test('a body that the threads of the host are too busy for is sent as it is, and those after it at once', async () => {
  let isPatient = false;
  const delays: number[] = [];
  const compressor = createCompressor((callback, delayMs) => {
    delays.push(delayMs);
    if (!isPatient) callback();
    return () => {};
  });
  const stuck = compressor.encode(bodyOf(1), 'zstd');
  const next = compressor.encode(bodyOf(2), 'zstd');
  expect(await Promise.all([stuck, next])).toEqual([
    { bytes: bodyOf(1), encoding: 'identity' },
    { bytes: bodyOf(2), encoding: 'identity' },
  ]);
  expect(delays).toEqual([500]);
  isPatient = true;
  await expect.poll(async () => (await compressor.encode(bodyOf(3), 'zstd')).encoding).toBe('zstd');
  compressor.close();
});

test('what is compressed when it closes, and what comes later, is given up', async () => {
  const compressor = createCompressor(SYSTEM_CLOCK.setTimer);
  const bodies = [compressor.encode(bodyOf(1), 'zstd'), compressor.encode(bodyOf(2), 'gzip')];
  compressor.close();
  compressor.close();
  bodies.push(compressor.encode(bodyOf(3), 'zstd'));
  for (const body of bodies) await expect(body).rejects.toMatchObject({ code: 'aborted' });
});
