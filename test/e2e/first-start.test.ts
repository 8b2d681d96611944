import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser } from '../helpers/browser.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { startDashboard } from '../helpers/dashboard.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';
import { until } from '../helpers/until.ts';

const PASSWORD = 'correct horse battery';

describe('the first start', () => {
  let folder: string;
  let server: ControlServerProcess;
  let service: ServiceProcess | undefined;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-first-'));
    server = await startControlServerProcess(folder);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await server?.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  it('leads from the printed link to an account, a key, a connected service and its first snapshot', async () => {
    const link = await until(
      'the set-up link',
      () => /http:\/\/\S+\/setup#code=\S+/.exec(server.output)?.[0],
    );
    const { page, complaints } = await openPage(browser);
    await page.goto(link);
    await page.getByLabel('Name').fill('ada');
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
    await page.locator('button[type=submit]').click();

    await page.getByTestId('first-service').waitFor();
    expect(page.url()).not.toContain('code');
    await page.getByTestId('create-first-key').click();
    const secret = await page.getByTestId('key-secret').textContent();
    service = await startService({ STILLFRAME_API_KEY: secret ?? '', STILLFRAME_ENDPOINT: server.url });
    await page.getByTestId('first-agent-status').getByText('orders is connected').waitFor();
    await service.untilStatus('a stored snapshot', (status) => status.stored > 0);

    await page.goto(`${server.url}/services/default/orders`);
    await page.getByTestId('snapshot-row').first().waitFor();
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });

  it('gives the link to nobody twice, and lets the account sign in from elsewhere', async () => {
    const link = /http:\/\/\S+\/setup#code=\S+/.exec(server.output)?.[0] ?? '';
    const { page } = await openPage(browser);
    await page.goto(link);
    await page.getByLabel('Name').fill('mallory');
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').first().waitFor();

    await page.goto(`${server.url}/login`);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.locator('button[type=submit]').click();
    await page.getByTestId('service-row').first().waitFor();
  });
});

describe('a service whose key was made elsewhere', () => {
  it('takes the step of the key for done', async () => {
    const dashboard = await startDashboard();
    let service: ServiceProcess | undefined;
    try {
      const { page } = await dashboard.openPage();
      await page.goto(dashboard.server.url);
      await page.getByTestId('create-first-key').waitFor();
      const { secret } = await dashboard.server.createKey({ name: 'ci', environment: 'staging' });
      service = await startService({
        STILLFRAME_API_KEY: secret,
        STILLFRAME_ENDPOINT: dashboard.server.url,
      });
      await page.getByText('orders is connected, in the environment staging').waitFor();
      expect(await page.getByTestId('create-first-key').count()).toBe(0);
      expect(await page.locator('.step-done').count()).toBe(3);
    } finally {
      await service?.stop();
      await dashboard.close();
    }
  });
});
