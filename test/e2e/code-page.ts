import type { Locator, Page } from 'playwright-core';
import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { Dashboard } from '../helpers/dashboard.ts';
import type { ShopInFiles } from './shop-in-files.ts';

/** The tab Browse Code of a service, as a person sees it. */
export interface CodePage {
  /** Opens the tab; `search` is the query of the address. */
  show(search?: string, service?: string): Promise<unknown>;
  /** Opens one file, at a line when it is given. */
  showFile(name: string, line?: number, service?: string): Promise<void>;
  /** The text of the file. */
  code(): Locator;
  /** The number of a line, in the margin. */
  numberOf(line: number): Locator;
  /** The marks of this state in the margin. */
  mark(state: string): Locator;
  /** What is said of the line of the cursor. */
  lineState(): Promise<string>;
  /** The line breakpoints of all services. */
  breakpoints(): Promise<BreakpointResource[]>;
  deleteAll(): Promise<void>;
}

/** Reads and sets breakpoints in the shop. */
export function openCodePage(page: Page, dashboard: Dashboard, shop: ShopInFiles): CodePage {
  const code = (): Locator => page.locator('.cm-content');
  const show = (search = '', service = 'shop'): Promise<unknown> =>
    page.goto(`${dashboard.server.url}/services/default/${service}/code${search}`);
  const breakpoints = async (): Promise<BreakpointResource[]> => {
    const all = await dashboard.api<BreakpointResource[]>('GET', '/api/breakpoints');
    return all.filter(({ label }) => label === null);
  };
  return {
    show,
    async showFile(name, line, service) {
      const at = line === undefined ? '' : `&line=${line}`;
      await show(`?file=${encodeURIComponent(shop.path(name))}${at}`, service);
      await code().waitFor();
    },
    code,
    numberOf: (line) =>
      page.locator('.cm-lineNumbers .cm-gutterElement').getByText(String(line), { exact: true }),
    mark: (state) => page.locator(`.cm-marks [data-state=${state}]`),
    lineState: () => page.getByTestId('line-state').innerText(),
    breakpoints,
    async deleteAll() {
      for (const { id } of await breakpoints()) await dashboard.api('DELETE', `/api/breakpoints/${id}`);
    },
  };
}
