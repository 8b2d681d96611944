/** A page of the dashboard that says when something was on the screen and which of its tasks were long. */
import type { BrowserContextOptions, Browser, Page } from 'playwright-core';
import { openPage } from '../test/helpers/browser.ts';
import { verify } from './harness.ts';

/** What is not there by then never comes. */
const DEADLINE_MS = 60_000;

/**
 * `painted` resolves in the first task after the frame that shows what is asked for: then the page answers whoever uses it.
 * Times are of `performance.now()`; `Date.now()` is the clock that other processes have too.
 */
const PROBE = `
  globalThis.probe = {
    longTasks: [],
    clickedMs: 0,
    painted(isThere) {
      return new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('never painted: ' + isThere)), ${DEADLINE_MS});
        let isSeen = false;
        const look = () => {
          if (isSeen || !isThere()) return;
          isSeen = true;
          observer.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve({ atMs: performance.now(), epochMs: Date.now() });
            port2.postMessage(null);
          });
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { childList: true, subtree: true, characterData: true });
        const lookEachFrame = () => {
          look();
          if (!isSeen) requestAnimationFrame(lookEachFrame);
        };
        lookEachFrame();
      });
    },
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  addEventListener('click', (event) => { probe.clickedMs = event.timeStamp; }, true);
`;

/** When something was on the screen: since the navigation began, and by the machine's clock. */
export interface Painted {
  readonly atMs: number;
  readonly epochMs: number;
}

/** A page with the probe in it. `complaints` are those of the page. */
export async function openProbedPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const opened = await openPage(browser, options);
  await opened.page.addInitScript(PROBE);
  return opened;
}

/** Resolves when the expression, in the page, is true and drawn. */
export async function untilPainted(page: Page, expression: string): Promise<Painted> {
  return page.evaluate<Painted>(`probe.painted(() => ${expression})`);
}

/** When the page was clicked last, as `performance.now()`. */
export async function lastClickMs(page: Page): Promise<number> {
  const atMs = await page.evaluate<number>('probe.clickedMs');
  verify(atMs > 0, 'the page was never clicked');
  return atMs;
}

/** The tasks above 50 ms since the last time, in milliseconds, as the browser reports them. */
export async function takeLongTasks(page: Page): Promise<readonly number[]> {
  // Entries come a task later than what they are about.
  return page.evaluate<number[]>(
    'new Promise((resolve) => setTimeout(() => resolve(probe.longTasks.splice(0)), 100))',
  );
}

/** What is on the heap of the page after a collection. */
export async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1_024 ** 2;
}
