import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';

const PROGRAM = fileURLToPath(new URL('./storing-process.ts', import.meta.url));

test(
  'a process that is killed while it stores loses nothing that was confirmed',
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stillframe-kill-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'stillframe.db');
    const confirmed: string[] = [];
    for (let run = 0; run < 4; run++) confirmed.push(...(await storeUntilKilled(file, run, 4 + 5 * run)));

    const store = await createSqliteStore({ file });
    onTestFinished(() => store.close());
    const ids = new Set<string>();
    let after = 'sn-0';
    for (;;) {
      const { items, nextCursor } = await store.listSnapshots({ after, limit: 500 });
      for (const { id } of items) ids.add(id);
      if (nextCursor === null) break;
      after = nextCursor;
    }
    expect(confirmed.length).toBeGreaterThanOrEqual(4 + 9 + 14 + 19);
    const missing = confirmed.flatMap((prefix) =>
      Array.from({ length: 20 }, (_, index) => `${prefix}${index + 1}`).filter((id) => !ids.has(id)),
    );
    expect(missing).toEqual([]);
    // A batch is there whole or not at all.
    expect(ids.size % 20).toBe(0);
    // Its bookkeeping is of the same transaction.
    expect(await store.listServices('2026-11-21T10:00:30Z')).toMatchObject([{ snapshotsLastHour: ids.size }]);
  },
);

/** The prefixes of the batches that one process confirmed until it was killed, in the middle of the next ones. */
async function storeUntilKilled(file: string, run: number, batches: number): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, file, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const confirmed: string[] = [];
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    confirmed.push(line);
    if (confirmed.length === batches) child.kill('SIGKILL');
  }
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  return confirmed;
}
