import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

describe('the snapshots in the dashboard', () => {
  let dashboard: Dashboard;
  let page: Page;
  let complaints: string[];
  let ids: string[];

  beforeAll(async () => {
    dashboard = await startDashboard();
    ids = await dashboard.store([
      { label: 'checkout', variables: { cart: { total: 42, currency: 'EUR' }, step: 'one' } },
      { label: 'checkout', variables: { cart: { total: 43, currency: 'EUR' }, coupon: 'TEA' } },
      { label: 'login', variables: { email: 'ada@example.com' }, trace_id: 'trace-1' },
    ]);
    ({ page, complaints } = await dashboard.openPage());
  });
  afterAll(() => dashboard?.close());

  const idOf = (index: number): string => ids[index] ?? '';
  const rows = (): ReturnType<Page['getByTestId']> => page.getByTestId('snapshot-row');
  const at = (path: string): Promise<unknown> => page.goto(dashboard.server.url + path);
  const untilRows = (count: number): Promise<void> => expect.poll(() => rows().count()).toBe(count);

  it('are narrowed by what is chosen, which the address keeps and a link brings back', async () => {
    await at('/snapshots');
    await untilRows(3);
    await page.getByTestId('service-filter').selectOption('shop');
    await page.getByTestId('environment-filter').selectOption('default');
    await page.getByTestId('more-filters').click();
    await page.getByTestId('filter-panel').getByLabel('Scrubbed').selectOption('email');
    await untilRows(1);
    await page.getByTestId('filter-panel').getByLabel('Trace id').fill('trace-1');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe('?service=shop&environment=default&flag=email&trace=trace-1');
    await page.reload();
    await untilRows(1);
    expect(await rows().first().textContent()).toContain('login');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await untilRows(3);
  });

  it('are found by a word in their values, and the page says how far it looked', async () => {
    await at('/snapshots?q=TEA');
    await untilRows(1);
    expect(await page.getByTestId('search-reach').textContent()).toMatch(/^Searched up to \d\d:\d\d:\d\d/);
    await page.getByLabel('Filter snapshots').fill('nowhere to be found');
    await page.getByText('No snapshot matches').waitFor();
  });

  it('are walked through by the keyboard alone', async () => {
    await at('/snapshots');
    await untilRows(3);
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('snapshot-filter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('value-tree').waitFor();
    expect(page.url()).toMatch(/\/snapshots\/018f0000-/);
    await page.keyboard.press('?');
    await page.getByTestId('shortcut-help').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('shortcut-help').waitFor({ state: 'detached' });
  });

  it('go to the next and the previous hit of the same label', async () => {
    await at(`/snapshots/${idOf(0)}`);
    await page.getByRole('link', { name: 'Newer hit (k)' }).click();
    await page.waitForURL(`**/snapshots/${idOf(1)}`);
    await page.getByRole('link', { name: 'Older hit (j)' }).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(`**/snapshots/${idOf(0)}`);
  });

  it('stay when they are pinned, which the list shows', async () => {
    await at(`/snapshots/${idOf(0)}`);
    await page.getByTestId('pin').click();
    await page.getByRole('button', { name: 'Pinned', pressed: true }).waitFor();
    await at('/snapshots?pinned=true');
    await untilRows(1);
    expect(await rows().first().textContent()).toContain('pinned');
    await at(`/snapshots/${idOf(0)}`);
    await page.getByRole('button', { name: 'Pinned', pressed: true }).click();
    await page.getByRole('button', { name: 'Pin', pressed: false }).waitFor();
  });

  it('come out as files, those that the filter leaves', async () => {
    await at('/snapshots?trace=trace-1');
    await untilRows(1);
    await page.getByTestId('export-snapshots').click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: /^NDJSON/ }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { snapshot_id: string }).snapshot_id)).toEqual([idOf(2)]);
  });

  it('are searched within, from place to place', async () => {
    await at(`/snapshots/${idOf(0)}`);
    await page.getByTestId('value-tree').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('o');
    await expect.poll(() => page.getByTestId('value-matches').textContent()).toBe('1 of 2');
    expect(await page.locator('[data-match=current]').getAttribute('data-pointer')).toBe('/cart/total');
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-match=current]').getAttribute('data-pointer')).toBe('/step');
  });

  it('read in one column as one asks: what there was, how it came there, where, and all of it at the end', async () => {
    const sections = page.locator('.snapshot-columns [data-testid^=section-]');
    const order = (): Promise<string[]> =>
      sections.evaluateAll((found) =>
        found
          .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map((section) => section.querySelector('h2')?.id ?? ''),
      );
    await at(`/snapshots/${idOf(0)}`);
    await page.getByTestId('value-tree').waitFor();
    for (const width of [320, 768, 1000]) {
      await page.setViewportSize({ width, height: 900 });
      const expected = ['variables', 'stack', 'source', 'details', 'flags', 'raw'];
      await expect.poll(order).toEqual(expected);
      // The keyboard goes the way that the eyes go.
      expect(await sections.locator('h2').evaluateAll((all) => all.map(({ id }) => id))).toEqual(expected);
    }
    await page.setViewportSize({ width: 1001, height: 900 });
    const beside = async (): Promise<number> =>
      Number((await page.getByTestId('section-stack').boundingBox())?.y) -
      Number((await page.getByTestId('section-variables').boundingBox())?.y);
    await expect.poll(beside).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('are compared with the hit before, value by value', async () => {
    await at(`/snapshots/${idOf(1)}`);
    await page.getByTestId('compare').click();
    await page.getByRole('link', { name: 'With the hit before' }).click();
    await page.waitForURL(`**/snapshots/${idOf(0)}/compare/${idOf(1)}`);
    await page.getByTestId('differences').waitFor();
    const found = await page.getByTestId('differences').locator('tbody tr').allInnerTexts();
    expect(found.map((text) => text.split(/\s+/).join(' '))).toEqual([
      'cart.total changed 42 43',
      'step removed one not there',
      'coupon added not there TEA',
    ]);
    await page.getByText('Place, code, process and call stack are the same.').waitFor();
  });

  it('link their trace to where it is shown, once an administrator said where that is', async () => {
    await at('/settings');
    await page.getByLabel('Link to a trace').fill('javascript:alert(1)//{traceId}');
    await page.getByTestId('save-settings').click();
    await page.getByText('The template must be an http or https address').waitFor();
    await page.getByLabel('Link to a trace').fill('https://traces.example.com/{traceId}');
    await page.getByTestId('save-settings').click();
    await page.getByText('Last changed').waitFor();
    await at(`/snapshots/${idOf(2)}`);
    const link = page.getByTestId('trace-link');
    expect(await link.getAttribute('href')).toBe('https://traces.example.com/trace-1');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('draw only the rows in view, of a list as long as it likes', async () => {
    await dashboard.store(Array.from({ length: 250 }, (_, index) => ({ label: `many-${index % 3}` })));
    await at('/snapshots');
    await rows().first().waitFor();
    const table = page.getByRole('table', { name: 'Snapshots' });
    await expect
      .poll(async () => {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return Number(await table.getAttribute('aria-rowcount'));
      })
      .toBe(254);
    expect(await rows().count()).toBeLessThan(80);
  });

  it('are let go far behind, and are there again when one scrolls back', async () => {
    const stored = Array.from({ length: 2_600 }, (_, index) => ({
      snapshot_id: `018f0000-0000-7000-9000-${String(index).padStart(12, '0')}`,
      service_name: 'shop',
      label: 'tall',
      function_name: 'tower',
      file_path: '/app/src/tower.ts',
      line_number: 1,
      captured_at: new Date().toISOString(),
      variables: { number: index },
    }));
    for (let first = 0; first < stored.length; first += 1_000) {
      await dashboard.api('POST', '/api/snapshots/import', stored.slice(first, first + 1_000));
    }
    await at('/snapshots?label=tall');
    await rows().first().waitFor();
    await expect
      .poll(async () => {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return page.getByText('That is all').count();
      })
      .toBe(1);
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await rows().getByText('number: 0', { exact: true }).waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/snapshots') asked += 1;
    });
    await page.evaluate('scrollBy(0, -36 * 500)');
    await rows().getByText('number: 500', { exact: true }).waitFor();
    expect(asked).toBe(0);
    await page.evaluate('scrollBy(0, -36 * 1800)');
    await rows().getByText('number: 2300', { exact: true }).waitFor();
    expect(asked).toBeGreaterThan(0);
    await expect.poll(() => page.getByTestId('missing-row').count()).toBe(0);
    await page.keyboard.press('Home');
    await rows().getByText('number: 2599', { exact: true }).waitFor();
    expect(await rows().first().getAttribute('aria-rowindex')).toBe('2');
  });

  it('never make the page complain', () => {
    expect(complaints.filter((text) => !/40[01]/.test(text))).toEqual([]);
  });
});
