import type { Browser } from 'playwright-core';
import { openPage } from '../helpers/browser.ts';
import type { Demo } from './demo.ts';
import type { SignedIn } from './entrance.ts';

/** An administrator with an account, as she is in a browser and to the API. */
export interface Person {
  readonly signedIn: SignedIn;
  readonly token: string;
}

interface Invited {
  readonly invitation: { readonly link: string };
}

/** Invites somebody, who takes the invitation up and makes a token. */
export async function inviteAdministrator(demo: Demo, browser: Browser, name: string): Promise<Person> {
  const { invitation } = await demo.api<Invited>('POST', '/api/users', { name, role: 'admin' });
  const { page } = await openPage(browser);
  await page.goto(invitation.link);
  await page.locator('input[type=password]').fill('correct horse battery');
  await page.locator('button[type=submit]').click();
  await page.getByTestId('account-menu').waitFor();
  const signedIn = await page.context().storageState();
  await page.close();
  const token = { name: 'Deploy script', userName: name };
  const { secret } = await demo.api<{ readonly secret: string }>('POST', '/api/tokens', token);
  return { signedIn, token: secret };
}
