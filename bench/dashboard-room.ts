/** Where the dashboard is measured: a server with many snapshots in a process of its own, and a real browser. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { AGENT_USER_AGENT_PREFIX, API_KEY_HEADER, CAPTURE_PATH } from '../src/protocol/routes.ts';
import { createSnapshotId } from '../src/protocol/snapshot-id.ts';
import { VERSION } from '../src/protocol/version.ts';
import { startBrowser } from '../test/helpers/browser.ts';
import type { DashboardMessage } from './dashboard-process.ts';
import { SERVICE } from './dashboard-process.ts';
import { verify } from './harness.ts';
import { openProbedPage } from './probed-page.ts';

const PROGRAM = join(import.meta.dirname, 'dashboard-process.ts');
/** Path of the list that holds all snapshots. */
export const LIST_PATH: string = `/services/default/${SERVICE}`;
/** In the page: the first row of a list, once it has one. */
export const FIRST_ROW = `document.querySelector('[data-testid=snapshot-row] time')`;

type Told<Kind extends DashboardMessage['kind']> = Extract<DashboardMessage, { readonly kind: Kind }>;

/** What every part of the bench works in. */
export interface DashboardRoom {
  readonly browser: Browser;
  readonly url: string;
  /** How many are stored, or a few more. */
  readonly snapshots: number;
  /** Does something with a page in which an administrator is signed in, of a context of its own: its cache is empty. */
  withPage<T>(act: (page: Page) => Promise<T>): Promise<T>;
  /** Stores snapshots as an agent would send them. */
  store(label: string, variables: readonly unknown[]): Promise<void>;
  /** An agent of the same service, connected. */
  startAgent(): Promise<{
    /** Captures this number. Resolves with when the call began, by the machine's clock. */
    capture(number: number): Promise<number>;
    end(): void;
  }>;
  close(): Promise<void>;
}

/** @param kept a folder whose snapshots are used if it has some, and that stays */
export async function openDashboardRoom(snapshots: number, kept?: string): Promise<DashboardRoom> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'stillframe-dashboard-bench-'));
  const child = fork(PROGRAM, ['server', folder, String(snapshots)]);
  const browser = await startBrowser();
  const close = async (): Promise<void> => {
    await browser.close();
    child.kill('SIGKILL');
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const server = await told(child, 'serving');
    const { page: signIn } = await openProbedPage(browser);
    await signIn.goto(server.loginLink);
    await signIn.getByTestId('live-status').waitFor();
    const storageState = await signIn.context().storageState();
    await signIn.context().close();
    return {
      browser,
      url: server.url,
      snapshots,
      async withPage(act) {
        const { page, complaints } = await openProbedPage(browser, { storageState });
        const result = await act(page);
        verify(complaints.length === 0, complaints.join('\n'));
        await page.context().close();
        return result;
      },
      store: (label, variables) => store(server, label, variables),
      startAgent: () => startAgent(server),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function store(
  { url, secret }: Told<'serving'>,
  label: string,
  variables: readonly unknown[],
): Promise<void> {
  const snapshots = variables.map((values) => ({
    snapshot_id: createSnapshotId(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
    service_name: SERVICE,
    label,
    function_name: 'checkout',
    file_path: '/app/src/checkout.ts',
    line_number: 42,
    captured_at: new Date().toISOString(),
    variables: values,
  }));
  const answer = await fetch(url + CAPTURE_PATH, {
    method: 'POST',
    headers: {
      [API_KEY_HEADER]: secret,
      'content-type': 'application/json',
      // Other SDKs are held to a rate by the server.
      'user-agent': `${AGENT_USER_AGENT_PREFIX}${VERSION} node/${process.versions.node}`,
    },
    body: JSON.stringify(snapshots),
  });
  const receipt = (await answer.json()) as { readonly accepted?: number };
  verify(receipt.accepted === snapshots.length, `${answer.status} ${JSON.stringify(receipt)}`);
}

async function startAgent({ url, secret }: Told<'serving'>): ReturnType<DashboardRoom['startAgent']> {
  const child = fork(PROGRAM, ['agent', url, secret]);
  await told(child, 'connected');
  return {
    async capture(number) {
      const calling = told(child, 'calling');
      child.send({ number });
      return (await calling).atMs;
    },
    end: () => void child.kill('SIGKILL'),
  };
}

function told<Kind extends DashboardMessage['kind']>(child: ChildProcess, kind: Kind): Promise<Told<Kind>> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      const heard = message as DashboardMessage;
      if (heard.kind === kind) resolve(heard as Told<Kind>);
      else reject(new Error(`${heard.kind} instead of ${kind}`));
    });
  });
}
