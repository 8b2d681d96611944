import { describe, expect, test } from 'vitest';
import { isoDate } from '../../src/copy/iso-date.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';

const write = (timeMs: number): string => isoDate(new Date(timeMs), timeMs);

describe('a Date is written as toISOString writes it', () => {
  test.each([
    '1970-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2000-02-29T12:34:56.789Z',
    '1900-02-28T23:59:59.999Z',
    '1900-03-01T00:00:00.000Z',
    '2024-12-31T23:59:59.001Z',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
    '0000-12-31T23:59:59.999Z',
    '-000001-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '-271821-04-20T00:00:00.000Z',
  ])('%s', (text) => {
    expect(write(Date.parse(text))).toBe(text);
  });

  test('at any time', () => {
    const random = mulberry32(7);
    for (let round = 0; round < 20_000; round++) {
      const timeMs = Math.floor((random() * 2 - 1) * (round % 2 === 0 ? 8.64e15 : 4e12));
      expect(write(timeMs)).toBe(new Date(timeMs).toISOString());
    }
  });

  test('on every day of four centuries', () => {
    const first = Date.UTC(1800, 0, 1);
    for (let day = 0; day < 146_097; day++) {
      const timeMs = first + day * 86_400_000;
      if (write(timeMs) !== new Date(timeMs).toISOString())
        expect(write(timeMs)).toBe(new Date(timeMs).toISOString());
    }
  });
});
