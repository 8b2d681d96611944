import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplicationFiles, shownRoots } from '../../src/inspector/application-files.ts';
import type { ApplicationFiles } from '../../src/inspector/application-files.ts';

const MAX_BYTES = 1_000;

let folder: string;
let files: ApplicationFiles;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-files-')));
  for (const name of ['app/src', 'app/.git', 'app/node_modules/dep', 'outside']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('app/src/order.ts', 'order');
  write('app/src/full.ts', 'x'.repeat(MAX_BYTES));
  write('app/src/larger.ts', 'x'.repeat(MAX_BYTES + 1));
  write('app/src/secrets.json', '{}');
  write('app/.env.ts', 'SECRET=1');
  write('app/.git/hook.js', 'hook');
  write('app/node_modules/dep/index.js', 'dep');
  write('outside/secret.ts', 'secret');
  symlinkSync(join(folder, 'outside/secret.ts'), join(folder, 'app/src/link.ts'));
  symlinkSync(join(folder, 'outside'), join(folder, 'app/linked'));
  files = createApplicationFiles([join(folder, 'app')], MAX_BYTES);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of the application on disk', () => {
  it.each([
    ['app/src/order.ts', 'order'],
    ['app/src/full.ts', 'x'.repeat(MAX_BYTES)],
  ])('are read: %s', async (name, text) => {
    await expect(files.read(join(folder, name))).resolves.toMatchObject({ text });
  });

  it.each([
    'app/src/larger.ts',
    'app/src/secrets.json',
    'app/.env.ts',
    'app/.git/hook.js',
    'app/node_modules/dep/index.js',
    'app/src/link.ts',
    'app/linked/secret.ts',
    'app/src/../../outside/secret.ts',
    'outside/secret.ts',
    'app/src/missing.ts',
    'app/src',
  ])('are nothing else: %s', async (name) => {
    await expect(files.read(`${folder}/${name}`)).resolves.toBeNull();
  });

  it('are no file any more whose folder became a link', async () => {
    const path = join(folder, 'app/moved/a.ts');
    mkdirSync(join(folder, 'app/moved'));
    writeFileSync(path, 'a');
    await expect(files.read(path)).resolves.toMatchObject({ text: 'a' });
    renameSync(join(folder, 'app/moved'), join(folder, 'outside/moved'));
    symlinkSync(join(folder, 'outside/moved'), join(folder, 'app/moved'));
    await expect(files.read(path)).resolves.toBeNull();
  });

  it.each([
    ['webpack://shop/./src/order.ts', true],
    ['webpack://shop/../../etc/order.ts', false],
    ['webpack://shop/node_modules/dep/index.js', false],
    ['order.ts', false],
  ])('are told by name alone where a bundler made the name: %s', (path, isOne) => {
    expect(files.includes(path)).toBe(isOne);
  });
});

describe('a program that is started from a dependency', () => {
  it('is no application, though its package is a folder of it', async () => {
    const own = createApplicationFiles(
      [join(folder, 'app/node_modules/dep'), join(folder, 'app')],
      MAX_BYTES,
    );
    await expect(own.read(join(folder, 'app/node_modules/dep/index.js'))).resolves.toBeNull();
    await expect(own.read(join(folder, 'app/src/order.ts'))).resolves.toMatchObject({ text: 'order' });
  });
});

describe('the folders that are shown', () => {
  it('are never the root of the disk, which is where a container often runs', async () => {
    const app = join(folder, 'app');
    await expect(shownRoots([app, '/'], join(app, 'main.js'))).resolves.toEqual([app]);
    await expect(shownRoots(['/'], join(app, 'src', 'main.js'))).resolves.toEqual([join(app, 'src')]);
    await expect(shownRoots(['/'], undefined)).resolves.toEqual([]);
  });

  it('are the real ones, as V8 names its files', async () => {
    symlinkSync(join(folder, 'app'), join(folder, 'current'));
    await expect(shownRoots([join(folder, 'current')], undefined)).resolves.toEqual([join(folder, 'app')]);
  });
});
