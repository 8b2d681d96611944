import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import type { SnapshotQuery } from '../../../src/protocol/api.ts';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

const PROGRAM = fileURLToPath(new URL('./storing-process.ts', import.meta.url));

test('a process that is killed while it stores loses nothing that was confirmed, and has nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'stillframe.db');
  const confirmed: string[] = [];
  for (let run = 0; run < 4; run++) confirmed.push(...(await storeUntilKilled(file, run, 4 + 5 * run)));

  const store = await createSqliteStore({ file });
  onTestFinished(() => store.close());
  const all = await listIds(store, {});
  const ids = new Set(all);
  expect(all.length).toBe(ids.size);
  expect(confirmed.length).toBeGreaterThanOrEqual(4 + 9 + 14 + 19);
  const missing = confirmed.flatMap((prefix) =>
    Array.from({ length: 20 }, (_, index) => `${prefix}${index + 1}`).filter((id) => !ids.has(id)),
  );
  expect(missing).toEqual([]);
  // A batch is there whole or not at all.
  expect(ids.size % 20).toBe(0);
  // What was confirmed is known again.
  const again = await store.storeSnapshots('default', snapshotsOf(20, {}, confirmed.at(-1)), NOW);
  expect(new Set(again.outcomes)).toEqual(new Set(['duplicate']));
  // The index goes on where it was, and has everything once.
  await store.indexTexts();
  expect(await listIds(store, { q: 'checkout' })).toEqual(all);
  // Its bookkeeping is of the same transaction.
  expect(await store.listServices('2026-11-21T10:00:30Z')).toMatchObject([{ snapshotsLastHour: ids.size }]);
});

async function listIds(store: Store, query: SnapshotQuery): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = 'sn-0';
  while (after !== null) {
    const page: SnapshotPage = await store.listSnapshots({ ...query, after, limit: 500 });
    ids.push(...page.items.map(({ id }) => id));
    after = page.nextCursor;
  }
  return ids;
}

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
