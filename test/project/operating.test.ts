import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import { signDelivery } from '../../control-server/webhooks/signature.ts';
import { isLinkTemplate, parseSettings } from '../../src/protocol/api-settings.ts';
import { parseExposition } from '../control-server/metrics/exposition.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operating.md'), 'utf8');
const block = (language: string): string => {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`there is no ${language} block`);
  return found;
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-operating-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('lists every metric that the server has, with its labels, and no other', async () => {
  const server = await createControlServer({ dataFolder: temporaryFolder(), port: 0, logLevel: 'silent' });
  onTestFinished(() => server.close());
  const metrics = parseExposition(await (await fetch(`${server.url}/metrics`)).text());
  const exposed = [...metrics.keys()].filter((name) => name.startsWith('stillframe_'));
  const rows = [...text.matchAll(/^\| `(stillframe_\w+)` +\| (.*?) *\|/gm)];
  expect(rows.map(([, name]) => name).toSorted()).toEqual(exposed.toSorted());
  for (const [, name = '', cell = ''] of rows) {
    const documented = [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    const labels = metrics.get(name)?.samples.flatMap((sample) => Object.keys(sample.labels)) ?? [];
    for (const label of labels.filter((known) => known !== 'le')) expect(documented, name).toContain(label);
  }
});

it('shows how to check a signature, as it works', async () => {
  const file = join(temporaryFolder(), 'check.mjs');
  writeFileSync(file, block('js'));
  const { isFromStillframe } = (await import(pathToFileURL(file).href)) as {
    isFromStillframe: (secret: string, signature: string, body: string, nowSeconds?: number) => boolean;
  };
  const nowMs = Date.now();
  const body = '{"type":"test"}';
  const secrets = [
    { secret: 'whsec_new', expiresAt: null },
    { secret: 'whsec_old', expiresAt: new Date(nowMs + 60_000).toISOString() },
  ];
  const signature = signDelivery(secrets, body, nowMs);
  for (const { secret } of secrets) expect(isFromStillframe(secret, signature, body)).toBe(true);
  expect(isFromStillframe('whsec_other', signature, body)).toBe(false);
  expect(isFromStillframe('whsec_new', signature, `${body} `)).toBe(false);
  expect(isFromStillframe('whsec_new', signature, body, nowMs / 1_000 + 302)).toBe(false);
  const moved = signature.replace(/^t=\d+/, (t) => `t=${Number(t.slice(2)) + 1}`);
  for (const broken of ['', 't=', 'v1=00', moved, signature.replace(/v1=../g, 'v1=zz')]) {
    expect(isFromStillframe('whsec_new', broken, body), broken).toBe(false);
  }
});

it('shows settings as they are taken', () => {
  const settings = parseSettings(JSON.parse(block('json')));
  expect(settings).toEqual(JSON.parse(block('json')));
  expect(isLinkTemplate(settings.traceLinkTemplate ?? '')).toBe(true);
});
