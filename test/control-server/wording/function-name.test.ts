import { expect, it } from 'vitest';
import { toFunctionName } from '../../../control-server/wording/function-name.ts';

it('says no more of a function without a name than is known', () => {
  expect([toFunctionName('Cart.add'), toFunctionName('')]).toEqual(['Cart.add', '(anonymous)']);
});
