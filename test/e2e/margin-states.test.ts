import type { ChildProcess } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentSummary, BreakpointResource, SnapshotResource } from '../../src/protocol/api.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';
import { until } from '../helpers/until.ts';
import { openCodePage } from './code-page.ts';
import type { CodePage } from './code-page.ts';
import { writeShop } from './shop-in-files.ts';
import type { ShopInFiles } from './shop-in-files.ts';

const ORDER = 'orders/order.mjs';
const TOTAL_LINE = 2;
const SUMS_LINE = 3;
const PROMISE_LINE = 2;

const FILES = {
  'main.mjs': `import { place } from './orders/order.mjs';

if (process.env.PROMISES === '1') await import('./promise.mjs');
process.on('message', () => import('./promise.mjs'));
setInterval(() => {
  for (let number = 0; number < 10; number++) place({ total: number, lines: [1, 2, 3] });
}, 20);
process.send('running');
`,
  [ORDER]: `export function place(order) {
  const total = order.total * 2;
  const sums = order.lines.map((line) => line * total).filter((sum) => sum > 2);
  return { ...order, total, sums };
}
`,
  'promise.mjs': `export function promise(order) {
  return { ...order, isPromised: true };
}
`,
};

/** A breakpoint in the margin, from one state to the next, with the process that it stands in. */
describe('the margin of a running service', () => {
  let dashboard: Dashboard;
  let shop: ShopInFiles;
  let secret: string;
  let service: ChildProcess;
  let page: Page;
  let complaints: string[];
  let { show, showFile, code, numberOf, mark, lineState, breakpoints, deleteAll } = {} as CodePage;

  beforeAll(async () => {
    dashboard = await startDashboard();
    shop = writeShop();
    for (const [name, text] of Object.entries(FILES)) shop.write(name, text);
    ({ secret } = await dashboard.server.createKey({ name: 'processes', environment: 'default' }));
    service = await start({ PROMISES: '1' });
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

  const start = async (environment: NodeJS.ProcessEnv = {}, name = 'shop'): Promise<ChildProcess> => {
    const started = await shop.start(dashboard.server, secret, name, environment);
    await until('the stream of the process', async () => {
      const agents = await dashboard.api<AgentSummary[]>('GET', `/api/agents?service=${name}`);
      return agents.some(({ streaming, status }) => streaming && status?.pid === started.pid);
    });
    return started;
  };
  const set = (name: string, fields: object): Promise<BreakpointResource> =>
    dashboard.api('POST', '/api/breakpoints', { serviceName: 'shop', filePath: shop.path(name), ...fields });
  const place = (text: string) =>
    page.getByTestId('line-places').getByRole('button', { name: text, exact: false });

  it('is pending while an instance hangs that was asked, and active once it has answered', async () => {
    await showFile(ORDER);
    service.kill('SIGSTOP');
    await numberOf(TOTAL_LINE).click();
    await mark('pending').waitFor();
    expect(await lineState()).toBe('Pending: no instance has said yet what it made of it');
    service.kill('SIGCONT');
    await mark('active').waitFor();
    await expect.poll(lineState).toContain('Active');
  });

  it('is not there while the instance hangs, which the page says, and is when one tries again', async () => {
    const hanging = await start({}, 'hanging');
    hanging.kill('SIGSTOP');
    await show('', 'hanging');
    await page.locator('[data-testid=code-problem][data-code=no_answer]').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    hanging.kill('SIGCONT');
    const tryAgain = page.getByRole('button', { name: 'Try again' });
    const tree = page.getByTestId('files-tree');
    // On a busy machine the first answer can be late as well.
    const files = async (): Promise<boolean> => {
      await tryAgain.or(tree).waitFor();
      if (await tree.isVisible()) return true;
      await tryAgain.click();
      return false;
    };
    await until('the files', files, 60_000);
  });

  it('is throttled where the line is reached so often that it rests', async () => {
    await start({ STILLFRAME_LINE_BREAKPOINT_PERCENT: '1' }, 'busy');
    await showFile(ORDER, TOTAL_LINE, 'busy');
    await set(ORDER, { serviceName: 'busy', lineNumber: TOTAL_LINE, condition: 'order.total > 100' });
    await mark('throttled').waitFor();
    await expect.poll(lineState).toContain('Throttled');
    await page
      .getByTestId('line-report')
      .getByText(/installed|emitting/)
      .first()
      .click();
    await page.getByTestId('agent-reports').getByText('to stay under 1 % of the thread').waitFor();
  });

  it('is expired once its time is over', async () => {
    await showFile(ORDER, TOTAL_LINE);
    // It is refused where it is over before the server hears of it.
    await until('the breakpoint to be taken', () =>
      set(ORDER, {
        lineNumber: TOTAL_LINE,
        condition: 'order.total > 100',
        expireAt: new Date(Date.now() + 3_000).toISOString(),
      }).catch(() => null),
    );
    await mark('expired').waitFor();
    await expect.poll(lineState).toContain('Expired');
  });

  it('is stopped while a kill switch is on, of the service or of everything, and active again after', async () => {
    await showFile(ORDER, TOTAL_LINE);
    await set(ORDER, { lineNumber: TOTAL_LINE });
    await mark('active').waitFor();
    for (const scope of ['service', 'global']) {
      await page.getByTestId(`kill-switch-${scope}`).click();
      await mark('stopped').waitFor();
      await expect.poll(lineState).toContain('Stopped');
      await page.getByTestId(`kill-switch-${scope}-release`).click();
      await page.getByTestId('release-dialog-confirm').click();
      await mark('active').waitFor();
    }
  });

  it('is stopped where the only instance was', async () => {
    await showFile(ORDER, TOTAL_LINE);
    await set(ORDER, { lineNumber: TOTAL_LINE });
    await mark('active').waitFor();
    const [agent] = await dashboard.api<AgentSummary[]>('GET', '/api/agents?service=shop');
    const kill = { scope: 'agent', instanceId: agent?.instanceId };
    await dashboard.api('PUT', '/api/kill-switch', { ...kill, on: true });
    await mark('stopped').waitFor();
    await dashboard.api('PUT', '/api/kill-switch', { ...kill, on: false });
    await mark('active').waitFor();
  });

  it('says that nobody answers when the process is gone, and waits for the file in the next one', async () => {
    await showFile('promise.mjs', PROMISE_LINE);
    await set('promise.mjs', { lineNumber: PROMISE_LINE });
    await mark('active').waitFor();
    service.kill('SIGKILL');
    await mark('silent').waitFor();
    await expect.poll(lineState).toContain('No answer');
    await page.getByTestId('line-report').getByText('each agent').click();
    await page.getByTestId('agent-reports').getByText('not connected, was installed').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => findBarriers(page)).toEqual([]);
    }
    service = await start();
    await mark('waiting').waitFor();
    await expect.poll(lineState).toContain('Waiting');
    service.send('load');
    await mark('active').waitFor();
  });

  it('offers the places of a line, of which one is set and taken back by the keyboard', async () => {
    await showFile(ORDER, SUMS_LINE);
    await place('Whole line').waitFor();
    const offered = await page.getByTestId('line-places').getByRole('button').allInnerTexts();
    expect(offered.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      'Whole line',
      'Column 42 line * total',
      'Column 72 sum > 2',
    ]);
    await place('line * total').focus();
    await page.keyboard.press('Enter');
    await mark('active').waitFor();
    await page.locator('.cm-line [data-state=active]').waitFor();
    expect(await place('line * total').getAttribute('aria-pressed')).toBe('true');
    const [set] = await breakpoints();
    expect(set).toMatchObject({ lineNumber: SUMS_LINE, columnNumber: 42 });
    const id = await until('a snapshot of the column', async () => {
      const path = `/api/snapshots?breakpoint=${set?.id ?? ''}`;
      const { items } = await dashboard.api<{ items: { id: string }[] }>('GET', path);
      return items[0]?.id;
    });
    const { variables } = await dashboard.api<SnapshotResource>('GET', `/api/snapshots/${id}`);
    expect(variables).toHaveProperty('line');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await showFile(ORDER, SUMS_LINE);
      await page.locator('.cm-line [data-state=active]').waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }
    await place('line * total').focus();
    await page.keyboard.press('Enter');
    await mark('leaving').waitFor();
    expect(await place('line * total').getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('Enter');
    await mark('active').waitFor();
  });

  it('has several on one line, each with what it says, and takes all away with one click', async () => {
    await showFile(ORDER, SUMS_LINE);
    await place('Whole line').click();
    await place('sum > 2').click();
    await expect.poll(async () => (await breakpoints()).length).toBe(2);
    await page.getByTestId('line-report').nth(1).getByText('Column 72').waitFor();
    await expect.poll(lineState).toBe('2 breakpoints');
    await page.getByTestId('line-report').nth(1).getByRole('button', { name: 'Change…' }).click();
    await page.getByTestId('breakpoint-form').getByLabel('Condition (optional)').fill('sum > 3');
    await page.getByTestId('save-breakpoint').click();
    await page.getByTestId('line-report').nth(1).getByText('sum > 3').waitFor();
    await numberOf(SUMS_LINE).click();
    await page
      .getByTestId('toasts')
      .getByText(/^Deleting “.*order\.mjs:\d+” and “.*order\.mjs:\d+:72” in/)
      .waitFor();
    await mark('leaving').waitFor();
    await numberOf(SUMS_LINE).click();
    await expect.poll(lineState).toBe('2 breakpoints');
    expect(await breakpoints()).toHaveLength(2);
  });

  it('takes any column in the form', async () => {
    await showFile(ORDER, SUMS_LINE);
    await code().focus();
    await page.keyboard.press('Shift+F9');
    const form = page.getByTestId('breakpoint-form');
    await form.getByLabel('File and line').fill(`${shop.path(ORDER)}:${SUMS_LINE}:50`);
    await page.getByTestId('save-breakpoint').click();
    await mark('active').waitFor();
    expect(await breakpoints()).toMatchObject([{ lineNumber: SUMS_LINE, columnNumber: 50 }]);
    await page.getByTestId('tab-breakpoints').click();
    await page
      .getByRole('link', { name: `orders/order.mjs:${SUMS_LINE}:50` })
      .first()
      .waitFor();
  });

  it('leaves Ctrl-P to a dialog that is open, instead of a second one or of printing', async () => {
    await showFile(ORDER, TOTAL_LINE);
    await page.evaluate(`
      globalThis.prints = 0;
      addEventListener('keydown', (event) => {
        if (event.ctrlKey && event.key === 'p' && !event.defaultPrevented) globalThis.prints += 1;
      });
    `);
    await code().focus();
    await page.keyboard.press('Shift+F9');
    // The form is still on its way.
    await page.keyboard.press('Control+p');
    await page.getByTestId('breakpoint-form').waitFor();
    await page.keyboard.press('Control+p');
    await page.keyboard.press('F9');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByTestId('breakpoint-form').waitFor({ state: 'detached' });

    await page.keyboard.press('Control+p');
    await page.getByTestId('go-to-file-input').waitFor();
    const chosen = (): Promise<string | null> =>
      page.locator('[role=option][aria-selected=true]').getAttribute('id');
    const first = await chosen();
    await page.keyboard.press('Control+p');
    await expect.poll(chosen).not.toBe(first);
    await page.keyboard.press('Shift+F9');
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(await page.evaluate('globalThis.prints')).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('never makes the page complain', () => {
    expect(complaints.filter((text) => !text.includes('504'))).toEqual([]);
  });
});
