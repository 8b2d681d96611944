/** How soon after a call of `captureSnapshot`, in a process of its own, is the row on the screen? */
import { FIRST_ROW, LIST_PATH } from './dashboard-room.ts';
import type { DashboardRoom } from './dashboard-room.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile } from './harness.ts';
import { formatMs } from './main-thread.ts';
import { untilPainted } from './probed-page.ts';

const CALLS = 20;
const MAX_CALL_MS = 1_000;
/** A label rests for a second after each capture; what is added falls into no step with the beats of agent and server. */
const REST_MS = 1_100;
const STEP_MS = 37;
const FIRST_NUMBER = 1_000;

/** At the top of the list of all snapshots. */
export async function benchCalls({ url, withPage, startAgent }: DashboardRoom): Promise<Section> {
  const delays = await withPage(async (page) => {
    await page.goto(url + LIST_PATH);
    await untilPainted(page, `${FIRST_ROW} && document.querySelector('[data-state=open]') !== null`);
    const agent = await startAgent();
    const found: number[] = [];
    for (let number = FIRST_NUMBER; number <= FIRST_NUMBER + CALLS; number++) {
      const shown = untilPainted(
        page,
        `document.querySelector('[data-testid=snapshot-row]').textContent.includes('number: ${number}')`,
      );
      const calledMs = await agent.capture(number);
      found.push((await shown).epochMs - calledMs);
      await page.waitForTimeout(REST_MS + STEP_MS * (number % 10));
    }
    agent.end();
    // With the first one the server learns of the label.
    return found.slice(1);
  });
  return {
    goals: [
      atMost(
        'from a call of captureSnapshot to its row on the screen, slowest',
        percentile(delays, 1),
        MAX_CALL_MS,
        formatMs,
      ),
    ],
    text: `### From a call to the screen

${CALLS} calls of \`captureSnapshot\` with the options as they are: from the instant before the call to the first task after the frame that
shows the row, both by the clock of the machine.

${formatTable(
  ['fastest', 'median', '95th percentile', 'slowest'],
  [[0, 0.5, 0.95, 1].map((share) => formatMs(percentile(delays, share)))],
)}
`,
  };
}
