import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApi } from '../api/open-api.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'control-server');

it('makes no regular expression of what it is sent: all of the server are literals', () => {
  const made = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\/(?:node_modules|dist|dashboard|cli)\//.test(file))
    .filter((file) => /\bRegExp\(|\.(?:match|matchAll|search)\((?![/A-Z)])/.test(readFileSync(file, 'utf8')));
  expect(made).toEqual([]);
});

it('takes what is searched for as words, however hard it would be on an expression', async () => {
  await using api = await openApi();
  const cookie = await api.signIn('viewer');
  for (const q of ['(a+)+$', '(a|aa)+$', '.*'.repeat(60), '[', '(?<a', '*'.repeat(100), 'a'.repeat(200)]) {
    const answer = await api.call('GET', `/api/snapshots?q=${encodeURIComponent(q)}`, { cookie });
    expect([answer.statusCode, answer.json().items]).toEqual([200, []]);
  }
});
