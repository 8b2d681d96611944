import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer } from '../../control-server/index.ts';
import { openPage, startBrowser } from '../helpers/browser.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';
import { A_SECOND_MS, until } from '../helpers/until.ts';

const ORDERS = join(import.meta.dirname, '..', 'fixtures', 'services', 'orders.ts');

/** The whole loop: a running process, its snapshots in a real browser, and switches that act on the process. */
describe('a running service', () => {
  let folder: string;
  let server: ControlServer;
  let service: ServiceProcess;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-e2e-'));
    server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
    const { secret } = await server.createKey({
      name: 'orders',
      environment: 'default',
      serviceName: 'orders',
    });
    service = await startService({
      STILLFRAME_API_KEY: secret,
      STILLFRAME_ENDPOINT: server.url,
      STILLFRAME_STATUS_INTERVAL_MS: '1000',
    });
    browser = await startBrowser();
    ({ page, complaints } = await openPage(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const api = async (path: string, method = 'GET', body?: unknown): Promise<unknown> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return response.json();
  };

  it('has its snapshots stored, scrubbed, with the place where they were taken', async () => {
    await service.untilStatus('a stored snapshot', (status) => status.stored > 0);
    const list = (await api('/api/snapshots?service=orders')) as { items: { id: string; label: string }[] };
    expect(list.items[0]?.label).toBe('place-order');
    const snapshot = (await api(`/api/snapshots/${list.items[0]?.id}`)) as Record<string, unknown>;
    expect(snapshot).toMatchObject({
      label: 'place-order',
      functionName: 'Order.place',
      environment: 'default',
      release: '1.2.3',
      variables: {
        total: 42,
        order: { customer: { email: '[REDACTED:email]', card: '[REDACTED:credit_card]' } },
      },
    });
    expect(snapshot['filePath']).toMatch(/test\/fixtures\/services\/orders\.ts$/);
    expect(JSON.stringify(snapshot)).not.toContain('ada@example.com');
  });

  it('opens logged in by the one-time link, which works once', async () => {
    const link = server.createLoginLink();
    await page.goto(link);
    await page.getByTestId('service-row').first().waitFor();
    expect(page.url()).not.toContain('code');
    const { page: second } = await openPage(browser, { storageState: { cookies: [], origins: [] } });
    await second.goto(link);
    await second.getByRole('alert').first().waitFor();
    expect(await second.getByTestId('service-row').count()).toBe(0);
    await second.close();
  });

  it('shows its snapshots as they come, without a reload, and one of them whole', async () => {
    await page.goto(`${server.url}/services/default/orders`);
    const rows = page.getByTestId('snapshot-row');
    await rows.first().waitFor();
    const newest = await rows.first().getAttribute('data-snapshot-id');
    await until(
      'a newer row at the top',
      async () => (await rows.first().getAttribute('data-snapshot-id')) !== newest,
    );
    await page.getByTestId('pause').click();
    await rows.first().click();
    await page.getByTestId('value-tree').waitFor();
    await expect.poll(() => page.getByTestId('value-tree').textContent()).toContain('total');
    await expect.poll(() => page.getByTestId('call-stack').textContent()).toContain('Order.place');
    expect(await page.content()).not.toContain('4111 1111');
  });

  it('stops capturing within a second of the kill switch in the browser, and goes on within a second of its release', async () => {
    await page.goto(`${server.url}/services/default/orders`);
    await page.getByTestId('snapshot-row').first().waitFor();

    await page.getByTestId('kill-switch-service').click();
    await service.untilStatus('the kill', (status) => status.state === 'killed', A_SECOND_MS);
    await page.getByTestId('service-stop-panel').waitFor();
    await expect.poll(() => page.getByTestId('stop-progress').textContent()).toContain('Stopped on 1 of 1');
    const killed = await service.status();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await service.status()).captured).toBe(killed.captured);

    await page.getByTestId('kill-switch-service-release').click();
    await page.getByTestId('release-dialog-confirm').click();
    await service.untilStatus('the release', (status) => status.state === 'running', A_SECOND_MS);
    await service.untilStatus('a capture', (status) => status.captured > killed.captured);
    await page.getByTestId('service-stop-panel').waitFor({ state: 'detached' });
  });

  it('is stopped by the global switch too, and by nobody released but a person', async () => {
    await api('/api/kill-switch', 'PUT', { scope: 'global', on: true, reason: 'incident' });
    await service.untilStatus('the kill', (status) => status.state === 'killed', A_SECOND_MS);
    await page.getByTestId('global-stop-banner').getByText('incident').waitFor();
    await api('/api/services/orders/kill-switch', 'POST', { enabled: false });
    expect((await service.status()).state).toBe('killed');
    await api('/api/kill-switch', 'PUT', { scope: 'global', on: false });
    await service.untilStatus('the release', (status) => status.state === 'running', A_SECOND_MS);
  });

  it('captures on the next call when a breakpoint is switched on in the browser', async () => {
    await page.goto(`${server.url}/services/default/orders/breakpoints`);
    const toggle = page
      .getByTestId('breakpoint-row')
      .first()
      .locator('label')
      .filter({ has: page.getByRole('switch') });
    await toggle.click();
    await service.untilStatus('the breakpoint to be off', (status) => status.dropped.disabled > 0);
    const off = await service.status();
    await toggle.click();
    await service.untilStatus('a capture', (status) => status.captured > off.captured);
  });

  it('shows what became of the calls of a label, why some were suppressed to the keyboard too', async () => {
    await page.goto(`${server.url}/services/default/orders/breakpoints`);
    const row = page.getByTestId('breakpoint-row').first();
    const summary = row.getByTestId('calls').locator('summary');
    // The kill switch may have taken some that were still on their way.
    await expect
      .poll(() => summary.textContent())
      .toMatch(/^[\d,]+ stored · [\d,]+ suppressed(?: · [\d,]+ lost)?$/);
    const reason = row.getByText('the breakpoint was off, or disarmed as costly');
    expect(await reason.isVisible()).toBe(false);
    await summary.focus();
    await page.keyboard.press('Enter');
    await reason.waitFor();
    expect(await row.getByText('1 emitting').isVisible()).toBe(true);
  });

  it('captures for a label that a person made before the code ever reached it', async () => {
    await page.goto(`${server.url}/services/default/orders/breakpoints`);
    await page.getByTestId('create-breakpoint').click();
    await page.getByLabel('Label', { exact: true }).fill('refund');
    await page.getByLabel('Captures at most').fill('1');
    await page.getByTestId('save-breakpoint').click();
    await page.getByTestId('breakpoint-row').nth(1).waitFor();
    await service.untilStatus('the breakpoint', (status) => status.breakpoints === 2);
    service.child.send('refund');
    await until('the snapshot', async () => {
      const list = (await api('/api/snapshots?label=refund')) as { items: unknown[] };
      return list.items.length === 1;
    });
    const { dropped } = await service.status();
    await until('the limit, which the server enforces over all instances', async () => {
      service.child.send('refund');
      const now = (await service.status()).dropped;
      return now.limit + now.disabled > dropped.limit + dropped.disabled;
    });
    expect(((await api('/api/snapshots?label=refund')) as { items: unknown[] }).items.length).toBe(1);
  });

  it('captures at a line that a person names, and says what to do about one that cannot be', async () => {
    await page.goto(`${server.url}/services/default/orders/breakpoints`);
    const source = readFileSync(ORDERS, 'utf8').split('\n');
    const line = source.findIndex((text) => text.includes('captureSnapshot(')) + 1;
    const row = (place: string): Locator =>
      page
        // The row of the label at that place links to it as well.
        .locator('[data-testid="breakpoint-row"]:not([data-label-name])')
        .filter({ has: page.getByRole('link', { name: place, exact: true }) });
    for (const place of [`services/orders.ts:${line}`, 'services/orders.ts:1']) {
      await page.getByTestId('create-breakpoint').click();
      await page.getByText('At a line').click();
      await page.getByLabel('File and line').fill(place);
      await page.getByTestId('save-breakpoint').click();
      await row(place).waitFor();
    }
    await row(`services/orders.ts:${line}`).getByText('1 emitting').waitFor();
    await expect
      .poll(() => row(`services/orders.ts:${line}`).getByTestId('calls').textContent())
      .toMatch(/^[\d,]+ captured.* hits? took [\d.,]+\u00a0ms$/);
    await row('services/orders.ts:1')
      .getByText(/has no code to stop at/)
      .first()
      .waitFor();
  });

  it('never writes to its host’s outputs, and the pages never complain', () => {
    expect(service.output).toBe('');
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });
});
