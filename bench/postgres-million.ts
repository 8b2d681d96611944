/**
 * The pages and searches of `store-million.ts`, on PostgreSQL: `node bench/postgres-million.ts [<snapshots>]`, a quarter of
 * an hour.
 */
import { createPostgresStore } from '../control-server/store/postgres-store.ts';
import { startPostgres } from '../test/helpers/postgres-cluster.ts';
import { formatGoals } from './goal.ts';
import { benchMillion } from './store-million.ts';

const MILLION = 1_000_000;
/** The days of the snapshots; a sweep makes the partitions of a day and the next two. */
const DAYS = ['2026-11-14T00:00:00Z', '2026-11-17T00:00:00Z', '2026-11-20T00:00:00Z'];

const total = Number(process.argv[2] ?? MILLION);
const cluster = await startPostgres();
try {
  const store = await createPostgresStore({ url: cluster.url });
  for (const day of DAYS) await store.sweep(day);
  const { text, goals } = await benchMillion(store, total);
  await store.close();
  process.stdout.write(`${text}\n${formatGoals(goals)}\n`);
  process.exitCode = goals.every(({ isKept }) => isKept) ? 0 : 1;
} finally {
  await cluster.end();
}
