import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeFreePort } from '../control-server/access/free-port.ts';
import { CLIENT, startIdentityProvider } from '../control-server/access/identity-provider.ts';
import type { IdentityProvider } from '../control-server/access/identity-provider.ts';
import { openPage } from '../helpers/browser.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

let provider: IdentityProvider;
let dashboard: Dashboard;

beforeAll(async () => {
  const port = await takeFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  provider = await startIdentityProvider(publicUrl);
  dashboard = await startDashboard({
    port,
    publicUrl,
    firstAdmin: { name: 'root', password: 'correct horse battery' },
    oidc: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      defaultRole: 'operator',
    },
  });
});
afterAll(async () => {
  await dashboard?.close();
  await provider?.[Symbol.asyncDispose]();
});

it('offers nobody to change a password that the identity provider keeps', async () => {
  provider.person = { sub: 'one', preferred_username: 'nora' };
  const { page, complaints } = await openPage(dashboard.browser);
  await page.goto(`${dashboard.server.url}/api/oidc/start`);
  await page.getByTestId('account-menu').waitFor();
  await page.goto(`${dashboard.server.url}/account`);
  await page.getByTestId('signs-in-by-provider').waitFor();
  await page.getByTestId('session-row').waitFor();
  expect(await page.getByTestId('change-password').count()).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

it('offers it to who has a password here', async () => {
  const { page } = await openPage(dashboard.browser);
  await page.goto(`${dashboard.server.url}/login?next=/account`);
  await page.getByLabel('Name').fill('root');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.locator('button[type=submit]').click();
  await page.getByTestId('change-password').waitFor();
  expect(await page.getByTestId('signs-in-by-provider').count()).toBe(0);
});
