import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activePath, API_KEY_HEADER, INSTANCE_HEADER, streamPath } from '../../src/protocol/routes.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';

describe('a process that ends', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(() => dashboard?.close());

  async function watch(keyName: string): Promise<{ readonly page: Page; readonly service: ServiceProcess }> {
    const key = await dashboard.server.createKey({ name: keyName, environment: 'default' });
    const service = await startService({
      STILLFRAME_API_KEY: key.secret,
      STILLFRAME_ENDPOINT: dashboard.server.url,
    });
    const { page } = await dashboard.openPage();
    await page.goto(`${dashboard.server.url}/services/default/orders/agents`);
    await page.getByText('1 agent online').waitFor();
    await page.getByText('Streaming').waitFor();
    return { page, service };
  }

  it('leaves the list when it was shut down in order', async () => {
    const { page, service } = await watch('first');
    expect(await service.stop()).toBe(0);
    await page.getByText('No agent online').waitFor();
    await page.getByTestId('agent').waitFor({ state: 'detached' });
    expect(await page.getByTestId('connection-lost').count()).toBe(0);
  });

  it('is no longer online a moment after it was killed, and is shown as lost with the time', async () => {
    const { page, service } = await watch('second');
    service.child.kill('SIGKILL');
    await page
      .getByTestId('connection-lost')
      .getByText(/^Connection lost at \d\d:\d\d:\d\d\.\d{3}, /)
      .waitFor();
    await page.getByText('No agent online').waitFor();
    expect(await page.getByRole('button', { name: 'Stop this agent' }).count()).toBe(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await findBarriers(page)).toEqual([]);
    }
  });
});

describe('the figures of an agent', () => {
  let dashboard: Dashboard;
  const closing = new AbortController();

  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(async () => {
    closing.abort();
    await dashboard?.close();
  });

  it('name what the server may have without having said so, while there is some', async () => {
    const { url } = dashboard.server;
    const { secret } = await dashboard.server.createKey({ name: 'figures', environment: 'default' });
    const headers = {
      [API_KEY_HEADER]: secret,
      [INSTANCE_HEADER]: '018f0000-0000-7000-8000-000000000001',
      'content-type': 'application/json',
    };
    const say = (unconfirmed: number): Promise<Response> =>
      fetch(url + activePath('orders'), {
        method: 'POST',
        headers,
        body: JSON.stringify({ events: [{ type: 'agent_status', captured: 9, stored: 5, unconfirmed }] }),
      });
    await fetch(url + streamPath('orders'), { headers, signal: closing.signal });
    await say(2);
    const { page } = await dashboard.openPage();
    await page.goto(`${url}/services/default/orders/agents`);
    const figures = page.getByTestId('agent').locator('.figures > div');
    await figures.nth(3).waitFor();
    expect(await figures.allTextContents()).toEqual(['Captured9', 'Stored5', 'Waiting0', 'Unconfirmed2']);
    await say(0);
    await figures.nth(3).waitFor({ state: 'detached' });
    expect(await figures.allTextContents()).toEqual(['Captured9', 'Stored5', 'Waiting0']);
  });
});

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
