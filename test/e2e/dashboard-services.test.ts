import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

describe('the address of a service that nobody knows', () => {
  let dashboard: Dashboard;
  let page: Page;

  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.store([{}, { service_name: 'mail' }]);
    ({ page } = await dashboard.openPage());
  });
  afterAll(() => dashboard?.close());

  const at = (path: string): Promise<unknown> => page.goto(dashboard.server.url + path);

  it('says so, which services there are with the likeliest first, and what to check', async () => {
    await at('/services/default/shpo-api/breakpoints');
    const unknown = page.getByTestId('unknown-service');
    await unknown.waitFor();
    expect(await unknown.locator('h1').textContent()).toBe('No service “shpo-api” is known in default');
    const links = unknown.getByRole('list').first().getByRole('link');
    expect(await links.allTextContents()).toEqual(['shop', 'mail']);
    await unknown.getByText('STILLFRAME_SERVICE_NAME').waitFor();
    expect(await page.getByTestId('kill-switch-service').count()).toBe(0);
    await at('/services/staging/Shop/breakpoints');
    expect(await links.first().textContent()).toBe('shop');
    await links.first().click();
    await page.waitForURL('**/services/default/shop/breakpoints');
    await page.getByTestId('create-breakpoint').waitFor();
  });

  it('becomes the page of the service by itself once it is there', async () => {
    await at('/services/default/billing');
    await page.getByTestId('unknown-service').waitFor();
    await dashboard.store([{ service_name: 'billing' }]);
    await page.getByTestId('snapshot-row').first().waitFor();
    expect(await page.locator('h1').textContent()).toBe('billing');
  });

  it('is a page like any other for one that is prepared before it starts', async () => {
    await dashboard.api('POST', '/api/breakpoints', { serviceName: 'next', label: 'checkout' });
    await at('/services/default/next/breakpoints');
    await page.getByTestId('breakpoint-row').waitFor();
  });
});
