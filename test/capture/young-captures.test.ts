import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('leaves V8 no part of a capture among the old objects, also after captures had to wait', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--allow-natives-syntax',
    '--expose-gc',
    '--min-semi-space-size=16',
    '--max-semi-space-size=16',
    join(import.meta.dirname, 'young-captures-process.ts'),
  ]);
  expect(JSON.parse(stdout)).toEqual([]);
});
