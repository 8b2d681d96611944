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

it.each(['/', '/services/production/shop', '/snapshots/018f0000-0000-7000-8000-000000000000', '/keys'])(
  'loads at most 150 KB of scripts, gzipped, to show %s first',
  async (path) => {
    const { page, complaints } = await openPage(browser);
    await page.goto(server.createLoginLink());
    await page.getByTestId('live-status').waitFor();
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body());
    });
    await page.goto(server.url + path);
    await page.locator('h1, h2').first().waitFor();
    await page.waitForLoadState('load');
    const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeGreaterThan(50 * 1_024);
    expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
    expect(complaints.filter((text) => !/40[14]/.test(text))).toEqual([]);
    await page.close();
  },
);
