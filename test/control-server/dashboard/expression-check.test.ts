import { expect, it } from 'vitest';
import {
  draftMistakes,
  isFaultless,
  mistakeWords,
} from '../../../control-server/dashboard/src/breakpoints/expression-check.ts';

it('finds nothing wrong with what was left empty, and with what the agents understand', () => {
  const empty = draftMistakes({ condition: '  ', logMessage: '', captureExpressions: ['', ' '] });
  expect(empty).toEqual({ condition: null, logMessage: null, captureExpressions: [null, null] });
  expect(isFaultless(empty)).toBe(true);
  const right = draftMistakes({
    condition: 'cart.total > 100',
    logMessage: 'total {cart.total}',
    captureExpressions: ['cart.items.length', 'cart.total * 2'],
  });
  expect(isFaultless(right)).toBe(true);
});

it('says in each text where it stops making sense, spaces in front of it counted', () => {
  const wrong = draftMistakes({
    condition: '  cart.total >',
    logMessage: 'total {cart.total',
    captureExpressions: ['cart.total', 'cart.total()'],
  });
  expect(isFaultless(wrong)).toBe(false);
  expect(wrong.condition?.position).toBe(14);
  expect(wrong.logMessage?.position).toBe(17);
  expect(wrong.captureExpressions.map((mistake) => mistake?.position)).toEqual([undefined, 10]);
});

it('takes any value for an expression, and only true or false for a condition', () => {
  const sums = draftMistakes({ condition: '1 + 2', logMessage: '', captureExpressions: ['1 + 2'] });
  expect(sums.captureExpressions).toEqual([null]);
  expect(sums.condition === null ? '' : mistakeWords(sums.condition)).toBe(
    'A condition must be true or false: compare this with something, at character 1.',
  );
});
