import { expect, test } from 'vitest';
import { readThreadCpuMs } from '../../src/copy/node-intrinsics.ts';

test('the work of the thread is told as it goes on, and not once a tick of the system', () => {
  const readings = Array.from({ length: 1_000 }, readThreadCpuMs);
  expect(readings).toEqual(readings.toSorted((one, other) => one - other));
  // Each takes a microsecond or more; a thousand of them are done in the time of one tick.
  expect(new Set(readings).size).toBeGreaterThan(100);
});
