import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSummary, BreakpointResource } from '../../src/protocol/api.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';
import { until } from '../helpers/until.ts';
import { openCodePage } from './code-page.ts';
import type { CodePage } from './code-page.ts';
import { HOSTILE_NAME, SECRET, writeShop } from './shop-in-files.ts';
import type { ShopInFiles } from './shop-in-files.ts';

const ORDER = 'orders/order.mjs';
const TOTAL_LINE = 5;
const LABEL_LINE = 9;

/** A running service of several files, and a person who reads its code. */
describe('the code of a running service', () => {
  let dashboard: Dashboard;
  let shop: ShopInFiles;
  let secret: string;
  let page: Page;
  let complaints: string[];
  let { show, showFile, code, numberOf, mark, lineState, breakpoints, deleteAll } = {} as CodePage;

  beforeAll(async () => {
    dashboard = await startDashboard();
    shop = writeShop();
    ({ secret } = await dashboard.server.createKey({ name: 'processes', environment: 'default' }));
    await shop.start(dashboard.server, secret, 'shop');
    await untilStreams('shop', 1);
    ({ page, complaints } = await dashboard.openPage());
    ({ show, showFile, code, numberOf, mark, lineState, breakpoints, deleteAll } = openCodePage(
      page,
      dashboard,
      shop,
    ));
  });
  afterAll(async () => {
    await shop?.close();
    await dashboard?.close();
  });

  afterEach(() => deleteAll());

  const untilStreams = (service: string, count: number): Promise<unknown> =>
    until(`${count} streams of ${service}`, async () => {
      const agents = await dashboard.api<AgentSummary[]>('GET', `/api/agents?service=${service}`);
      return agents.filter(({ streaming, status }) => streaming && status !== null).length === count;
    });
  it('is a tree of the files that it loaded, walked and opened by the keyboard', async () => {
    await show();
    const tree = page.getByTestId('files-tree');
    await tree.waitFor();
    await expect
      .poll(() => tree.locator('.file-name').allInnerTexts())
      .toEqual(['orders', 'order.mjs', 'src', 'cart.ts', HOSTILE_NAME, 'large.mjs', 'main.mjs']);
    await tree.getByRole('treeitem').first().focus();
    for (const key of ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'ArrowRight']) {
      await page.keyboard.press(key);
    }
    await page.keyboard.press('Enter');
    await code().getByText('export function place(order) {').waitFor();
    expect(new URL(page.url()).searchParams.get('file')).toBe(shop.path(ORDER));
    expect(await tree.locator('[aria-selected=true]').innerText()).toContain('order.mjs');
  });

  it('is gone to by a few letters of a name', async () => {
    await show();
    await page.getByTestId('files-tree').waitFor();
    await page.keyboard.press('Control+p');
    await page.getByTestId('go-to-file-input').fill('ordr');
    await expect
      .poll(() => page.getByRole('option').allInnerTexts())
      .toEqual([expect.stringContaining('order.mjs')]);
    await page.keyboard.press('Enter');
    await code().getByText('export function place(order) {').waitFor();
    await page.waitForURL((url) => url.searchParams.get('file') === shop.path(ORDER));
    await expect
      .poll(() => page.evaluate<string>('String(document.activeElement?.shadowRoot?.activeElement?.role)'))
      .toBe('textbox');
  });

  it('is shown without its secrets, each line where it is', async () => {
    await showFile(ORDER);
    await code().getByText('[REDACTED:').waitFor();
    expect(await page.content()).not.toContain(SECRET);
    expect(await code().innerText()).not.toContain(SECRET);
    await page.getByText('1 kind of secret removed').waitFor();
    expect(
      await page
        .locator('.cm-line')
        .nth(TOTAL_LINE - 1)
        .innerText(),
    ).toBe('  const total = order.total * 2;');
  });

  it('is the TypeScript that was written, and what runs in its stead when one asks', async () => {
    await showFile('src/cart.ts');
    await code().getByText('const sum: number = a + b;').waitFor();
    await page.getByLabel('compiled too').check();
    await page.getByRole('treeitem', { name: 'cart.js' }).click();
    await code().getByText('const sum = a + b;').waitFor();
  });

  it('takes a breakpoint by a click in the margin, which captures, and gives it back', async () => {
    await showFile(ORDER);
    await numberOf(TOTAL_LINE).click();
    await mark('active').waitFor();
    await expect.poll(lineState).toContain('Active');
    const [breakpoint] = await breakpoints();
    expect(breakpoint).toMatchObject({
      filePath: shop.path(ORDER),
      lineNumber: TOTAL_LINE,
      maxCaptures: 100,
    });
    const id = await until('a snapshot of the line', async () => {
      const path = `/api/snapshots?breakpoint=${breakpoint?.id ?? ''}`;
      const { items } = await dashboard.api<{ items: { id: string }[] }>('GET', path);
      return items[0]?.id;
    });
    await numberOf(TOTAL_LINE).click();
    await mark('leaving').waitFor();
    await page.getByTestId('toasts').getByRole('button', { name: 'Undo' }).click();
    await mark('active').waitFor();
    expect(await breakpoints()).toHaveLength(1);

    await page.goto(`${dashboard.server.url}/snapshots/${id}`);
    const lines = page.getByTestId('source-lines');
    await lines.waitFor();
    expect((await lines.locator('[aria-current=true]').innerText()).replaceAll(/\s+/g, ' ')).toBe(
      `${TOTAL_LINE} const total = order.total * 2;`,
    );
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('browse-code').click();
    await code().waitFor();
    await expect.poll(() => page.locator('.cm-activeLine').innerText()).toContain('const total');
  });

  it('takes one by the keyboard alone, with a condition too, and says where there is no code', async () => {
    await showFile(ORDER, 3);
    await code().focus();
    await expect.poll(lineState).toBe('No code on this line');
    await page.keyboard.press('F9');
    expect(await page.getByTestId('toggle-breakpoint').isDisabled()).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByTestId('line-bar').getByText('Line 6').waitFor();
    await page.keyboard.press('Shift+F9');
    const form = page.getByTestId('breakpoint-form');
    await form.waitFor();
    expect(await form.getByLabel('File and line').inputValue()).toBe(`${shop.path(ORDER)}:6`);
    await form.getByLabel(/^Condition/).fill('total > 1');
    await page.getByTestId('save-breakpoint').click();
    await mark('active').waitFor();
    expect(await breakpoints()).toMatchObject([{ lineNumber: 6, condition: 'total > 1' }]);
    await code().focus();
    await page.keyboard.press('F9');
    await mark('leaving').waitFor();
  });

  it('is searched for any letters, which are no shortcuts of the page while they are typed', async () => {
    await showFile(ORDER);
    await code().focus();
    await page.keyboard.press('Control+f');
    await page.locator('.cm-search').waitFor();
    await page.keyboard.type('args?');
    expect(await page.locator('.cm-search [name=search]').inputValue()).toBe('args?');
    expect(new URL(page.url()).pathname).toBe('/services/default/shop/code');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    // Nothing is typed into code that is only read.
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('shows where a label was captured', async () => {
    await showFile('main.mjs', LABEL_LINE);
    await mark('label').waitFor();
    expect(await page.locator('.cm-activeLine .cm-label').innerText()).toBe('placed');
    await page.getByTestId('line-bar').getByRole('link', { name: 'placed' }).waitFor();
    await page.getByTestId('tab-breakpoints').click();
    await page.getByRole('link', { name: `main.mjs:${LABEL_LINE}` }).click();
    await mark('label').waitFor();
  });

  it('says what became of a breakpoint: refused by the instances, off, expired', async () => {
    const file = { serviceName: 'shop', filePath: shop.path(ORDER) };
    await dashboard.api('POST', '/api/breakpoints', { ...file, lineNumber: 2 });
    await dashboard.api('POST', '/api/breakpoints', { ...file, lineNumber: 5, enabled: false });
    const spent = await dashboard.api<BreakpointResource>('POST', '/api/breakpoints', {
      ...file,
      lineNumber: 6,
      maxCaptures: 1,
    });
    await until('its only snapshot', async () => {
      const { captureCount } = await dashboard.api<BreakpointResource>('GET', `/api/breakpoints/${spent.id}`);
      return captureCount === 1;
    });
    await showFile(ORDER, 2);
    await mark('error').waitFor();
    await mark('off').waitFor();
    await mark('expired').waitFor();
    await page
      .getByTestId('line-bar')
      .getByText(/The nearest lines that have/)
      .first()
      .waitFor();
  });

  it('says of a file that it is too large, and of one that nobody loaded that it is not there', async () => {
    await show(`?file=${encodeURIComponent(shop.path('large.mjs'))}`);
    await page.getByText('This file is too large to show').waitFor();
    await show('?file=/nowhere/else.ts');
    await page.getByText('No instance has loaded this file').waitFor();
  });

  it('is text, whatever its files are called and hold', async () => {
    await showFile(HOSTILE_NAME, 1);
    await code().getByText('<script>globalThis.hit = 2</script>').waitFor();
    await page.keyboard.press('Control+p');
    await page.getByTestId('go-to-file-input').fill('onerror');
    await expect
      .poll(() => page.getByRole('option').allInnerTexts())
      .toEqual([expect.stringContaining(HOSTILE_NAME)]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('globalThis.hit')).toBe(undefined);
  });

  it('is asked of the processes by a person only, never by the page itself', async () => {
    await showFile(ORDER);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/\/api\/services\/shop\/(?:files|source)/.test(request.url())) asked.push(request.url());
    });
    await numberOf(TOTAL_LINE).click();
    await mark('active').waitFor();
    expect(asked).toEqual([]);
    await page.getByTestId('refresh').click();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
  });

  it('loads the editor only when a file is shown', async () => {
    const { page: fresh } = await dashboard.openPage();
    const scripts: string[] = [];
    fresh.on('request', (request) => scripts.push(request.url()));
    await fresh.goto(`${dashboard.server.url}/services/default/shop/code`);
    await fresh.getByTestId('files-tree').waitFor();
    expect(scripts.filter((url) => url.includes('source-view'))).toEqual([]);
    await fresh.getByRole('treeitem', { name: 'main.mjs' }).click();
    await fresh.locator('.cm-content').waitFor();
    expect(scripts.some((url) => url.includes('source-view'))).toBe(true);
    await fresh.close();
  });

  it('keeps nobody out, in light and in dark, from 320 to 2560 pixels', async () => {
    await dashboard.api('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: shop.path(ORDER),
      lineNumber: TOTAL_LINE,
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await showFile(ORDER, TOTAL_LINE);
      await mark('active').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await showFile(ORDER, TOTAL_LINE + 1);
      await page.getByText('No breakpoint', { exact: true }).waitFor();
      await code().focus();
      await page.keyboard.press('Control+f');
      await page.locator('.cm-search').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Marks' }).click();
      await page.getByTestId('mark-legend').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press('Control+p');
      await page.getByTestId('go-to-file-input').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    for (const width of [320, 760, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await showFile(ORDER, TOTAL_LINE);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect([width, overflow]).toEqual([width, 0]);
    }
    await page.setViewportSize({ width: 320, height: 900 });
    await show();
    await page.getByRole('treeitem', { name: 'order.mjs' }).click();
    await code().waitFor();
    await page.getByRole('button', { name: 'Files' }).click();
    await page.getByTestId('files-tree').waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('says that the instances run different code, and shows that of either', async () => {
    shop.write(ORDER, `export const place = (order) => ({ ...order, isNew: true });\n`);
    await shop.start(dashboard.server, secret, 'shop');
    await untilStreams('shop', 2);
    await page.getByTestId('refresh').click();
    await page.getByTestId('different-code').waitFor();
    await showFile(ORDER);
    await page.getByTestId('other-version').waitFor();
    const texts: string[] = [];
    for (const index of [1, 2]) {
      await page.getByTestId('code-instance').selectOption({ index });
      await page.waitForURL((url) => url.searchParams.has('instance'));
      await code().waitFor();
      await expect
        .poll(async () => {
          const text = await code().innerText();
          return texts.includes(text) ? '' : text;
        })
        .toContain('place');
      texts.push(await code().innerText());
    }
    expect(texts.filter((text) => text.includes('isNew'))).toHaveLength(1);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('stays with a service that does not allow to see it, which says how to allow it', async () => {
    await shop.start(dashboard.server, secret, 'till', { STILLFRAME_SOURCE_ACCESS: 'false' });
    await untilStreams('till', 1);
    await show('', 'till');
    await page.getByText('This service does not show its source').waitFor();
    await page.getByText('STILLFRAME_SOURCE_ACCESS=1').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('is not there while no instance runs, which the page says, in a snapshot too', async () => {
    const [id = ''] = await dashboard.store([{ service_name: 'gone' }]);
    await show('', 'gone');
    await page.getByText('No instance is running').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${dashboard.server.url}/snapshots/${id}`);
    await page.getByTestId('show-source').click();
    await page.getByTestId('no-source').waitFor();
    expect(await page.getByTestId('no-source').getAttribute('data-code')).toBe('no_agent_online');
  });

  it('is not for a viewer, until an administrator lets viewers see values', async () => {
    const { page: viewer } = await dashboard.openPageOf('viewer');
    await viewer.goto(`${dashboard.server.url}/services/default/shop/code`);
    await viewer.getByText('You do not see the source of services').waitFor();
    await viewer.close();
  });

  it('never makes the page complain', () => {
    expect(complaints.filter((text) => !/40[19]/.test(text))).toEqual([]);
  });
});
