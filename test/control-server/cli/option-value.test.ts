import { expect, test } from 'vitest';
import { toInstant } from '../../../control-server/cli/option-value.ts';

const NOW_MS = Date.parse('2026-11-21T10:00:00.000Z');

test.each([
  ['30m', '2026-11-21T09:30:00.000Z'],
  ['2h', '2026-11-21T08:00:00.000Z'],
  ['7d', '2026-11-14T10:00:00.000Z'],
  ['1s', '2026-11-21T09:59:59.000Z'],
  ['0m', '2026-11-21T10:00:00.000Z'],
])('%s as a time is so long ago', (text, instant) => {
  expect(toInstant(text, NOW_MS)).toBe(instant);
});

test.each(['2026-11-21T10:00:00Z', 'yesterday', '', '999999d'])(
  '%j is handed on, for the server to judge',
  (text) => {
    expect(toInstant(text, NOW_MS)).toBe(text);
  },
);
