import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BreakpointResource, NewBreakpoint, Page, SnapshotSummary } from '../../src/protocol/api.ts';
import { until } from '../helpers/until.ts';
import type { Demo } from './demo.ts';

const SHOP = join(import.meta.dirname, '..', '..', 'control-server', 'demo');

/** What the pages are about. */
export interface Stage {
  /** A file of the shop with marks in its margin. */
  readonly codeFile: string;
  /** Two snapshots of one place. */
  readonly compared: readonly [string, string];
  /** A snapshot with an error, a stack and redacted values. */
  readonly snapshotId: string;
}

const DAY_MS = 24 * 60 * 60_000;
const LEAST_SNAPSHOTS = 60;
const WHOLE_BYTES = 4_000;
const SCENE_TIMEOUT_MS = 120_000;

/** Sets breakpoints in somebody's name and waits until everything that is to be seen has happened. */
export async function setStage(demo: Demo, token: string): Promise<Stage> {
  await demo.addShop('default');
  await demo.addShop('staging');
  await furnish(demo, token);
  const line = await setBreakpoints(demo, token);
  const list = async (query: string): Promise<readonly SnapshotSummary[]> =>
    (await demo.api<Page<SnapshotSummary>>('GET', `/api/snapshots?environment=default&${query}`)).items;
  const listAtLeast = (count: number, query: string): Promise<readonly SnapshotSummary[]> =>
    until(`${count} of ${query}`, async () => some(await list(query), count), SCENE_TIMEOUT_MS);

  await listAtLeast(1, `breakpoint=${line.id}`);
  await listAtLeast(LEAST_SNAPSHOTS, 'limit=500');
  // On a busy machine a copy may run out of time: a whole one shows more.
  const declined = await until(
    'a declined payment, captured whole',
    async () => (await list('label=payment-declined')).find(({ sizeBytes }) => sizeBytes >= WHOLE_BYTES),
    SCENE_TIMEOUT_MS,
  );
  const [right, left] = await listAtLeast(2, 'label=checkout');
  return {
    codeFile: join(SHOP, 'orders.ts'),
    compared: [left?.id ?? '', right?.id ?? ''],
    snapshotId: declined.id,
  };
}

/** Null while there are fewer. */
function some<T>(items: readonly T[], count: number): readonly T[] | null {
  return items.length < count ? null : items;
}

/** People who are invited, webhooks and settings. */
async function furnish({ api }: Demo, token: string): Promise<void> {
  await api('POST', '/api/users', { name: 'Katherine Johnson', role: 'operator' }, token);
  await api('POST', '/api/users', { name: 'Edsger Dijkstra', role: 'viewer' }, token);
  // Nothing of this happens here, so nothing is sent.
  const events = ['breaker_open'];
  await api('POST', '/api/webhooks', { url: 'https://hooks.example.com/stillframe', events }, token);
  const settings = {
    viewersSeeValues: false,
    traceLinkTemplate: 'https://traces.example.com/trace/{traceId}',
    retention: { maxAgeMs: 14 * DAY_MS, maxSnapshotsPerBreakpoint: 5_000, maxTotalBytes: null },
  };
  await api('PUT', '/api/settings', settings, token);
}

/** One for each state that the pages know; gives one on a line that is reached all the time. */
async function setBreakpoints({ api }: Demo, token: string): Promise<BreakpointResource> {
  const create = (breakpoint: Omit<NewBreakpoint, 'serviceName'>): Promise<BreakpointResource> =>
    api('POST', '/api/breakpoints', { serviceName: 'demo-shop', ...breakpoint }, token);
  await create({
    ...place('orders.ts', "order.status = 'paid'"),
    condition: 'order.totalCents > 10000',
    captureExpressions: ['order.customer.id', 'order.totalCents'],
    expireAt: new Date(Date.now() + 60 * 60_000).toISOString(),
    maxCaptures: 500,
  });
  await create({
    ...place('cart.ts', 'const discountCents'),
    mode: 'logpoint',
    logMessage: 'A cart of {itemsCents} cents with the coupon {this.coupon}',
  });
  await create({ ...place('orders.ts', '/** What a customer bought.'), condition: 'order.totalCents > 0' });
  await create({ ...place('orders.ts', 'if (this.#orders.size > MAX_ORDERS'), enabled: false });
  await create({ label: 'refund', condition: 'amountCents >= 5000', maxCaptures: 20 });
  return create({ ...place('orders.ts', 'this.#orders.set(order.id, order)'), stackDepth: 16 });
}

/** Where a piece of text stands in a file of the shop. */
function place(name: string, text: string): { readonly filePath: string; readonly lineNumber: number } {
  const filePath = join(SHOP, name);
  const index = readFileSync(filePath, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${name} has no line with: ${text}`);
  return { filePath, lineNumber: index + 1 };
}
