/**
 * How soon does the dashboard show what one looks for, and does it stay smooth on 100,000 snapshots? In a real browser, with
 * server and agent in processes of their own: `npm run bench:dashboard [-- <snapshots> [<folder to keep>]]`, five minutes.
 */
import { benchCalls } from './dashboard-call.ts';
import { benchFirstLoad } from './dashboard-first-load.ts';
import { benchOpening } from './dashboard-opening.ts';
import { openDashboardRoom } from './dashboard-room.ts';
import { benchScrolling } from './dashboard-scroll.ts';
import { formatGoals } from './goal.ts';
import type { Goal } from './goal.ts';

const SNAPSHOTS = 100_000;

const [, , snapshotsText = String(SNAPSHOTS), kept] = process.argv;
const room = await openDashboardRoom(Number(snapshotsText), kept);
try {
  process.stdout.write('## The dashboard\n\n');
  const goals: Goal[] = [];
  for (const bench of [benchFirstLoad, benchOpening, benchCalls, benchScrolling]) {
    const section = await bench(room);
    process.stdout.write(`${section.text}\n`);
    goals.push(...section.goals);
  }
  process.stdout.write(`${formatGoals(goals)}\n`);
  process.exitCode = goals.every(({ isKept }) => isKept) ? 0 : 1;
} finally {
  await room.close();
}
