import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { capture, createKey, startNodeProcess } from '../helpers/node-process.ts';
import { createPostgresDatabase, query } from '../helpers/postgres-database.ts';
import { until } from '../helpers/until.ts';

const RUNS = 2;
const BATCH = 20;

test(
  'a server that is killed while it takes snapshots loses none that it confirmed, and another stores none twice',
  { timeout: 120_000 },
  async () => {
    const database = await createPostgresDatabase();
    const survivor = await startNodeProcess(database);
    const { secret } = await createKey(survivor);
    const confirmed: string[] = [];
    const unconfirmed: string[][] = [];
    for (let run = 0; run < RUNS; run++) {
      const node = await startNodeProcess(database);
      const send = async (): Promise<void> => {
        for (;;) {
          const ids = Array.from({ length: BATCH }, () => randomUUID());
          const status = await capture(node, secret, ids).then(
            (answer) => answer.status,
            () => null,
          );
          if (status === 202) confirmed.push(...ids);
          else unconfirmed.push(ids);
          if (status === null) return;
          if (confirmed.length >= (run + 1) * 10 * BATCH) node.child.kill('SIGKILL');
        }
      };
      await Promise.all([send(), send(), send(), send()]);
      expect(node.child.signalCode ?? 'SIGKILL').toBe('SIGKILL');
    }
    expect(confirmed.length).toBeGreaterThanOrEqual(RUNS * 10 * BATCH);
    // As agents do: what was not confirmed is sent again, to whichever node is there.
    for (const ids of unconfirmed) {
      await until('them to be taken', async () => (await capture(survivor, secret, ids)).status === 202);
    }
    const stored = (await query(database, 'SELECT id FROM snapshot')).map(({ id }) => String(id));
    const expected = [...confirmed, ...unconfirmed.flat()];
    expect(stored.toSorted()).toEqual(expected.toSorted());
    const [usage] = await query(database, 'SELECT sum(snapshots)::integer AS snapshots FROM snapshot_usage');
    expect(usage).toEqual({ snapshots: expected.length });
  },
);
