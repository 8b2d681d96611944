import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';
import { until } from '../helpers/until.ts';
import { writeShop } from './shop-in-files.ts';
import type { ShopInFiles } from './shop-in-files.ts';

/** A service that calls a label fifty times a second, of which one call a second is captured. */
describe('what became of the calls of a service', () => {
  let dashboard: Dashboard;
  let shop: ShopInFiles;
  let secret: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    dashboard = await startDashboard();
    shop = writeShop();
    ({ secret } = await dashboard.server.createKey({ name: 'processes', environment: 'default' }));
    ({ page, complaints } = await dashboard.openPage());
  });
  afterAll(async () => {
    await shop?.close();
    await dashboard?.close();
  });

  const outcomes = () => page.getByTestId('service-outcomes');
  /** The figures of the legend by name, as they stand there at one moment. */
  const figures = async (): Promise<Record<string, number>> => {
    const text = await outcomes().innerText();
    return Object.fromEntries(
      [...text.matchAll(/^([\d,]+) (calls|stored|rate|unregistered)\b/gm)].map(
        ([, count = '', name = '']) => [name, Number(count.replaceAll(',', ''))],
      ),
    );
  };
  const storedSnapshots = async (): Promise<number> =>
    (await dashboard.api<{ items: unknown[] }>('GET', '/api/snapshots?service=shop&limit=200')).items.length;

  it('is a sum of shares that each call is in once, with who counted it', async () => {
    const first = await shop.start(dashboard.server, secret, 'shop');
    await page.goto(`${dashboard.server.url}/services/default/shop/breakpoints`);
    await outcomes().waitFor();
    const { calls, ...shares } = await until('more than the limit takes', async () => {
      const found = await figures();
      return (found['stored'] ?? 0) > 1 && (found['rate'] ?? 0) > (found['stored'] ?? 0) ? found : null;
    });
    expect(Object.values(shares).reduce((sum, count) => sum + count, 0)).toBe(calls);
    expect(await storedSnapshots()).toBeGreaterThanOrEqual(shares['stored'] ?? 0);
    await outcomes().getByText('counted by one agent since it started').waitFor();
    first.kill('SIGKILL');
  });

  it('says that another process counts for itself, from 0 on', async () => {
    await shop.start(dashboard.server, secret, 'shop');
    await outcomes().getByText('counted by 2 agents, each since it started, the first one').waitFor();
    await outcomes().getByText('A process that starts anew begins at 0.').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.reload();
      await outcomes().waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }
  });

  it('never makes the page complain', () => {
    expect(complaints).toEqual([]);
  });
});
