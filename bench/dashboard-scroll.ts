/**
 * Does a list of very many snapshots scroll without a long task, and what does it keep in memory? As by a hand: row after row,
 * page after page, to its end and back, and then while new ones come in.
 */
import type { Page } from 'playwright-core';
import { FIRST_ROW, LIST_PATH } from './dashboard-room.ts';
import type { DashboardRoom } from './dashboard-room.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, verify } from './harness.ts';
import { formatMs, longestOf, traceTasks } from './main-thread.ts';
import type { Task } from './main-thread.ts';
import { heapMb, takeLongTasks, untilPainted } from './probed-page.ts';

const MAX_TASK_MS = 50;
const MAX_KEPT_MB = 20;
const LIVE_EVERY_MS = 100;
const LIVE_BATCH = 5;
const WHEEL_TURNS = 100;
const WHEEL_PX = 900;
const PAGE_KEYS = 100;
const MAX_END_KEYS = 2_000;
const END_KEY_MS = 500;
const JUMPS = 40;
/** Coprime with it: from place to place far away. */
const JUMP_STEP = 17;

/** In the page: rows that the list knows of. */
const ROW_COUNT = `(Number(document.querySelector('[role=table]').getAttribute('aria-rowcount')) - 1)`;

interface Way {
  readonly name: string;
  readonly scroll: (page: Page) => Promise<void>;
}

const WHEEL_DOWN: Way = {
  name: `wheel down, ${WHEEL_TURNS} turns of ${WHEEL_PX} px`,
  scroll: turnWheel,
};
const PAGE_DOWN: Way = { name: `PageDown, ${PAGE_KEYS} times`, scroll: (page) => press(page, 'PageDown') };
const BAR: Way = { name: `scroll bar, to ${JUMPS} places`, scroll: jump };
const HOME: Way = { name: 'Home', scroll: goHome };
const WAYS: readonly Way[] = [
  WHEEL_DOWN,
  PAGE_DOWN,
  { name: 'End, until there are no more', scroll: scrollToEnd },
  { name: `PageUp, ${PAGE_KEYS} times`, scroll: (page) => press(page, 'PageUp') },
  BAR,
  HOME,
];
const LIVE_WAYS: readonly Way[] = [
  { name: 'at the top for 5 s', scroll: (page) => page.waitForTimeout(5_000) },
  WHEEL_DOWN,
  PAGE_DOWN,
  BAR,
  HOME,
];

/** What one way came to. */
interface Scrolled {
  readonly name: string;
  readonly longest: Task;
  /** As the page hears of them. */
  readonly longTasksMs: readonly number[];
}

/** The list of one service with all snapshots. */
export async function benchScrolling(room: DashboardRoom): Promise<Section> {
  const { snapshots } = room;
  const { all, keptMb } = await room.withPage(async (page) => {
    await page.goto(room.url + LIST_PATH);
    await untilPainted(page, `${FIRST_ROW} !== null`);
    await takeLongTasks(page);
    const beforeMb = await heapMb(page);
    const quiet = await scrollAll(room, page, WAYS, '');
    const rows = await countRows(page);
    verify(rows >= snapshots, `${rows} rows instead of ${snapshots}`);
    const kept = (await heapMb(page)) - beforeMb;
    const writing = writeAllTheTime(room);
    const live = await scrollAll(room, page, LIVE_WAYS, ', live');
    await writing.stop();
    await untilPainted(page, `${FIRST_ROW}.closest('[data-snapshot-id]').textContent.includes('live')`);
    return { all: [...quiet, ...live], keptMb: kept };
  });
  const longest = longestOf(all.map((scrolled) => scrolled.longest));
  return {
    goals: [
      atMost(`longest task of a list of ${snapshots} snapshots`, longest.wallMs, MAX_TASK_MS, formatMs),
      atMost('longest time of a task on a processor', longest.threadMs, MAX_TASK_MS, formatMs),
      atMost('memory that is left of all the rows', keptMb, MAX_KEPT_MB, (mb) => `${mb.toFixed(1)} MB`),
    ],
    text: `### A list of ${snapshots} snapshots

In a window of 1280 × 900. Live: ${LIVE_BATCH} new ones each ${LIVE_EVERY_MS} ms. Tasks are those of the main thread, by a trace of the browser: how long they took
by the clock, and how long they worked, since a machine that has other things to do lets them wait. Long tasks: above 50 ms, as
\`PerformanceObserver\` reports them. Memory: what is more on the heap after a collection, once all rows were in view.

${formatTable(
  ['scrolled', 'longest task', 'longest on a processor', 'long tasks'],
  all.map(({ name, longest: { wallMs, threadMs }, longTasksMs }) => [
    name,
    formatMs(wallMs),
    formatMs(threadMs),
    String(longTasksMs.length),
  ]),
)}
`,
  };
}

async function scrollAll(
  { browser }: DashboardRoom,
  page: Page,
  ways: readonly Way[],
  suffix: string,
): Promise<Scrolled[]> {
  const done: Scrolled[] = [];
  for (const { name, scroll } of ways) {
    const tasks = await traceTasks(browser, page, () => scroll(page));
    verify(tasks.length > 0, 'the trace has tasks');
    const longTasksMs = await takeLongTasks(page);
    done.push({
      name: name + suffix,
      longest: longestOf(tasks),
      longTasksMs,
    });
  }
  return done;
}

function writeAllTheTime({ store }: DashboardRoom): { stop(): Promise<void> } {
  const state = { isOver: false };
  const writing = (async () => {
    while (!state.isOver) {
      await store(
        'live',
        Array.from({ length: LIVE_BATCH }, () => ({ at: Date.now() })),
      );
      await new Promise((resolve) => setTimeout(resolve, LIVE_EVERY_MS));
    }
  })();
  return {
    stop() {
      state.isOver = true;
      return writing;
    },
  };
}

async function countRows(page: Page): Promise<number> {
  return page.evaluate<number>(ROW_COUNT);
}

async function turnWheel(page: Page): Promise<void> {
  await page.mouse.move(640, 600);
  for (let turn = 0; turn < WHEEL_TURNS; turn++) {
    await page.mouse.wheel(0, WHEEL_PX);
    await nextFrame(page);
  }
  await untilRowsShow(page);
}

async function press(page: Page, key: 'PageDown' | 'PageUp'): Promise<void> {
  for (let pressed = 0; pressed < PAGE_KEYS; pressed++) {
    await page.keyboard.press(key);
    await nextFrame(page);
  }
  await untilRowsShow(page);
}

async function scrollToEnd(page: Page): Promise<void> {
  const isEnd = `document.querySelector('.list-end').textContent === 'That is all'`;
  for (let pressed = 0; pressed < MAX_END_KEYS; pressed++) {
    const rows = await countRows(page);
    const isOver = await page.evaluate<boolean>(isEnd);
    await page.keyboard.press('End');
    if (isOver) return untilRowsShow(page);
    // The key leads to where the end was when it was pressed; whoever finds that there is more presses it again.
    const againMs = (await page.evaluate<number>('performance.now()')) + END_KEY_MS;
    await untilPainted(page, `${isEnd} || ${ROW_COUNT} > ${rows} || performance.now() > ${againMs}`);
  }
  verify(false, 'the list has an end');
}

async function jump(page: Page): Promise<void> {
  for (let place = 0; place < JUMPS; place++) {
    // As the bar is dragged: the page is told nothing but where it is.
    const share = ((place * JUMP_STEP) % JUMPS) / JUMPS;
    await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${share})`);
    await nextFrame(page);
    if (place % 4 === 0) await untilRowsShow(page);
  }
}

async function goHome(page: Page): Promise<void> {
  await page.keyboard.press('Home');
  await untilPainted(page, 'scrollY === 0');
  await untilRowsShow(page);
}

/** Until there is a row in the middle of the window. */
async function untilRowsShow(page: Page): Promise<void> {
  await untilPainted(page, `document.elementFromPoint(640, 600)?.closest('[data-snapshot-id]') != null`);
}

async function nextFrame(page: Page): Promise<void> {
  await page.evaluate('new Promise(requestAnimationFrame)');
}
