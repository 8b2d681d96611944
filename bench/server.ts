/**
 * What does a server take, hold and answer? `npm run bench:server`: under a quarter of an hour on two quiet cores. Each bench has
 * a process of its own, and one whose goal is not kept, or that fails, keeps none of the others from being measured.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const BENCHES = ['ingest.ts', 'stream-fan-out.ts', 'store-million.ts'];

const notKept: string[] = [];
for (const bench of BENCHES) {
  const startMs = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, bench)], { stdio: 'inherit' });
  await once(child, 'exit');
  if (child.exitCode !== 0) notKept.push(bench);
  process.stdout.write(`${bench}: ${((performance.now() - startMs) / 1_000).toFixed(0)} s\n\n`);
}
if (notKept.length > 0) process.stdout.write(`goals not kept, or not measured: ${notKept.join(', ')}\n`);
process.exitCode = notKept.length > 0 ? 1 : 0;
