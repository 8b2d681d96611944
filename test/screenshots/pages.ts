import type { Page } from 'playwright-core';
import { servicePath, snapshotPath, comparisonPath } from '../../control-server/dashboard/src/routes.ts';
import { codePath } from '../../control-server/dashboard/src/code/code-place.ts';
import type { Stage } from './stage.ts';

/** One picture: where it is taken, and what has to be there before. */
export interface PictureOf {
  readonly name: string;
  readonly path: string;
  readonly isThere: string;
  /** Pixels, where the whole of it is worth more than the window. */
  readonly height?: number;
  /** What a person does on the page first. */
  readonly act?: (page: Page) => Promise<void>;
}

const SERVICE = { environment: 'default', serviceName: 'demo-shop' } as const;

/** What somebody sees who is signed in at the demo. */
export function demoPages(stage: Stage): readonly PictureOf[] {
  const code = { file: stage.codeFile, line: 67, instance: null };
  return [
    { name: 'overview', path: '/', isThere: '[data-testid=service-row]' },
    { name: 'snapshots', path: servicePath(SERVICE), isThere: '[data-testid=snapshot-row]', act: pause },
    {
      name: 'all-snapshots',
      path: '/snapshots?flag=email&last=24h',
      isThere: '[data-testid=snapshot-row]',
      act: filters,
    },
    {
      name: 'snapshot',
      height: 1300,
      path: snapshotPath(stage.snapshotId),
      isThere: '[data-testid=value-tree]',
      act: showSource,
    },
    { name: 'compare', path: comparisonPath(...stage.compared), isThere: '[data-testid=differences]' },
    {
      name: 'breakpoints',
      path: servicePath(SERVICE, 'breakpoints'),
      isThere: '[data-testid=breakpoint-row]',
    },
    {
      name: 'breakpoint-editor',
      path: servicePath(SERVICE, 'breakpoints'),
      isThere: '[data-testid=breakpoint-row]',
      act: editBreakpoint,
    },
    { name: 'browse-code', path: codePath(SERVICE, code), isThere: '.cm-marks [data-state=active]' },
    { name: 'agents', path: servicePath(SERVICE, 'agents'), isThere: '[data-testid=agents]' },
    {
      name: 'service-settings',
      path: servicePath(SERVICE, 'settings'),
      isThere: '[data-testid=save-settings]',
    },
    { name: 'keys', path: '/keys', isThere: '[data-testid=key-row]' },
    { name: 'users', path: '/users', isThere: '[data-testid=user-row]' },
    { name: 'webhooks', path: '/webhooks', isThere: '[data-testid=webhook-row]' },
    { name: 'audit', path: '/audit', isThere: '[data-testid=audit-row]' },
    { name: 'settings', path: '/settings', isThere: '[data-testid=save-settings]' },
    { name: 'health', path: '/health', isThere: '[data-testid=health]' },
    { name: 'account', path: '/account', isThere: '[data-testid=session-row]' },
  ];
}

/** The same service while somebody has stopped it. */
export const STOPPED_PAGE: PictureOf = {
  name: 'stopped',
  path: servicePath(SERVICE),
  isThere: '[data-testid=service-stop-panel]',
};

/** The list stands still, so that every row is whole. */
async function pause(page: Page): Promise<void> {
  await page.getByTestId('pause').click();
}

async function filters(page: Page): Promise<void> {
  await page.getByTestId('more-filters').click();
  await page.getByTestId('filter-panel').waitFor();
}

/** The lines around the place, asked for, and what was captured, folded where it is long. */
async function showSource(page: Page): Promise<void> {
  await page.getByTestId('show-source').click();
  await page.getByTestId('source-lines').waitFor();
  await page.evaluate('scrollTo(0, 0)');
}

async function editBreakpoint(page: Page): Promise<void> {
  const row = page.locator('[data-testid=breakpoint-row]').filter({ hasText: 'order.totalCents > 10000' });
  await row
    .getByRole('button', { name: /^Edit|^Change/ })
    .first()
    .click();
  await page.getByTestId('breakpoint-form').waitFor();
}
