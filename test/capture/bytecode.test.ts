import { expect, it } from 'vitest';
import { readBytecodeLength } from '../helpers/bytecode-length.ts';

/**
 * V8 always inlines a function of at most 27 bytecodes (`max_inlined_bytecode_size_small`), whatever else is in the
 * caller. If that figure changes, so must the gate.
 */
const MAX_INLINED_BYTECODES = 27;

it('keeps captureSnapshot within the bytecodes that V8 always inlines', async () => {
  expect(await readBytecodeLength('captureSnapshot')).toBeLessThanOrEqual(MAX_INLINED_BYTECODES);
});
