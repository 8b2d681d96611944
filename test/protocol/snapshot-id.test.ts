import { describe, expect, test } from 'vitest';
import { createSnapshotId } from '../../src/protocol/snapshot-id.ts';

const ZEROS = new Uint8Array(10);
const ONES = new Uint8Array(10).fill(0xff);
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a snapshot id', () => {
  test('is a UUIDv7 of the time and the randomness that it is given', () => {
    expect(createSnapshotId(0x0198_1234_5678, ZEROS)).toBe('01981234-5678-7000-8000-000000000000');
    expect(createSnapshotId(0x0198_1234_5678, ONES)).toBe('01981234-5678-7fff-bfff-ffffffffffff');
  });

  test('sorts by time', () => {
    const ids = [0, 1, 999, 1_000, 1_795_000_000_000, 1_795_000_000_001].map((ms) =>
      createSnapshotId(ms, ONES),
    );
    expect(ids.toSorted()).toEqual(ids);
  });

  test.each([0, 0.9, -5, 2 ** 48 - 1, 2 ** 48, 1_795_000_000_000.75])(
    'has the right shape at any time: %d',
    (ms) => {
      expect(createSnapshotId(ms, ZEROS)).toMatch(UUID_V7);
    },
  );

  test('has the right shape also when there is too little randomness, or more than needed', () => {
    expect(createSnapshotId(1, new Uint8Array(0))).toMatch(UUID_V7);
    expect(createSnapshotId(1, new Uint8Array(64).fill(7))).toMatch(UUID_V7);
  });

  test('differs where the randomness does', () => {
    const ids = Array.from({ length: 256 }, (_, byte) =>
      createSnapshotId(1, Uint8Array.of(0, byte, 0, 0, 0, 0, 0, 0, 0, 0)),
    );
    expect(new Set(ids).size).toBe(256);
  });
});
