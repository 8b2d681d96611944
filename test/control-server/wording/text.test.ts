import { describe, expect, it } from 'vitest';
import { fullPlace, shortFile, shortId, shortPlace } from '../../../control-server/wording/code-place.ts';
import { countOf, formatBytes } from '../../../control-server/wording/quantity.ts';
import {
  formatAge,
  formatClock,
  formatDuration,
  formatInstant,
  formatMinute,
  formatRemaining,
} from '../../../control-server/wording/time.ts';

const now = new Date(2026, 10, 21, 14, 3, 21, 512);
const before = (ms: number): string => new Date(now.getTime() - ms).toISOString();

describe('instants', () => {
  it('shows the time of day to the millisecond, and the day when it is another', () => {
    expect(formatClock(now.toISOString(), now.getTime())).toBe('14:03:21.512');
    expect(formatClock(before(24 * 3_600_000), now.getTime())).toBe('11-20 14:03:21.512');
    expect(formatInstant(now.toISOString())).toBe('2026-11-21 14:03:21.512');
  });

  it('shows the time of day to the minute, and the date when it is another', () => {
    expect(formatMinute(now.toISOString(), now.getTime())).toBe('14:03');
    expect(formatMinute(before(24 * 3_600_000), now.getTime())).toBe('2026-11-20 14:03');
  });

  it('shows what is no instant as it came', () => {
    expect([
      formatClock('soon', 0),
      formatInstant('soon'),
      formatMinute('soon', 0),
      formatAge('soon', 0),
    ]).toEqual(['soon', 'soon', 'soon', 'soon']);
  });

  it.each([
    [-60_000, 'just now'],
    [4_999, 'just now'],
    [5_000, '5 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_399_999, '23 h ago'],
    [86_400_000, '1 d ago'],
  ])('%i ms ago is %s', (ms, words) => {
    expect(formatAge(before(ms), now.getTime())).toBe(words);
  });

  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [65_000, '1 min 5 s'],
    [3_600_000, '1 h'],
    [18_720_000, '5 h 12 min'],
    [273_600_000, '3 d 4 h'],
  ])('%i ms last %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [119_999, '1 min'],
    [18_779_999, '5 h 12 min'],
  ])('%i ms are left as %s', (ms, words) => {
    expect(formatRemaining(ms)).toBe(words);
  });
});

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KB'],
  [16_384, '16 KB'],
  [1_048_575, '1024 KB'],
  [1_048_576, '1.0 MB'],
])('%i bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

it('counts with the noun in the right number', () => {
  expect([countOf(0, 'agent'), countOf(1, 'agent'), countOf(1_200, 'entry', 'entries')]).toEqual([
    '0 agents',
    '1 agent',
    '1,200 entries',
  ]);
});

it('shortens a place to what identifies it, on any system', () => {
  expect(shortFile('/app/src/orders/place-order.ts')).toBe('orders/place-order.ts');
  expect(shortFile('C:\\app\\orders\\place.ts')).toBe('orders/place.ts');
  expect(shortPlace('/app/a.ts', 0)).toBe('app/a.ts');
  expect(shortPlace('', 12)).toBe('');
  expect(fullPlace('/app/a.ts', 12, 5)).toBe('/app/a.ts:12:5');
  expect(fullPlace('/app/a.ts', 0, 5)).toBe('/app/a.ts');
});

it('shortens ids, but not the number of a stream', () => {
  expect(shortId('3174a57b-543f-4797-b8ee-924498f11382')).toBe('3174a57b');
  expect(shortId('stream:1234567')).toBe('stream:1234567');
});
