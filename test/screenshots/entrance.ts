import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openPage } from '../helpers/browser.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import { until } from '../helpers/until.ts';
import type { PictureOf } from './pages.ts';

/** What a browser keeps of somebody who is signed in. */
export type SignedIn = NonNullable<BrowserContextOptions['storageState']>;

/** A server on its first start: no account, no service. */
export interface EmptyServer {
  readonly url: string;
  /** Where its first account is made. */
  readonly setUpPath: string;
  /** Makes the first account. */
  setUp(browser: Browser): Promise<SignedIn>;
  close(): Promise<void>;
}

/** Starts a server on a folder that nobody has used. */
export async function startEmptyServer(folder: string): Promise<EmptyServer> {
  const server = await startControlServerProcess(folder);
  const link = await until('the set-up link', () => /http:\/\/\S+\/setup#code=\S+/.exec(server.output)?.[0]);
  return {
    url: server.url,
    setUpPath: link.slice(server.url.length),
    async setUp(browser) {
      const { page } = await openPage(browser);
      await page.goto(link);
      await page.getByLabel('Name').fill('Ada Lovelace');
      for (const field of await page.locator('input[type=password]').all())
        await field.fill('correct horse battery');
      await page.locator('button[type=submit]').click();
      await page.getByTestId('first-service').waitFor();
      const signedIn = await page.context().storageState();
      await page.close();
      return signedIn;
    },
    close: () => server.end('SIGTERM'),
  };
}

/** Before anybody has an account. */
export function setUpPage(server: EmptyServer): PictureOf {
  return { name: 'set-up', path: server.setUpPath, isThere: 'input[type=password]' };
}

/** Before anything is connected. */
export const EMPTY_PAGE: PictureOf = {
  name: 'empty',
  path: '/',
  isThere: '[data-testid=first-service]',
  async act(page) {
    await page.getByTestId('create-first-key').click();
    await page.getByTestId('key-secret').waitFor();
  },
};

export const SIGN_IN_PAGE: PictureOf = { name: 'sign-in', path: '/login', isThere: 'input[type=password]' };
