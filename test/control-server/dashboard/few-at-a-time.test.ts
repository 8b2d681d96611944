import { expect, it } from 'vitest';
import { fewAtATime } from '../../../control-server/dashboard/src/breakpoints/few-at-a-time.ts';

it('does something with each, four at a time, and says in their order which failed', async () => {
  const numbers = Array.from({ length: 10 }, (_, index) => index);
  let underWay = 0;
  let most = 0;
  const done: number[] = [];
  const failures = await fewAtATime(numbers, async (number) => {
    most = Math.max(most, (underWay += 1));
    await Promise.resolve();
    underWay -= 1;
    done.push(number);
    if (number % 4 === 3) throw new Error(`${number} is refused`);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual(numbers);
  expect(most).toBe(4);
  expect(failures).toEqual([
    { item: 3, error: new Error('3 is refused') },
    { item: 7, error: new Error('7 is refused') },
  ]);
});

it('has nothing to do with nothing', async () => {
  expect(await fewAtATime([], () => Promise.reject(new Error('never')))).toEqual([]);
});
