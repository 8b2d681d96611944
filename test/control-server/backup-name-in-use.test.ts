import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createBackupFiles } from '../../control-server/backup-files.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';

vi.mock(import('node:fs/promises'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, rm: vi.fn(original.rm) };
});

const CONTENT = Buffer.from('backup');
const IN_USE = Object.assign(new Error('the folder is not empty'), { code: 'ENOTEMPTY' });

beforeEach(() => void vi.mocked(rm).mockClear());

/** Backups of a store whose `rm` fails as often, once the copy is made. */
function createBackups(failures: number): {
  readonly make: ReturnType<typeof createBackupFiles>;
  folder: string;
} {
  const data = createTemporaryFolder();
  onTestFinished(() => data[Symbol.dispose]());
  const store = {
    async backup(path: string) {
      await writeFile(path, CONTENT);
      for (let left = failures; left > 0; left--) vi.mocked(rm).mockRejectedValueOnce(IN_USE);
    },
  };
  return { make: createBackupFiles(store, data.path), folder: join(data.path, 'backup') };
}

test('a backup can be read where the system keeps the name of what is open, and is gone with its last byte', async () => {
  const { make, folder } = createBackups(1);
  const { bytes } = await make();
  expect(existsSync(folder)).toBe(true);
  expect(await buffer(bytes)).toEqual(CONTENT);
  expect(existsSync(folder)).toBe(false);
});

test('one that cannot be removed at its end was read all the same, and goes before the next', async () => {
  const { make, folder } = createBackups(2);
  for (let count = 0; count < 2; count++) {
    expect(await buffer((await make()).bytes)).toEqual(CONTENT);
    expect(existsSync(folder)).toBe(true);
  }
});
