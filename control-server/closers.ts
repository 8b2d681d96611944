/** What was opened, the newest last; each is closed whatever becomes of the others. */
export type Closers = (() => unknown)[];

/** Closes the newest first. Rejects with the first failure, after all of them were tried. */
export async function closeAll(closers: Closers): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
