import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function codeBlock(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(readme)?.[1];
  if (block === undefined) throw new Error(`the README has no ${language} block`);
  return block;
}

it('shows twelve lines of use and the snapshot that they really produce', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-readme-'));
  const server = await createControlServer({ dataFolder: join(folder, 'data'), port: 0, logLevel: 'silent' });
  try {
    const { secret } = await server.createKey({ name: 'readme', environment: 'default' });
    const program = codeBlock('js');
    expect(program.trimEnd().split('\n').length).toBe(12);
    const file = join(folder, 'app.mjs');
    const agent = pathToFileURL(join(root, 'src', 'index.ts')).href;
    writeFileSync(file, program.replace("'stillframe'", JSON.stringify(agent)));

    // The program ends by itself: what it took is sent on the way out.
    const exitCode = await new Promise((resolve) => {
      spawn(process.execPath, [file], {
        stdio: 'inherit',
        env: {
          PATH: process.env['PATH'],
          STILLFRAME_API_KEY: secret,
          STILLFRAME_ENDPOINT: server.url,
          // The second that it has for that is not enough for a machine that is busy.
          STILLFRAME_EXIT_FLUSH_MS: '10000',
          STILLFRAME_CAPTURE_TIMEOUT_MS: '60000',
        },
      }).once('exit', resolve);
    });
    expect(exitCode).toBe(0);

    const read = async (path: string): Promise<unknown> =>
      (await fetch(server.url + path, { headers: { authorization: `Bearer ${server.localToken}` } })).json();
    const { items } = (await read('/api/snapshots?service=orders')) as { items: { id: string }[] };
    expect(items.length).toBe(1);
    expect(await read(`/api/snapshots/${items[0]?.id}`)).toMatchObject(
      JSON.parse(codeBlock('json')) as Record<string, unknown>,
    );
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('links to files that exist', () => {
  for (const [, target = ''] of readme.matchAll(/\]\(((?!https?:)[^)#]+)\)/g)) {
    expect(() => readFileSync(join(root, target)), target).not.toThrow();
  }
});
