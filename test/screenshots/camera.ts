import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { PictureOf } from './pages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const THEMES = ['light', 'dark'] as const;
/** Good enough that no letter has a halo. */
const QUALITY = 88;

/** How the pictures are to be. */
export interface CameraOptions {
  readonly folder: string;
  readonly format: 'webp' | 'png';
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture for one of the page. */
  readonly scale: number;
}

/** Takes pictures of pages, in light and in dark. */
export interface Camera {
  take(
    origin: string,
    picture: PictureOf,
    storageState?: BrowserContextOptions['storageState'],
  ): Promise<void>;
}

/** A camera whose pictures differ only by what the page shows: no motion, no caret, no name of this machine. */
export function createCamera(browser: Browser, options: CameraOptions): Camera {
  const { folder, format, width, height, scale } = options;
  mkdirSync(folder, { recursive: true });

  async function expose(page: Page, file: string): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', {
      format,
      ...(format === 'webp' ? { quality: QUALITY } : {}),
    });
    writeFileSync(file, Buffer.from(data, 'base64'));
  }

  return {
    async take(origin, { name, path, isThere, act, height: ownHeight }, storageState) {
      for (const colorScheme of THEMES) {
        const page = await browser.newPage({
          viewport: { width, height: Math.max(height, ownHeight ?? 0) },
          deviceScaleFactor: scale,
          reducedMotion: 'reduce',
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          colorScheme,
          ...(storageState === undefined ? {} : { storageState }),
        });
        await page.goto(new URL(path, origin).href);
        await page.locator(isThere).first().waitFor();
        await act?.(page);
        await page.mouse.move(0, 0);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await page.evaluate(TIDY);
        await expose(page, join(folder, `${name}-${colorScheme}.${format}`));
        await page.close();
      }
    },
  };
}

/** Runs in the page: hides carets, and says other words for what only this machine is called. */
const TIDY = `
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { caret-color: transparent !important; }');
  document.adoptedStyleSheets.push(sheet);
  const words = ${JSON.stringify([
    [ROOT, '/srv/stillframe'],
    [hostname(), 'shop-1'],
  ])};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = words.reduce((known, [word, instead]) => known.replaceAll(word, instead), node.nodeValue);
    if (text !== node.nodeValue) node.nodeValue = text;
  }
`;
