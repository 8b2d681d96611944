import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../src/protocol/json.ts';
import { openPage } from '../helpers/browser.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

const PASSWORD = 'correct horse battery';

describe('the administration of the server', () => {
  let dashboard: Dashboard;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    dashboard = await startDashboard({ keyServices: 2 });
    ({ page, complaints } = await dashboard.openPage());
  });
  afterAll(() => dashboard?.close());

  const show = async (path: string): Promise<void> => {
    await page.goto(dashboard.server.url + path);
  };
  const statusOf = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await fetch(dashboard.server.url + path, { headers })).status;
  const rowOf = (name: string, of: Page = page): Locator => of.locator('tr').filter({ hasText: name });

  it('makes a key for one service, or for any, of which it says how many it brought', async () => {
    const makeKey = async (name: string, service: string): Promise<string> => {
      await show('/keys');
      await page.getByTestId('create-key').click();
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Service (optional)').fill(service);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Create key' }).click();
      const made = await page.getByTestId('key-secret').innerText();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      return made;
    };
    const servicesOf = async (name: string): Promise<string> =>
      (await rowOf(name).getByTestId('key-services').innerText()).replaceAll(/\s+/g, ' ');
    const one = await makeKey('of one', 'stock');
    expect(await servicesOf('of one')).toBe('stock');
    const ask = (service: string): Promise<number> =>
      statusOf(`/sdk/snapshots/active/${service}`, { 'x-api-key': one });
    expect([await ask('stock'), await ask('cart')]).toEqual([200, 403]);

    const any = await makeKey('of any', '');
    expect(await servicesOf('of any')).toBe('any');
    const bring = (service: string): Promise<Response> =>
      fetch(`${dashboard.server.url}/sdk/snapshots/auto-register`, {
        method: 'POST',
        headers: { 'x-api-key': any, 'content-type': 'application/json' },
        body: JSON.stringify({ service_name: service, label: 'checkout' }),
      });
    await bring('cart');
    await page.reload();
    await rowOf('of any').getByText('1 of at most 2').waitFor();
    await bring('orders');
    await page.reload();
    await rowOf('of any').getByText('all 2 that it may bring').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.reload();
      await rowOf('of any').getByText('all 2 that it may bring').waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }
  });

  it('rotates a key: the new secret is shown once, and the old one ends when it was said to', async () => {
    const old = await dashboard.server.createKey({ name: 'till', environment: 'default' });
    const opens = (secret: string): Promise<number> =>
      statusOf('/sdk/snapshots/active/shop', { 'x-api-key': secret });
    await show('/keys');
    await rowOf('till').getByTestId('rotate-key').click();
    await page.getByRole('radio', { name: /at once/ }).check();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('rotate-confirm').click();
    const secret = await page.getByTestId('key-secret').innerText();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await rowOf('till')
      .getByText(/Revoked|Expired/)
      .waitFor();
    expect(await page.content()).not.toContain(secret.slice(-20));
    expect([await opens(secret), await opens(old.secret)]).toEqual([200, 401]);
  });

  it('invites a person, who chooses a password and is in, and shuts out who is disabled, at once', async () => {
    await show('/users');
    await page.getByTestId('invite-user').click();
    await page.getByLabel('Name').fill('Grace');
    await page.getByRole('radio', { name: /Operator/ }).check();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = await page.getByTestId('invitation-link').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await rowOf('Grace').getByText('Invited', { exact: true }).waitFor();

    const grace = await openPage(dashboard.browser);
    await grace.page.goto(link);
    await grace.page.locator('input[type=password]').fill('too short');
    await grace.page.locator('button[type=submit]').click();
    await grace.page.getByText('The password needs 3 more characters.').waitFor();
    expect(await findBarriers(grace.page)).toEqual([]);
    await grace.page.locator('input[type=password]').fill(PASSWORD);
    await grace.page.locator('button[type=submit]').click();
    await grace.page.getByTestId('account-menu').waitFor();
    expect(new URL(grace.page.url()).pathname).toBe('/');

    await page.reload();
    await rowOf('Grace').getByText('May sign in').waitFor();
    await rowOf('Grace').getByTestId('toggle-user').click();
    await rowOf('Grace').getByText('Disabled').waitFor();
    await grace.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await grace.page.locator('input[autocomplete=username]').fill('Grace');
    await grace.page.locator('input[type=password]').fill(PASSWORD);
    await grace.page.locator('button[type=submit]').click();
    await grace.page.getByText('The name or the password is wrong.').waitFor();
    await grace.page.close();

    await rowOf('Grace').getByTestId('toggle-user').click();
    await rowOf('Grace').getByText('May sign in').waitFor();
  });

  it('hands the audit out as a file, that which the filter leaves', async () => {
    await show('/audit?action=user.');
    await page.getByTestId('audit-row').first().waitFor();
    await page.getByTestId('export-audit').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /CSV/ }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(lines[0]).toContain('action');
    expect(lines.some((line) => line.includes('user.create'))).toBe(true);
    expect(lines.some((line) => line.includes('key.rotate'))).toBe(false);
  });

  it('tells other programs by webhooks, of which it shows how they are', async () => {
    await show('/webhooks');
    await page.getByText('No webhooks yet').waitFor();
    await page.getByTestId('create-webhook').click();
    await page.getByLabel('Address').fill('http://127.0.0.1:9/hook');
    await page.getByTestId('save-webhook').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Address').fill('https://hooks.example.com/stillframe');
    await page.getByRole('checkbox', { name: 'A breakpoint is hit' }).check();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('save-webhook').click();
    await page.getByTestId('key-secret').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const row = rowOf('hooks.example.com');
    await row.getByText('On', { exact: true }).waitFor();
    await row.getByRole('switch').focus();
    await page.keyboard.press('Space');
    await row.getByText('Off', { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await row.getByTestId('webhook-deliveries').click();
    await page.getByText('Nothing was delivered yet.').waitFor();
    await page.getByTestId('test-webhook').click();
    await page.getByText('This webhook is disabled. Enable it first.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await row.getByRole('button', { name: 'Delete…' }).click();
    await page.getByTestId('delete-webhook-dialog-confirm').click();
    await page.getByText('No webhooks yet').waitFor();
  });

  it('shows the nodes with their disks', async () => {
    await show('/health');
    const row = page.getByTestId('node-row');
    await row.getByText('Running').waitFor();
    expect(await row.locator('[data-label=Disk]').innerText()).toMatch(
      /^\d+ % of at most 90 %|above its limit/,
    );
  });

  it('never makes the page complain', () => {
    expect(complaints.filter((text) => !/40[0139]/.test(text))).toEqual([]);
  });
});

describe('the own account', () => {
  let dashboard: Dashboard;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    dashboard = await startDashboard();
    ({ page, complaints } = await dashboard.openPageOf('operator'));
    await page.getByTestId('account-menu').click();
    await page.getByTestId('to-account').click();
    await page.getByTestId('session-row').waitFor();
  });
  afterAll(() => dashboard?.close());

  const whoIs = async (token: string): Promise<unknown> => {
    const answer = await fetch(`${dashboard.server.url}/api/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.status === 200 ? ((await answer.json()) as { role: string }).role : answer.status;
  };

  it('has tokens that do no more than their owner may, until they are rotated or revoked', async () => {
    await page.getByTestId('create-token').click();
    await page.getByLabel('Name').fill('deploy script');
    expect(await page.getByLabel('It may').locator('option').allInnerTexts()).toEqual([
      'Look',
      'Set breakpoints and stop capture',
    ]);
    await page.getByLabel('It may').selectOption('viewer');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create token' }).click();
    const first = await page.getByTestId('key-secret').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByTestId('token-row').getByText('Valid until').waitFor();
    expect(await whoIs(first)).toBe('viewer');

    await page.getByTestId('rotate-key').click();
    await page.getByRole('radio', { name: /another hour/ }).check();
    await page.getByTestId('rotate-confirm').click();
    const second = await page.getByTestId('key-secret').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('Replaced, works until').waitFor();
    expect([await whoIs(first), await whoIs(second)]).toEqual(['viewer', 'viewer']);
    expect(await findBarriers(page)).toEqual([]);

    await page.getByTestId('token-row').filter({ hasNotText: 'Replaced' }).getByTestId('revoke-key').click();
    await page.getByTestId('revoke-dialog-confirm').click();
    await page.getByTestId('revoke-dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.getByText('Revoked').count()).toBe(2);
    expect([await whoIs(first), await whoIs(second)]).toEqual([401, 401]);
  });

  it('signs another browser out, which notices at once', async () => {
    const other = await openPage(dashboard.browser);
    await other.page.goto(`${dashboard.server.url}/login?next=/snapshots`);
    await other.page.getByLabel('Name').fill('a-operator');
    await other.page.getByLabel('Password').fill(PASSWORD);
    await other.page.locator('button[type=submit]').click();
    await other.page.getByTestId('live-status').waitFor();
    await page.reload();
    await page.getByTestId('end-session').click();
    await page.getByTestId('end-session').waitFor({ state: 'detached' });
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.page.close();
  });

  it('changes its password when it knows the current one', async () => {
    await page.getByTestId('change-password').click();
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill('a new and longer password');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('The current password is wrong.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByTestId('toasts').getByText('Your password is changed.').waitFor();
    await page.getByTestId('session-row').getByText('this one').waitFor();
    expect(complaints.filter((text) => !/40[13]/.test(text))).toEqual([]);
  });
});

describe('a server that cannot write its database', () => {
  it('stops capture all the same, and the page says that the stop is not yet written', async () => {
    const workers: Worker[] = [];
    const onWorker = (message: unknown): void => {
      // What Node publishes for each thread that is started.
      if (isRecord(message)) workers.push(message['worker'] as Worker);
    };
    channel('worker_threads').subscribe(onWorker);
    const dashboard = await startDashboard();
    channel('worker_threads').unsubscribe(onWorker);
    try {
      await dashboard.store([{}]);
      const { page } = await dashboard.openPage();
      await page.getByTestId('service-row').waitFor();
      await Promise.all(workers.map((worker) => worker.terminate()));
      await page.getByTestId('kill-switch-global').click();
      await page.getByTestId('global-stop-banner').getByTestId('stop-unwritten').waitFor();
      expect(await findBarriers(page)).toEqual([]);
    } finally {
      await dashboard.close().catch(() => undefined);
    }
  });
});
