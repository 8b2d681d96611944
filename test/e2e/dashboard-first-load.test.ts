import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer } from '../../control-server/index.ts';
import { openPage, startBrowser } from '../helpers/browser.ts';

const MAX_SCRIPT_BYTES = 150 * 1_024;

let folder: string;
let server: ControlServer;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-first-load-'));
  server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  '/',
  '/services/production/shop',
  '/services/production/shop/code',
  '/snapshots/018f0000-0000-7000-8000-000000000000',
  '/keys',
])('loads at most 150 KB of scripts, gzipped, to show %s first', async (path) => {
  const { page: signIn } = await openPage(browser);
  await signIn.goto(server.createLoginLink());
  await signIn.getByTestId('live-status').waitFor();
  const { page, complaints } = await openPage(browser, {
    storageState: await signIn.context().storageState(),
  });
  await signIn.close();
  const scripts = new Set<string>();
  page.on('request', (request) => {
    if (request.url().endsWith('.js')) scripts.add(request.url());
  });
  await page.goto(server.url + path);
  await page.locator('h1').first().waitFor();
  let bytes = 0;
  for (const url of scripts) {
    bytes += gzipSync(await (await fetch(url)).bytes()).length;
  }
  expect(bytes).toBeGreaterThan(50 * 1_024);
  expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
  expect(complaints.filter((text) => !/40[149]/.test(text))).toEqual([]);
  await page.close();
});
