import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, findNamesakes, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

const SNAPSHOT = '018f0000-0000-7000-8000-000000000000';
const OTHER = '018f0000-0000-7000-8000-000000000001';
const DEEP = '018f0000-0000-7000-8000-000000000002';
const FRAMES = ['checkout', 'handle'].map((name, index) => ({
  function: name,
  file: '/app/src/checkout.ts',
  line: 42 + index,
  column: 1,
  in_app: true,
}));
const PAGES: readonly (readonly [path: string, isThere: string])[] = [
  ['/', '[data-testid=service-row]'],
  ['/snapshots', '[data-testid=snapshot-row]'],
  ['/snapshots?flag=email&last=24h&q=cart', '[data-testid=search-reach]'],
  ['/services/default/shop', '[data-testid=snapshot-row]'],
  ['/services/default/shop/breakpoints', '[data-testid=breakpoint-row]'],
  ['/services/default/shop/code', '[data-testid=code-problem]'],
  ['/services/default/shop/agents', '.empty, [data-testid=agents]'],
  ['/services/default/typo', '[data-testid=unknown-service]'],
  ['/services/default/shop/settings', '[data-testid=save-settings]'],
  [`/snapshots/${SNAPSHOT}`, '[data-testid=value-tree]'],
  [`/snapshots/${SNAPSHOT}/compare/${OTHER}`, '[data-testid=differences]'],
  ['/keys', '[data-testid=key-row]'],
  ['/users', '[data-testid=user-row]'],
  ['/webhooks', '[data-testid=webhook-row]'],
  ['/account', '.page-lead'],
  ['/audit', '[data-testid=audit-row]'],
  ['/settings', '[data-testid=save-settings]'],
  ['/health', '[data-testid=health]'],
  ['/nowhere', '.empty'],
];

/** Every page, as each person may have it. */
describe('every page of the dashboard', () => {
  let dashboard: Dashboard;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.store([
      { variables: { cart: { total: 42, items: ['tea', 'x'.repeat(300)] }, email: 'ada@example.com' } },
      { variables: { cart: { total: 43, items: [] } }, log_message: 'total 43' },
      { variables: {}, frames: FRAMES },
    ]);
    const { id } = await dashboard.api<{ readonly id: string }>('POST', '/api/breakpoints', {
      serviceName: 'shop',
      label: 'checkout',
    });
    // The audit says in one cell what was changed.
    const changes = { condition: 'cart.total > 100', maxCaptures: 20, stackDepth: 5, maxDepth: 2 };
    await dashboard.api('PATCH', `/api/breakpoints/${id}`, { ...changes, maxPayloadBytes: 2_048 });
    await dashboard.api('PATCH', `/api/breakpoints/${id}`, { condition: null });
    await dashboard.api('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: 'src/checkout.ts',
      lineNumber: 42,
    });
    await dashboard.api('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: 'src/checkout.ts',
      lineNumber: 43,
    });
    for (const name of ['Ada', 'Grace'])
      await dashboard.api('POST', '/api/users', { name, role: 'operator' });
    for (const hook of ['stillframe', 'pager']) {
      const url = `https://hooks.example.com/${hook}`;
      await dashboard.api('POST', '/api/webhooks', { url, events: ['kill_switch'] });
    }
    await dashboard.api('POST', '/api/keys', { name: 'shop', environment: 'default' });
    ({ page, complaints } = await dashboard.openPage());
  });
  afterAll(() => dashboard?.close());

  async function show(path: string, isThere: string): Promise<void> {
    await page.goto(dashboard.server.url + path);
    await page.locator(isThere).first().waitFor();
  }

  it.each(PAGES)('keeps nobody out of %s, in light and in dark', async (path, isThere) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await show(path, isThere);
      expect(await findBarriers(page)).toEqual([]);
    }
  });

  it.each(PAGES)('shows %s from 320 to 2560 pixels without scrolling sideways', async (path, isThere) => {
    for (const width of [320, 760, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await show(path, isThere);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect([width, overflow]).toEqual([width, 0]);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it.each([
    ['/health', 'tab-health'],
    ['/services/default/shop/settings', 'tab-settings'],
  ])('shows on a narrow screen which tab %s is', async (path, tab) => {
    await page.setViewportSize({ width: 320, height: 900 });
    await show(path, `[data-testid=${tab}]`);
    const overhang = async (): Promise<number> => {
      const box = await page.getByTestId(tab).boundingBox();
      return box === null ? Infinity : Math.max(0, -box.x, box.x + box.width - 320);
    };
    await expect.poll(overhang).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('shows on a narrow screen the whole place of a snapshot of which nothing was taken out', async () => {
    await page.setViewportSize({ width: 360, height: 900 });
    await show('/services/default/shop', '[data-testid=snapshot-row]');
    const row = page.locator(`[data-snapshot-id="${DEEP}"]`);
    const [preview, where] = [row.locator('.row-preview'), row.locator('.row-where')];
    expect((await where.boundingBox())?.width).toBe((await preview.boundingBox())?.width);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('keeps nobody out while everything is stopped, and of the dialogs', async () => {
    await show('/services/default/shop/breakpoints', '[data-testid=breakpoint-row]');
    await page.getByTestId('kill-switch-service').click();
    await page.getByTestId('kill-switch-global').click();
    await page.getByTestId('service-stop-panel').waitFor();
    await page.getByTestId('global-stop-banner').getByText('everywhere').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('create-breakpoint').click();
    await page.getByTestId('breakpoint-form').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('breakpoint-form').waitFor({ state: 'detached' });
    await page.getByTestId('kill-switch-global-release').click();
    await page.getByTestId('release-dialog').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('release-dialog-confirm').click();
    await page.getByTestId('release-dialog').waitFor({ state: 'detached' });
  });

  it.each([
    ['/services/default/shop/breakpoints', '[data-testid=breakpoint-row]', 3],
    [`/snapshots/${DEEP}`, '.frame', 2],
    [`/snapshots/${SNAPSHOT}`, '[data-testid=value-tree] [role=treeitem]', 2],
    ['/keys', '[data-testid=key-row]', 2],
    ['/users', '[data-testid=user-row]', 2],
    ['/webhooks', '[data-testid=webhook-row]', 2],
  ])('says in every row of %s what its buttons act on', async (path, row, least) => {
    await show(path, row);
    expect(await page.locator(row).count()).toBeGreaterThanOrEqual(least);
    expect(await findNamesakes(page)).toEqual([]);
  });

  it('says of every browser and token of an account what its buttons act on', async () => {
    const opened = await dashboard.openPageOf('operator');
    const signIn = { name: 'a-operator', password: 'correct horse battery' };
    for (let browser = 0; browser < 2; browser += 1) {
      const headers = { 'content-type': 'application/json', 'user-agent': `browser ${browser}` };
      const url = `${dashboard.server.url}/api/session`;
      expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(signIn) })).status).toBe(200);
    }
    await opened.page.goto(`${dashboard.server.url}/account`);
    for (const name of ['ci', 'laptop']) {
      await opened.page.evaluate(async (tokenName) => {
        const headers = { 'content-type': 'application/json' };
        await fetch('/api/tokens', { method: 'POST', headers, body: JSON.stringify({ name: tokenName }) });
      }, name);
    }
    await opened.page.reload();
    await expect.poll(() => opened.page.getByTestId('session-row').count()).toBe(3);
    await expect.poll(() => opened.page.getByTestId('token-row').count()).toBe(2);
    await opened.page.getByRole('button', { name: 'Rotate… token ci', exact: true }).waitFor();
    expect(await findNamesakes(opened.page)).toEqual([]);
  });

  it('never complains', () => {
    expect(complaints.filter((text) => !/40[19]/.test(text))).toEqual([]);
  });
});
