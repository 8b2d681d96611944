/**
 * Does a server that is killed with `kill -9` in the middle of ingest, again and again, lose a snapshot that it confirmed,
 * or have one twice? And how soon does it listen again? On SQLite, and then on PostgreSQL:
 * `node bench/store-kill-soak.ts [<kills>]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore } from '../control-server/store/postgres-store.ts';
import { createSqliteStore } from '../control-server/store/sqlite-store.ts';
import type { Store } from '../control-server/store/store.ts';
import type { SnapshotQuery } from '../src/protocol/api.ts';
import type { SnapshotPage } from '../src/protocol/api-snapshots.ts';
import { AGENT_USER_AGENT_PREFIX, API_KEY_HEADER, CAPTURE_PATH } from '../src/protocol/routes.ts';
import { encodeSnapshot } from '../src/protocol/snapshot.ts';
import { VERSION } from '../src/protocol/version.ts';
import { startPostgres } from '../test/helpers/postgres-cluster.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { percentile, verify } from './harness.ts';
import type { IngestMessage } from './ingest-process.ts';
import { millionSnapshot } from './stored-million.ts';

const KILLS = 20;
const ROWS = 20;
const SENDERS = 4;
/** Batches that are confirmed before a kill, at least; each run has some more than the one before. */
const FIRST_BATCHES = 5;
const MAX_START_MS = 1_000;
const PROGRAM = join(import.meta.dirname, 'ingest-process.ts');

/** The same on a PostgreSQL of its own. */
export async function soakPostgresKills(kills: number = KILLS): Promise<Section> {
  const cluster = await startPostgres();
  try {
    return await soakKills(kills, cluster.url);
  } finally {
    await cluster.end();
  }
}

/**
 * Kills one server after the other in the same data folder, each with requests under way.
 * @param databaseUrl of an empty PostgreSQL; null: SQLite in the folder
 */
export async function soakKills(kills: number = KILLS, databaseUrl: string | null = null): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-kill-soak-'));
  const confirmed: string[] = [];
  const startsMs: number[] = [];
  const numbers = { next: 0 };
  try {
    for (let kill = 0; kill < kills; kill++) {
      const run = await ingestUntilKilled(folder, databaseUrl, FIRST_BATCHES + kill, numbers);
      confirmed.push(...run.confirmed);
      startsMs.push(run.startMs);
    }
    const store =
      databaseUrl === null
        ? await createSqliteStore({ file: join(folder, 'stillframe.db') })
        : await createPostgresStore({ url: databaseUrl });
    const stored = await listIds(store, {});
    const known = new Set(stored);
    const lost = confirmed.filter((id) => !known.has(id)).length;
    await store.indexTexts();
    const found = await listIds(store, { q: 'order' });
    await store.close();
    verify(lost === 0, `${lost} of ${confirmed.length} confirmed snapshots were lost`);
    verify(stored.length === known.size, `${stored.length - known.size} snapshots are there twice`);
    verify(found.length === stored.length, `a search finds ${found.length} of ${stored.length}`);
    return {
      goals: [
        atMost(
          'from the start of a killed server to listening, median',
          percentile(startsMs, 0.5),
          MAX_START_MS,
          formatMs,
        ),
      ],
      text: `## Killed in the middle of ingest, on ${databaseUrl === null ? 'SQLite' : 'PostgreSQL'}

${kills} servers killed with \`kill -9\` on one data folder, ${SENDERS} requests under way: ${confirmed.length} snapshots confirmed, ${stored.length} stored, none lost, none twice, all found by a search. The slowest start took ${formatMs(Math.max(...startsMs))}.
`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ingestUntilKilled(
  folder: string,
  databaseUrl: string | null,
  batches: number,
  numbers: { next: number },
): Promise<{ readonly confirmed: readonly string[]; readonly startMs: number }> {
  const beginMs = performance.now();
  const child = fork(PROGRAM, [folder], {
    env: { ...process.env, STILLFRAME_DATABASE_URL: databaseUrl ?? '' },
  });
  const exit = once(child, 'exit');
  const [ready] = (await once(child, 'message')) as [IngestMessage];
  const startMs = performance.now() - beginMs;
  if (ready.kind !== 'ready') throw new Error('a server that does not start');
  const confirmed: string[] = [];
  let answered = 0;
  const send = async (): Promise<void> => {
    for (;;) {
      const snapshots = Array.from(
        { length: ROWS },
        () => millionSnapshot(numbers.next++, Number.MAX_SAFE_INTEGER).snapshot,
      );
      const answer = await fetch(ready.url + CAPTURE_PATH, {
        method: 'POST',
        headers: {
          [API_KEY_HEADER]: ready.secret,
          'user-agent': `${AGENT_USER_AGENT_PREFIX}${VERSION} node/${process.versions.node}`,
          'content-type': 'application/x-ndjson',
        },
        body: snapshots.map((snapshot) => JSON.stringify(encodeSnapshot(snapshot))).join('\n'),
      }).catch(() => null);
      if (answer === null) return;
      // What arrived of an answer is an answer, whatever became of the rest.
      if (answer.status === 202) confirmed.push(...snapshots.map(({ snapshotId }) => snapshotId ?? ''));
      await answer.text().catch(() => '');
      answered += 1;
      if (answered === batches) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  await exit;
  return { confirmed, startMs };
}

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

function formatMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

if (process.argv[1] === import.meta.filename) {
  const kills = Number(process.argv[2] ?? KILLS);
  for (const { text, goals } of [await soakKills(kills), await soakPostgresKills(kills)]) {
    process.stdout.write(`${text}\n`);
    for (const { what, measured, promised, isKept } of goals) {
      process.stdout.write(`${isKept ? 'kept' : 'NOT KEPT'}: ${what} ${measured} (${promised})\n`);
      if (!isKept) process.exitCode = 1;
    }
  }
}
