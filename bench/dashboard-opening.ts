/** How soon after a click in the list are the variables of a snapshot of 16 KB on the screen? */
import { FIRST_ROW, LIST_PATH } from './dashboard-room.ts';
import type { DashboardRoom } from './dashboard-room.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile } from './harness.ts';
import { formatMs, sumOf, traceTasks } from './main-thread.ts';
import { lastClickMs, untilPainted } from './probed-page.ts';

const OPENINGS = 25;
/** A hand rests on a row before it clicks, and the list prepares for that. */
const POINTING_MS = 200;
const MAX_OPEN_MS = 100;
const VARIABLES_BYTES = 16 * 1_024;
const LABEL = 'bench-large';
const VARIABLES = `document.querySelector('[data-testid=value-tree] [data-pointer]')`;

/** Each opening is of another snapshot: none is known to the page. */
export async function benchOpening({ browser, url, store, withPage }: DashboardRoom): Promise<Section> {
  await store(
    LABEL,
    Array.from({ length: OPENINGS + 1 }, (_, number) => largeVariables(number)),
  );
  const wallMs: number[] = [];
  const threadMs: number[] = [];
  await withPage(async (page) => {
    await page.goto(`${url}${LIST_PATH}?label=${LABEL}`);
    for (let index = 0; index <= OPENINGS; index++) {
      await untilPainted(page, `${FIRST_ROW} !== null`);
      const link = page.locator('[data-testid=snapshot-row] a').nth(index);
      await link.hover();
      await page.waitForTimeout(POINTING_MS);
      const tasks = await traceTasks(browser, page, async () => {
        const shown = untilPainted(page, `${VARIABLES} !== null`);
        await link.click();
        const { atMs } = await shown;
        wallMs.push(atMs - (await lastClickMs(page)));
      });
      threadMs.push(sumOf(tasks));
      await page.goBack();
    }
  });
  // The very first one also runs that part of the scripts for the first time.
  const [firstMs = Number.NaN, ...openMs] = wallMs;
  return {
    goals: [
      atMost(
        'from a click to the variables of a snapshot of 16 KB, median',
        percentile(openMs, 0.5),
        MAX_OPEN_MS,
        formatMs,
      ),
    ],
    text: `### Opening a snapshot of 16 KB

${OPENINGS} of them out of the list, none for the second time, ${POINTING_MS} ms after the pointer came to the row: from the time stamp of
the click to the first task after the frame that shows the variables. On a processor: all that the main thread worked meanwhile,
with what leads to the click.

${formatTable(
  ['', 'fastest', 'median', '95th percentile', 'the very first'],
  [
    [
      'by the clock',
      ...[0, 0.5, 0.95].map((share) => formatMs(percentile(openMs, share))),
      formatMs(firstMs),
    ],
    [
      'on a processor',
      ...[0, 0.5, 0.95].map((share) => formatMs(percentile(threadMs.slice(1), share))),
      formatMs(threadMs[0] ?? Number.NaN),
    ],
  ],
)}
`,
  };
}

/** An order with as many items as fit. */
function largeVariables(number: number): unknown {
  const items: unknown[] = [];
  const variables = { number, customer: { name: 'Ada', tags: ['new', 'vip'] }, items };
  const bytes = (): number => JSON.stringify(variables).length;
  const itemBytes = 120;
  while (bytes() < VARIABLES_BYTES - itemBytes) {
    items.push({
      sku: `sku-${items.length}`,
      amount: 2,
      price: { net: 1.5, gross: 1.8 },
      isGift: false,
      note: 'wrapped in paper',
    });
  }
  return variables;
}
