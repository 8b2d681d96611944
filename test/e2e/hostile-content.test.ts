import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer } from '../../control-server/index.ts';
import { openPage, startBrowser } from '../helpers/browser.ts';

/** What would run, or break out of its place, if any page took captured text for more than text. */
const PAYLOADS = [
  '<script>globalThis.hit = 1</script>',
  '<img src=x onerror="globalThis.hit = 2">',
  '"><svg onload=globalThis.hit=3>',
  "'-globalThis.hit=4-'",
  'javascript:globalThis.hit=5',
  '</textarea><script>globalThis.hit = 6</script>',
  '{{constructor.constructor("globalThis.hit=7")()}}',
  '<a href="javascript:globalThis.hit=8">click</a>',
  '\u202Egnp.exe\u2066<b onmouseover=globalThis.hit=9>',
  '<iframe srcdoc="<script>parent.hit=10</script>">',
  '<style>@import "https://evil.example/x.css"</style>',
  '__proto__',
  '<details open ontoggle=globalThis.hit=11>',
  '<input autofocus onfocus=globalThis.hit=12>',
  '<video><source onerror=globalThis.hit=13></video>',
  '<math><mtext><table><mglyph><style><img src=x onerror=globalThis.hit=14>',
  '<svg><animate onbegin=globalThis.hit=15 attributeName=x dur=1s>',
  '<object data="javascript:parent.hit=16"></object>',
  '<embed src="javascript:globalThis.hit=17">',
  '<form action="javascript:globalThis.hit=18"><button autofocus>send</button></form>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:globalThis.hit=20">',
  '<link rel="stylesheet" href="https://evil.example/y.css">',
  '<img src="https://evil.example/pixel.gif">',
  '</title><script src="https://evil.example/z.js"></script>',
  '--><script>globalThis.hit = 24</script><!--',
  ']]><script>globalThis.hit = 25</script>',
  '\u2028globalThis.hit=26\u2029',
  '`${globalThis.hit=27}`',
  'data:text/html,<script>parent.hit=28</script>',
  '%3Cscript%3EglobalThis.hit=29%3C/script%3E',
  '&lt;script&gt;globalThis.hit=30&lt;/script&gt;',
];

/** As text: a program for the browser, which has other types than this one. */
const TAKE_FOR_MARKUP = `async (payloads) => {
  const add = (name, properties) => Object.assign(document.createElement(name), properties);
  const box = document.body.appendChild(add('div'));
  const thrown = payloads.map((payload) => {
    try {
      box.innerHTML = payload;
      return null;
    } catch (error) {
      return error.name;
    }
  });
  // What a page can do wrong without markup: elements whose text or address is what was captured.
  const script = add('script');
  script.append('globalThis.hit = 100');
  const link = add('a', { href: 'javascript:globalThis.hit=101' });
  const style = add('link', { rel: 'stylesheet', href: 'https://evil.example/style.css' });
  const image = add('img', { src: 'https://evil.example/image.gif' });
  const ended = new Promise((resolve) => image.addEventListener('error', resolve));
  box.append(script, link, style, image);
  link.click();
  await ended;
  return thrown;
}`;

describe('hostile captured content', () => {
  let folder: string;
  let server: ControlServer;
  let browser: Browser;
  let ids: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-hostile-'));
    server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
    const { secret } = await server.createKey({ name: 'hostile', environment: 'default' });
    const snapshots = PAYLOADS.map((payload, index) => ({
      snapshot_id: `018f0000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      service_name: 'hostile',
      label: payload,
      function_name: payload,
      file_path: `/app/${payload}`,
      line_number: 1,
      captured_at: new Date().toISOString(),
      trace_id: payload,
      variables: { [payload]: payload, nested: { list: [payload] } },
      value_marks: [{ path: '/nested', kind: 'object', class_name: payload }],
      security_flags: [{ type: payload, severity: 'high', path: payload }],
      frames: [{ function: payload, file: payload, line: 1, column: 1, in_app: true }],
      source: [{ frame: 0, start_line: 1, lines: [payload] }],
      request_context: {
        method: payload,
        url: payload,
        user_agent: payload,
        headers: { [payload]: payload },
      },
      log_message: payload,
      host: payload,
    }));
    const answer = await fetch(`${server.url}/sdk/snapshots/capture`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json' },
      body: JSON.stringify(snapshots),
    });
    expect(await answer.json()).toMatchObject({ accepted: PAYLOADS.length });
    ids = snapshots.map((snapshot) => snapshot.snapshot_id);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is shown as text on every page, runs nothing and loads nothing', async () => {
    const { page, complaints } = await openPage(browser);
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.goto(server.createLoginLink());
    await page.getByTestId('service-row').first().waitFor();
    await page.goto(`${server.url}/services/default/hostile`);
    await page.getByTestId('snapshot-row').first().waitFor();
    const places = [
      ...ids.map((id) => `/snapshots/${id}`),
      '/services/default/hostile/breakpoints',
      '/snapshots',
      ...ids.flatMap((id, index) => (index % 2 === 0 ? [] : [`/snapshots/${ids[index - 1]}/compare/${id}`])),
      `/snapshots?q=${encodeURIComponent(PAYLOADS[0] ?? '')}&file=${encodeURIComponent(PAYLOADS[1] ?? '')}`,
      '/audit',
      '/keys',
    ];
    for (const [index, place] of places.entries()) {
      await page.goto(server.url + place);
      if (index < ids.length) {
        await page.getByTestId('value-tree').waitFor();
        expect(await page.getByTestId('value-tree').textContent()).toContain(PAYLOADS[index]?.slice(0, 8));
      }
      await page.mouse.move(200, 300);
      expect(await page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
    }
    expect(foreign).toEqual([]);
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await page.close();
  });

  it('would run nothing and load nothing even on a page that took it for markup', async () => {
    const { page } = await openPage(browser);
    const failures: string[] = [];
    page.on('requestfailed', (request) => {
      failures.push(`${request.url()} ${request.failure()?.errorText}`);
    });
    await page.goto(`${server.url}/login`);
    const refusals = await page.evaluate<unknown>(`(${TAKE_FOR_MARKUP})(${JSON.stringify(PAYLOADS)})`);
    expect(refusals).toEqual(PAYLOADS.map(() => 'TypeError'));
    expect(await page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
    expect(failures.toSorted()).toEqual([
      'https://evil.example/image.gif csp',
      'https://evil.example/style.css csp',
    ]);
  });
});
