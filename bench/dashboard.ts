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

const SNAPSHOTS = 100_000;

const [, , snapshotsText = String(SNAPSHOTS), kept] = process.argv;
const snapshots = Number(snapshotsText);
const room = await openDashboardRoom(snapshots, kept);
try {
  const sections = [
    await benchFirstLoad(room),
    await benchOpening(room),
    await benchCalls(room),
    await benchScrolling(room, snapshots),
  ];
  const goals = sections.flatMap((section) => section.goals);
  process.stdout.write(`## The dashboard

${sections.map(({ text }) => text).join('\n')}
${formatGoals(goals)}
`);
  process.exitCode = goals.every(({ isKept }) => isKept) ? 0 : 1;
} finally {
  await room.close();
}
