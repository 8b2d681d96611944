/** How much of scripts does a first load take, and how soon does the page answer? */
import { gzipSync } from 'node:zlib';
import { FIRST_ROW, LIST_PATH } from './dashboard-room.ts';
import type { DashboardRoom } from './dashboard-room.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import { formatMs, sumOf, traceTasks } from './main-thread.ts';
import { untilPainted } from './probed-page.ts';

const ROUNDS = 9;
const MAX_LOAD_MS = 1_000;
const KB = 1_024;
const MAX_SCRIPT_KB = 150;
const PAGES = [
  { name: 'overview', path: '/', shows: `document.querySelector('main h1')` },
  { name: 'snapshots of a service', path: LIST_PATH, shows: FIRST_ROW },
];

interface Load {
  readonly wallMs: number;
  readonly threadMs: number;
  readonly scriptKb: number;
}

/** The overview and the list, from a cold cache. */
export async function benchFirstLoad(room: DashboardRoom): Promise<Section> {
  const figures: { readonly name: string; readonly loads: readonly Load[] }[] = [];
  for (const { name, path, shows } of PAGES) {
    const loads: Load[] = [];
    for (let round = 0; round < ROUNDS; round++) loads.push(await load(room, path, shows));
    figures.push({ name, loads });
  }
  const share = (loads: readonly Load[], field: keyof Load, of: number): number =>
    percentile(
      loads.map((one) => one[field]),
      of,
    );
  return {
    goals: figures.flatMap(({ name, loads }) => [
      atMost(
        `scripts of a first load, gzip: ${name}`,
        share(loads, 'scriptKb', 1),
        MAX_SCRIPT_KB,
        (kb) => `${kb.toFixed(0)} KB`,
      ),
      atMost(
        `first load until the page answers, median: ${name}`,
        share(loads, 'wallMs', 0.5),
        MAX_LOAD_MS,
        formatMs,
      ),
    ]),
    text: `### First load

${ROUNDS} times each over loopback, with an empty cache: from the start of the navigation to the first task after the frame that shows the
heading of the page or the first row of its list. Scripts are all that were asked for until then, each compressed by gzip.

${formatTable(
  ['page', 'scripts', 'fastest', 'median', 'slowest', 'of the median on a processor'],
  figures.map(({ name, loads }) => [
    name,
    `${share(loads, 'scriptKb', 1).toFixed(0)} KB`,
    ...[0, 0.5, 1].map((of) => formatMs(share(loads, 'wallMs', of))),
    formatMs(share(loads, 'threadMs', 0.5)),
  ]),
)}
`,
  };
}

function load({ browser, url, withPage }: DashboardRoom, path: string, shows: string): Promise<Load> {
  return withPage(async (page) => {
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.add(request.url());
    });
    let wallMs = Number.NaN;
    const tasks = await traceTasks(browser, page, async () => {
      await page.goto(url + path, { waitUntil: 'commit' });
      wallMs = (await untilPainted(page, `${shows} !== null`)).atMs;
    });
    return { wallMs, threadMs: sumOf(tasks), scriptKb: await gzippedKb(scripts) };
  });
}

async function gzippedKb(urls: ReadonlySet<string>): Promise<number> {
  let bytes = 0;
  for (const url of urls) bytes += gzipSync(await (await fetch(url)).bytes()).length;
  verify(bytes > 50 * KB, 'the scripts were seen');
  return bytes / KB;
}
