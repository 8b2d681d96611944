import { expect, it } from 'vitest';
import { createBooks } from '../../src/books.ts';
import { createHeldSnapshots } from '../../src/capture/held-snapshots.ts';
import { createFlushing } from '../../src/flushing.ts';

it('a flush is over in time, also when what is being scrubbed waits for a disk that hangs', async () => {
  const flushing = createFlushing({
    held: createHeldSnapshots(),
    stage: { add() {}, drop() {}, idle: () => new Promise(() => {}), size: 1 },
    link: () => null,
    books: createBooks(),
    monotonicNow: () => performance.now(),
  });
  expect(await flushing.flush(10)).toEqual({ unsent: 1 });
  expect(await flushing.flushForGood(10)).toEqual({ unsent: 1 });
  await expect(flushing.flushOrThrow(10)).rejects.toMatchObject({ unsent: 1 });
});
