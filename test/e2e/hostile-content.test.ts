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
];

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
      ...ids.map((id) => `/snapshots/${ids[0]}/compare/${id}`),
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
  });
});
