import { expect, it } from 'vitest';
import {
  addUpOutcomes,
  outcomeParts,
} from '../../../control-server/dashboard/src/breakpoints/outcome-parts.ts';

it('shares calls out by what they came to: captured, suppressed, lost, the most frequent reason first', () => {
  const parts = outcomeParts({ captured: 5, dropped: { queue: 2, rate: 3, condition: 40 } });
  expect(parts.map(({ name, outcome, count, strength }) => [name, outcome, count, strength])).toEqual([
    ['captured', 'captured', 5, 1],
    ['condition', 'suppressed', 40, 1],
    ['rate', 'suppressed', 3, 0.7],
    ['queue', 'lost', 2, 1],
  ]);
});

it('leaves out what never happened', () => {
  expect(outcomeParts({ captured: 0, dropped: { rate: 0 } })).toEqual([]);
});

it('adds up labels, reason by reason', () => {
  expect(
    addUpOutcomes([
      { captured: 1, dropped: { rate: 2 } },
      { captured: 3, dropped: { rate: 4, send: 1 } },
    ]),
  ).toEqual({ captured: 4, dropped: { rate: 6, send: 1 } });
  expect(addUpOutcomes([])).toEqual({ captured: 0, dropped: {} });
});
