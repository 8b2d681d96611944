import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, lineOf } from './run-lines.ts';

/**
 * V8 marks a function before it ends the compilations that may inline it, and one that is about to do so ends the process.
 * So each question that marks functions has to come right after such compilations were ended.
 */
it('ends what V8 compiles in other threads before it marks a function, every time', () => {
  const file = fixture('common.cjs');
  const output = execFileSync(
    process.execPath,
    ['--trace-concurrent-recompilation', join(import.meta.dirname, 'settled-compiler-process.ts')],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LINE_FILE: file, LINE_NUMBER: String(lineOf(file, 'commonjs')) },
    },
  );
  const steps = output
    .split('\n')
    .filter((line) => /^(?:asks|answered)|Flushed .*blocking/.test(line))
    .map((line) => (line.includes('Flushed') ? 'flushed' : line));
  const marking = steps.flatMap((step, index) =>
    step === 'asks getPossibleBreakpoints' || step === 'asks setBreakpoint in the application'
      ? [steps.slice(0, index).findLast((before) => before === 'flushed' || /^asks (?:get|set)/.test(before))]
      : [],
  );
  expect(steps.filter((step) => step === 'asks setBreakpoint in the application')).toHaveLength(3);
  expect(new Set(marking)).toEqual(new Set(['flushed']));
});
