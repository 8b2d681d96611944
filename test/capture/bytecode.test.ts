import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

/**
 * V8 always inlines a function of at most 27 bytecodes (`max_inlined_bytecode_size_small`), whatever else is in the
 * caller. If that figure changes, so must the gate.
 */
const MAX_INLINED_BYTECODES = 27;

it('keeps captureSnapshot within the bytecodes that V8 always inlines', () => {
  const index = pathToFileURL(join(import.meta.dirname, '..', '..', 'src', 'index.ts')).href;
  const output = execFileSync(
    process.execPath,
    [
      '--print-bytecode',
      '--print-bytecode-filter=captureSnapshot',
      '--input-type=module',
      '--eval',
      `import { captureSnapshot } from ${JSON.stringify(index)}; captureSnapshot('label', { a: 1 });`,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const lengths = [...output.matchAll(/Bytecode length: (\d+)/g)].map(([, length]) => Number(length));
  expect(lengths).toHaveLength(1);
  expect(lengths[0]).toBeLessThanOrEqual(MAX_INLINED_BYTECODES);
});
