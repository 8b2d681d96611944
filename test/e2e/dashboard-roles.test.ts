import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

const SECRET = 'only-for-those-who-may';

describe('what a role sees of the dashboard', () => {
  let dashboard: Dashboard;
  let id: string;
  let operator: Awaited<ReturnType<Dashboard['openPageOf']>> | undefined;

  beforeAll(async () => {
    dashboard = await startDashboard();
    [id = ''] = await dashboard.store([{ variables: { note: SECRET } }]);
  });
  afterAll(() => dashboard?.close());

  it('is to a viewer that something was captured, never a value, until an administrator allows it', async () => {
    const { page, complaints } = await dashboard.openPageOf('viewer');
    await page.goto(`${dashboard.server.url}/snapshots`);
    await page.getByTestId('snapshot-row').first().waitFor();
    expect(await page.content()).not.toContain(SECRET);
    expect(await page.getByTestId('export-snapshots').count()).toBe(0);
    expect(await page.getByTestId('kill-switch-global').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await page.goto(`${dashboard.server.url}/snapshots/${id}`);
    await page.getByText('You do not see captured values').waitFor();
    await page.goto(`${dashboard.server.url}/services/default/shop/breakpoints`);
    await page.getByText('No breakpoints yet').waitFor();
    expect(await page.getByTestId('create-breakpoint').count()).toBe(0);

    const { version, updatedAt, updatedBy, ...settings } = await dashboard.api<Record<string, unknown>>(
      'GET',
      '/api/settings',
    );
    expect([version, updatedAt, updatedBy]).toEqual([0, null, null]);
    await dashboard.api('PUT', '/api/settings', { ...settings, viewersSeeValues: true });
    await expect
      .poll(async () => {
        await page.goto(`${dashboard.server.url}/snapshots/${id}`);
        await page.locator('h1').waitFor();
        return page.getByText(SECRET).count();
      })
      .toBeGreaterThan(0);
    expect(await page.getByTestId('pin').count()).toBe(0);
    expect(complaints.filter((text) => !/40[13]/.test(text))).toEqual([]);
    await page.close();
  });

  it.each(['/keys', '/users', '/webhooks', '/audit', '/settings', '/health'])(
    'is nothing of %s to an operator, and nothing of it is asked for',
    async (path) => {
      operator ??= await dashboard.openPageOf('operator');
      const asked: string[] = [];
      const note = (request: { url(): string }): number => asked.push(new URL(request.url()).pathname);
      operator.page.on('request', note);
      await operator.page.goto(dashboard.server.url + path);
      await operator.page.getByText('This page is for administrators').waitFor();
      operator.page.off('request', note);
      expect(
        asked.filter((place) => /^\/(?:api\/(?:key|user|webhook|audit|node)|metrics)/.test(place)),
      ).toEqual([]);
    },
  );

  it('lets an operator stop everything with a reason, and only an administrator end or release it', async () => {
    operator ??= await dashboard.openPageOf('operator');
    const { page } = operator;
    await page.goto(dashboard.server.url);
    await page.getByTestId('kill-switch-global').click();
    const banner = page.getByTestId('global-stop-banner');
    await banner.getByTestId('stop-reason').fill('the till is slow');
    await banner.getByRole('button', { name: 'Save' }).click();
    await banner.getByText('“the till is slow”').waitFor();
    expect(await page.getByTestId('kill-switch-global-release').count()).toBe(0);
    await banner.getByTestId('edit-stop').click();
    expect(await banner.getByTestId('stop-length').count()).toBe(0);

    const admin = await dashboard.openPage();
    await admin.page.getByTestId('edit-stop').click();
    await admin.page.getByTestId('stop-length').selectOption('60');
    await admin.page.getByRole('button', { name: 'Save' }).click();
    await admin.page.getByTestId('global-stop-banner').locator('time').nth(1).waitFor();
    await admin.page.getByTestId('kill-switch-global-release').click();
    await admin.page.getByTestId('release-dialog-confirm').click();
    await banner.getByText('everywhere').waitFor({ state: 'detached' });
    await admin.page.close();
  });
});
