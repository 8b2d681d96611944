/**
 * `npm run soak`: do the event loop and the heap notice that a program calls `captureSnapshot` all the time? And that the
 * network flaps, or fails ten thousand times? Five minutes, or as many seconds of flapping as its argument says:
 * `npm run soak -- 3600`.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startFakeControlServer } from '../test/helpers/fake-control-server.ts';
import { soakDelivery } from './delivery-soak.ts';
import { soakFailures } from './leak-soak.ts';
import { soakRoutes } from './fuzz-soak.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, verify } from './harness.ts';
import type { LoopDelay, SoakOutcome } from './soak-process.ts';
import { soakKills, soakPostgresKills } from './store-kill-soak.ts';

const REPORT_SECONDS = 10;
const SOAK_SECONDS = 60;
const FLAPPING_SECONDS = 180;
const PROGRAM = join(import.meta.dirname, 'soak-process.ts');

/** A tight loop of calls: short for the report, longer in `npm run soak`. */
export async function benchSoak(seconds: number = REPORT_SECONDS): Promise<Section> {
  const server = await startFakeControlServer();
  let outcome: SoakOutcome;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      PROGRAM,
      String(seconds),
      server.url,
      server.apiKey,
    ]);
    outcome = JSON.parse(stdout) as SoakOutcome;
  } finally {
    await server.close();
  }
  const { calls, grownBytes, withCalls, withLiterals, withoutCalls, status } = outcome;
  verify(status.captured >= seconds, `${status.captured} captures in ${seconds} seconds`);
  verify(status.stored === server.stored.size, `${status.stored} stored, ${server.stored.size} have arrived`);
  const { stored, dropped } = status;
  const accounted = stored + Object.values(dropped).reduce((sum, count) => sum + count, 0);
  verify(accounted === calls, `${accounted} of ${calls} calls are accounted for`);

  const row = (name: string, { p50Ms, p99Ms, maxMs }: LoopDelay): string[] => [
    name,
    ...[p50Ms, p99Ms, maxMs].map(formatMs),
  ];
  const inMillions = `${(calls / 1e6).toFixed(0)} million`;
  return {
    goals: [
      atMost('heap after a soak, above before', grownBytes / 1024 / 1024, 1, (mb) => `${mb.toFixed(1)} MB`),
      atMost(
        'the 99th percentile of a turn of the event loop, above the same objects without calls',
        withCalls.p99Ms - withLiterals.p99Ms,
        1,
        formatMs,
      ),
    ],
    text: `## A soak

${seconds} seconds of turns that make 10,000 calls each over 100 labels, ${inMillions} in all, of which ${status.captured}
captured; between them, for a second each, the same turns with the objects of the calls alone, and without them. All
calls are accounted for.

${formatTable(['from one turn of the event loop to the next', 'median', '99th percentile', 'longest'], [row('with calls', withCalls), row('with the objects alone', withLiterals), row('without', withoutCalls)])}
`,
  };
}

function formatMs(ms: number): string {
  return `${ms.toFixed(2)} ms`;
}

if (process.argv[1] === import.meta.filename) {
  const seconds = Number(process.argv[2] ?? FLAPPING_SECONDS);
  if (!(seconds >= 60)) throw new Error('usage: npm run soak [-- <seconds, 60 or more>]');
  let isKept = true;
  for (const soak of [
    () => benchSoak(SOAK_SECONDS),
    soakFailures,
    () => soakKills(),
    () => soakPostgresKills(),
    () => soakRoutes(),
    () => soakDelivery(seconds),
  ]) {
    const { text, goals } = await soak();
    const lines = goals.map(
      ({ what, measured, promised, isKept: isThisKept }) =>
        `${isThisKept ? 'kept' : 'NOT KEPT'}: ${what} ${measured} (${promised})`,
    );
    process.stdout.write(`${text}\n${lines.join('\n')}\n\n`);
    isKept &&= goals.every((goal) => goal.isKept);
  }
  process.exitCode = isKept ? 0 : 1;
}
