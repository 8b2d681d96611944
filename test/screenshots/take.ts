/**
 * `npm run screenshots`: the main pages in light and dark, of a demo that runs. Without options the pictures of
 * `docs/screenshots` are taken anew; `--folder`, `--width` and `--only` are for looking at a change.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser } from '../helpers/browser.ts';
import { createCamera } from './camera.ts';
import { startDemo } from './demo.ts';
import { EMPTY_PAGE, setUpPage, SIGN_IN_PAGE, startEmptyServer } from './entrance.ts';
import { useFontsOfBrowser } from './fonts.ts';
import { demoPages, STOPPED_PAGE } from './pages.ts';
import { inviteAdministrator } from './person.ts';
import { setStage } from './stage.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    only: { type: 'string', default: '' },
  },
});
const only = values.only.split(',').filter((name) => name !== '');
const isWanted = ({ name }: { readonly name: string }): boolean => only.length === 0 || only.includes(name);

const data = mkdtempSync(join(tmpdir(), 'stillframe-screenshots-'));
await using closing = new AsyncDisposableStack();
closing.defer(() => rmSync(data, { recursive: true, force: true }));
useFontsOfBrowser(data);
const browser = await startBrowser();
closing.defer(() => browser.close());
const camera = createCamera(browser, {
  folder: values.folder ?? join(import.meta.dirname, '..', '..', 'docs', 'screenshots'),
  format: values.folder === undefined ? 'webp' : 'png',
  width: Number(values.width),
  height: Number(values.height),
  scale: 1,
});

const empty = await startEmptyServer(join(data, 'empty'));
closing.defer(() => empty.close());
if (isWanted(setUpPage(empty))) await camera.take(empty.url, setUpPage(empty));
const owner = await empty.setUp(browser);
if (isWanted(EMPTY_PAGE)) await camera.take(empty.url, EMPTY_PAGE, owner);
if (isWanted(SIGN_IN_PAGE)) await camera.take(empty.url, SIGN_IN_PAGE);

const demo = await startDemo(data);
closing.defer(() => demo.close());
const { signedIn, token } = await inviteAdministrator(demo, browser, 'Margaret Hamilton');
const stage = await setStage(demo, token);
for (const picture of demoPages(stage).filter(isWanted)) await camera.take(demo.url, picture, signedIn);

const stop = {
  scope: 'service',
  serviceName: 'demo-shop',
  environment: 'default',
  on: true,
  reason: 'Load test of the checkout',
  expiresAt: new Date(Date.now() + 30 * 60_000).toISOString(),
};
await demo.api('PUT', '/api/kill-switch', stop, token);
if (isWanted(STOPPED_PAGE)) await camera.take(demo.url, STOPPED_PAGE, signedIn);
