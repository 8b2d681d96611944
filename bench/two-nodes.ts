/**
 * How long after a click at one node does the last of a thousand agents at another know of it? Two control servers on one
 * PostgreSQL, all on one machine: `node bench/two-nodes.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlServerProcess } from '../test/helpers/control-server-process.ts';
import type { ControlServerProcess } from '../test/helpers/control-server-process.ts';
import { startPostgres } from '../test/helpers/postgres-cluster.ts';
import { formatGoals } from './goal.ts';
import type { Section } from './goal.ts';
import { goalsOf, measureFanOut, tableOf } from './kill-fan-out.ts';

const ROUNDS = 50;
const MAX_LAST_RECEIPT_MS = 1_000;

/** Kills and releases at one node, agents at the other. */
export async function benchTwoNodes(): Promise<Section> {
  const cluster = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-two-nodes-'));
  const nodes: ControlServerProcess[] = [];
  try {
    const start = async (name: string): Promise<ControlServerProcess> => {
      const node = await startControlServerProcess(join(folder, name), 0, [], {
        STILLFRAME_DATABASE_URL: cluster.url,
      });
      nodes.push(node);
      return node;
    };
    const fanOut = await measureFanOut(await start('a'), await start('b'), ROUNDS);
    return {
      goals: goalsOf(fanOut, MAX_LAST_RECEIPT_MS),
      text: `## Two nodes on PostgreSQL

A kill and its release asked of one node, ${ROUNDS} times, and a thousand agents at the other.

${tableOf(fanOut)}
`,
    };
  } finally {
    for (const node of nodes) await node.end('SIGKILL');
    await cluster.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { text, goals } = await benchTwoNodes();
  process.stdout.write(`${text}\n${formatGoals(goals)}\n`);
}
