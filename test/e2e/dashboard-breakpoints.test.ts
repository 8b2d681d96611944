import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BreakpointResource } from '../../src/protocol/api.ts';
import { findBarriers, startDashboard } from '../helpers/dashboard.ts';
import type { Dashboard } from '../helpers/dashboard.ts';

describe('breakpoints on the dashboard', () => {
  let dashboard: Dashboard;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.store([{}]);
    ({ page, complaints } = await dashboard.openPage());
  });
  afterAll(() => dashboard?.close());
  beforeEach(async () => {
    for (const label of ['checkout', 'login', 'refund']) {
      await dashboard.api('POST', '/api/breakpoints', { serviceName: 'shop', label });
    }
    await page.goto(`${dashboard.server.url}/services/default/shop/breakpoints`);
    await row('refund').waitFor();
  });
  afterEach(async () => {
    for (const { id } of await list()) await dashboard.api('DELETE', `/api/breakpoints/${id}`);
  });

  const list = (): Promise<BreakpointResource[]> => dashboard.api('GET', '/api/breakpoints?service=shop');
  const row = (label: string) => page.locator(`[data-testid=breakpoint-row][data-label-name="${label}"]`);
  const select = (label: string): Promise<void> =>
    page.getByRole('checkbox', { name: `Select ${label}`, exact: true }).check();
  const toast = (text: string) => page.getByTestId('toasts').getByText(text);
  const states = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries((await list()).map(({ label, enabled }) => [label ?? '', enabled]));

  it('are switched off together, and on again by one click on Undo', async () => {
    await select('checkout');
    await select('refund');
    await page.getByTestId('disable-selected').click();
    await page.getByTestId('toasts').getByText('2 breakpoints switched off.').waitFor();
    expect(await states()).toEqual({ checkout: false, login: true, refund: false });
    await page.getByTestId('toasts').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(states).toEqual({ checkout: true, login: true, refund: true });
  });

  it('can be switched back as long as the focus is on the message that offers it', async () => {
    const opened = await dashboard.openPage();
    await opened.page.clock.install();
    await opened.page.goto(page.url());
    await opened.page.getByTestId('select-all').check();
    await opened.page.getByTestId('disable-selected').click();
    const undo = opened.page.getByTestId('toasts').getByRole('button', { name: 'Undo' });
    await undo.focus();
    await opened.page.clock.runFor(60_000);
    expect(await undo.count()).toBe(1);
    await undo.blur();
    await opened.page.clock.runFor(2_000);
    expect(await undo.count()).toBe(0);
    await opened.page.close();
  });

  it('are left as somebody else has changed them meanwhile, when the switching is undone', async () => {
    await page.getByTestId('select-all').check();
    await page.getByTestId('disable-selected').click();
    await toast('3 breakpoints switched off.').waitFor();
    const idOf = async (label: string) => (await list()).find((known) => known.label === label)?.id ?? '';
    await dashboard.api('PATCH', `/api/breakpoints/${await idOf('refund')}`, { condition: 'amount > 5' });
    await dashboard.api('DELETE', `/api/breakpoints/${await idOf('login')}`);
    await page.getByTestId('toasts').getByRole('button', { name: 'Undo' }).click();
    await toast('1 breakpoint switched back on.').waitFor();
    await toast('“refund” could not be switched back on: changed meanwhile by somebody else.').waitFor();
    await toast('“login” could not be switched back on: deleted meanwhile by somebody else.').waitFor();
    expect(await states()).toEqual({ checkout: true, refund: false });
    expect(await findBarriers(page)).toEqual([]);
  });

  it('are not deleted when somebody else has changed them meanwhile', async () => {
    await select('checkout');
    await select('refund');
    await page.getByTestId('delete-selected').click();
    await toast('Deleting “checkout” and “refund” in a few seconds.').waitFor();
    const refund = (await list()).find(({ label }) => label === 'refund');
    await dashboard.api('PATCH', `/api/breakpoints/${refund?.id}`, { condition: 'amount > 5' });
    await row('checkout').waitFor({ state: 'detached' });
    await toast('“refund” could not be deleted: changed meanwhile by somebody else.').waitFor();
    expect(await states()).toEqual({ login: true, refund: true });
  });

  it('are deleted together, some seconds later, and those that are taken back are not', async () => {
    await page.getByTestId('select-all').check();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('delete-selected').click();
    await toast('Deleting “checkout”, “login” and “refund” in a few seconds.').waitFor();
    expect(await page.getByTestId('selection-bar').count()).toBe(0);
    await row('login').getByRole('button', { name: 'Undo' }).click();
    // What is still going to happen, and nothing else.
    await toast('Deleting “checkout” and “refund” in a few seconds.').waitFor();
    await row('checkout').waitFor({ state: 'detached' });
    await row('refund').waitFor({ state: 'detached' });
    expect(await states()).toEqual({ login: true });
  });

  it('all stay when the deletion of all is undone', async () => {
    await page.getByTestId('select-all').check();
    await page.getByTestId('delete-selected').click();
    await page.getByTestId('toasts').getByRole('button', { name: 'Undo' }).click();
    await page.locator('.row-leaving').first().waitFor({ state: 'detached' });
    expect(Object.keys(await states())).toHaveLength(3);
  });

  it('are selected, changed and let go by the keyboard alone, and only those that the filter shows', async () => {
    await page.getByTestId('select-all').focus();
    await page.keyboard.press('Space');
    await page.getByText('3 selected').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('log');
    await page.getByText('1 selected').waitFor();
    await page.getByTestId('disable-selected').focus();
    await page.keyboard.press('Enter');
    await expect.poll(states).toEqual({ checkout: true, login: false, refund: true });
    await page.getByRole('button', { name: 'Clear' }).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('selection-bar').waitFor({ state: 'detached' });
  });

  it('have conditions and expressions that are checked while they are typed', async () => {
    await page.getByTestId('create-breakpoint').click();
    const form = page.getByTestId('breakpoint-form');
    await form.getByLabel('Label', { exact: true }).fill('order');
    await form.getByLabel('Condition (optional)').fill('cart.total >');
    await form.getByText('at character 13.').waitFor();
    await page.getByTestId('add-expression').click();
    await page.keyboard.type('cart.total()');
    await form.getByText('at character 11.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByTestId('save-breakpoint').click();
    await form.getByLabel('Condition (optional)').fill('cart.total > 1');
    await form.getByLabel('Expression 1', { exact: true }).fill('cart.total * 2');
    await page.getByTestId('add-expression').click();
    await page.getByTestId('save-breakpoint').click();
    await row('order').waitFor();
    const saved = (await list()).find(({ label }) => label === 'order');
    expect([saved?.condition, saved?.captureExpressions]).toEqual(['cart.total > 1', ['cart.total * 2']]);
  });

  it('have limits that are folded until one is set, within the ranges that agents know', async () => {
    const form = page.getByTestId('breakpoint-form');
    const frames = form.getByLabel('Stack frames');
    const bytes = form.getByLabel('Bytes of a snapshot');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.reload();
      await page.getByTestId('create-breakpoint').click();
      await form.getByLabel('Label', { exact: true }).fill('order');
      expect(await frames.isVisible()).toBe(false);
      await form.getByText('Limits of a capture').click();
      expect(await frames.getAttribute('placeholder')).toBe('20');
      await frames.fill('51');
      await bytes.fill('16k');
      await page.getByTestId('save-breakpoint').click();
      await form.getByText('from 1 to 50,').waitFor();
      await form.getByText('from 1,024 to 262,144,').waitFor();
      expect(await findBarriers(page)).toEqual([]);
    }
    await form.getByText('Limits of a capture').click();
    expect(await frames.isVisible()).toBe(false);
    await page.getByTestId('save-breakpoint').click();
    await frames.fill('5');
    await bytes.fill('');
    await form.getByLabel('Levels of variables').fill('2');
    await page.getByTestId('save-breakpoint').click();
    await row('order').waitFor();
    expect((await list()).find(({ label }) => label === 'order')).toMatchObject({
      stackDepth: 5,
      maxDepth: 2,
      maxPayloadBytes: null,
    });
    await page.getByRole('button', { name: 'Change order' }).click();
    expect(await frames.inputValue()).toBe('5');
    await frames.fill('');
    expect(await frames.isVisible()).toBe(true);
    await page.getByTestId('save-breakpoint').click();
    await form.waitFor({ state: 'detached' });
    expect((await list()).find(({ label }) => label === 'order')).toMatchObject({
      stackDepth: null,
      maxDepth: 2,
    });
  });

  it('are duplicated with all but the label', async () => {
    const { id } = (await list()).find(({ label }) => label === 'login') ?? { id: '' };
    await dashboard.api('PATCH', `/api/breakpoints/${id}`, { condition: 'user.isNew', maxCaptures: 7 });
    await row('login').getByText('user.isNew').waitFor();
    await page.getByRole('button', { name: 'Duplicate login' }).click();
    await page.getByTestId('breakpoint-form').getByLabel('Label', { exact: true }).fill('sign-up');
    await page.getByTestId('save-breakpoint').click();
    await row('sign-up').getByText('user.isNew').waitFor();
    const saved = (await list()).find(({ label }) => label === 'sign-up');
    expect([saved?.condition, saved?.maxCaptures]).toEqual(['user.isNew', 7]);
  });

  it('that somebody else changed meanwhile are not overwritten unawares: theirs is shown, or mine saved over it', async () => {
    const { id } = (await list()).find(({ label }) => label === 'login') ?? { id: '' };
    const form = page.getByTestId('breakpoint-form');
    const condition = form.getByLabel('Condition (optional)');
    await page.getByRole('button', { name: 'Change login' }).click();
    await condition.fill('mine == 1');
    await dashboard.api('PATCH', `/api/breakpoints/${id}`, { condition: 'theirs == 1' });
    await page.getByTestId('save-breakpoint').click();
    await page.getByTestId('changed-meanwhile').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect((await list()).find((found) => found.id === id)?.condition).toBe('theirs == 1');

    await page.getByRole('button', { name: 'Show what is set now' }).click();
    await page.getByTestId('changed-meanwhile').waitFor({ state: 'detached' });
    expect(await condition.inputValue()).toBe('theirs == 1');

    await condition.fill('mine == 2');
    await dashboard.api('PATCH', `/api/breakpoints/${id}`, { condition: 'theirs == 2' });
    await page.getByTestId('save-breakpoint').click();
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await form.waitFor({ state: 'detached' });
    expect((await list()).find((found) => found.id === id)?.condition).toBe('mine == 2');
  });

  it('lead administrators to who changed them', async () => {
    await page.getByRole('button', { name: 'Change login' }).click();
    await page.getByRole('link', { name: 'Who changed it' }).click();
    await page.getByTestId('audit-row').getByText('breakpoint.create').waitFor();
    expect(await page.getByTestId('audit-row').count()).toBe(1);
  });

  it('never make the page complain', () => {
    expect(complaints.filter((text) => !/404|412/.test(text))).toEqual([]);
  });
});
