import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer, ControlServerOptions } from '../../control-server/index.ts';
import { openPage, startBrowser } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A control server and a real browser that shows its dashboard. */
export interface Dashboard {
  readonly server: ControlServer;
  readonly browser: Browser;
  /** Calls the API with the rights of an administrator. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Stores snapshots as an agent would send them; resolves with their ids. */
  store(snapshots: readonly Readonly<Record<string, unknown>>[]): Promise<string[]>;
  /** A page in which an administrator is signed in. */
  openPage(options?: Parameters<Browser['newPage']>[0]): ReturnType<typeof openPage>;
  /** A page in which somebody with this role is signed in. */
  openPageOf(role: 'viewer' | 'operator'): ReturnType<typeof openPage>;
  close(): Promise<void>;
}

/** Starts both; the caller closes them. */
export async function startDashboard(options: ControlServerOptions = {}): Promise<Dashboard> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-dashboard-'));
  const server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent', ...options });
  const { secret } = await server.createKey({ name: 'shop', environment: 'default' });
  const browser = await startBrowser();
  let stored = 0;

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${server.localToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  return {
    server,
    browser,
    api,
    async store(snapshots) {
      const sent = snapshots.map((snapshot) => ({
        snapshot_id: `018f0000-0000-7000-8000-${String(stored++).padStart(12, '0')}`,
        service_name: 'shop',
        label: 'checkout',
        function_name: 'checkout',
        file_path: '/app/src/checkout.ts',
        line_number: 42,
        captured_at: new Date().toISOString(),
        variables: {},
        ...snapshot,
      }));
      const answer = await fetch(`${server.url}/sdk/snapshots/capture`, {
        method: 'POST',
        headers: { 'x-api-key': secret, 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      });
      if (!answer.ok) throw new Error(`capture: ${answer.status} ${await answer.text()}`);
      return sent.map((snapshot) => snapshot.snapshot_id);
    },
    async openPage(options = {}) {
      const opened = await openPage(browser, options);
      await opened.page.goto(server.createLoginLink());
      await opened.page.getByTestId('account-menu').waitFor();
      return opened;
    },
    async openPageOf(role) {
      const name = `a-${role}`;
      const { invitation } = await api<{ invitation: { link: string } }>('POST', '/api/users', {
        name,
        role,
      });
      const opened = await openPage(browser);
      await opened.page.goto(invitation.link);
      await opened.page.locator('input[type=password]').fill('correct horse battery');
      await opened.page.locator('button[type=submit]').click();
      await opened.page.getByTestId('account-menu').waitFor();
      return opened;
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What {@link findBarriers} needs of a page. */
interface AxeWindow {
  readonly axe: { run(): Promise<AxeResults> };
  readonly document: {
    getAnimations(): readonly {
      readonly effect: { getComputedTiming(): { readonly endTime: number } } | null;
      readonly finished: Promise<unknown>;
    }[];
  };
  requestAnimationFrame(callback: () => void): void;
}

/** What {@link findNamesakes} needs of an element. */
interface NamedElement {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  closest(selector: string): NamedElement | null;
  querySelectorAll(selector: string): Iterable<NamedElement>;
}

/** Names that buttons, links and fields of several rows have in common: who hears them cannot tell which row they are of. */
export async function findNamesakes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { readonly document: NamedElement };
    const targets = new Map<string, unknown>();
    const shared = new Set<string>();
    for (const row of document.querySelectorAll('main tbody tr, main li, main [role=treeitem], .toast')) {
      for (const element of row.querySelectorAll('button, a, input, select')) {
        const label = element.getAttribute('aria-label') ?? element.closest('label')?.textContent;
        const name = (label ?? element.textContent).trim();
        // Links of one name may lead to one place.
        const target = element.getAttribute('href') ?? row;
        if ((targets.get(name) ?? target) !== target) shared.add(name);
        targets.set(name, target);
      }
    }
    return [...shared];
  });
}

/** What keeps people out of the page as it is now, a line each: the rule and the first places. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated by the debugger of the browser, which no Content-Security-Policy of the page concerns.
  await page.evaluate(AXE);
  const results = await page.evaluate(async () => {
    const { axe, document, requestAnimationFrame } = globalThis as unknown as AxeWindow;
    // A colour on its way to another has the contrast of neither.
    await new Promise<void>((resolve) => requestAnimationFrame(resolve));
    const passing = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
    return axe.run();
  });
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 200))
        .join(' | ')}`,
  );
}
