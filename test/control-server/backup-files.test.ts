import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createBackupFiles } from '../../control-server/backup-files.ts';
import type { BackupFile } from '../../control-server/backup-files.ts';
import { until } from '../helpers/until.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';

const BUSY = { status: 409, code: 'backup_running' };
/** More than is read at a time, and not a multiple of it. */
const CONTENT = Buffer.alloc(600_001, 'backup ');

/** Backups of a store that writes `CONTENT`, and the folder of them. */
function createBackups(backup = (path: string) => writeFile(path, CONTENT)): {
  readonly make: () => Promise<BackupFile>;
  readonly folder: string;
} {
  const data = createTemporaryFolder();
  onTestFinished(() => data[Symbol.dispose]());
  return { make: createBackupFiles({ backup }, data.path), folder: join(data.path, 'backup') };
}

test('a backup can be asked for by who has just read the last byte of the one before', async () => {
  const { make } = createBackups();
  const { sizeBytes, bytes } = await make();
  const next = Promise.withResolvers<BackupFile>();
  let read = 0;
  bytes.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read === sizeBytes) make().then(next.resolve, next.reject);
  });
  expect(await buffer((await next.promise).bytes)).toEqual(CONTENT);
});

test('there is one at a time, as long as a byte of it is to be read', async () => {
  const { make } = createBackups();
  const { bytes } = await make();
  await expect(make()).rejects.toMatchObject(BUSY);
  const first: unknown = bytes.read(1) ?? (await bytes[Symbol.asyncIterator]().next()).value;
  expect(first).toBeInstanceOf(Buffer);
  await expect(make()).rejects.toMatchObject(BUSY);
});

test('two that are asked for at once are one', async () => {
  const { make } = createBackups();
  const settled = await Promise.allSettled([make(), make()]);
  expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: BUSY }]);
});

test('nothing of it is on the disk by name while it is fetched: a server that is killed leaves nothing', async () => {
  const { make, folder } = createBackups();
  const { bytes } = await make();
  expect(existsSync(folder)).toBe(false);
  expect(await buffer(bytes)).toEqual(CONTENT);
});

test.each([
  ['before the first byte', () => Promise.resolve()],
  ['after it', ({ bytes }: BackupFile) => once(bytes, 'data')],
])('the place is free soon after who asked has gone, %s', async (_, read) => {
  const { make, folder } = createBackups();
  const left = await make();
  await read(left);
  left.bytes.destroy();
  const next = await until('the place', () => make().catch(() => null));
  expect(existsSync(folder)).toBe(false);
  expect(await buffer(next.bytes)).toEqual(CONTENT);
});

test('the place is free when a backup could not be made, and nothing is left of it', async () => {
  let isFull = true;
  const { make, folder } = createBackups(async (path) => {
    await writeFile(path, CONTENT);
    if (isFull) throw new Error('the disk is full');
  });
  await expect(make()).rejects.toThrow('the disk is full');
  expect(existsSync(folder)).toBe(false);
  isFull = false;
  expect(await buffer((await make()).bytes)).toEqual(CONTENT);
});

test('what a server that was killed has left of one is removed at the next start', async () => {
  const data = createTemporaryFolder();
  onTestFinished(() => data[Symbol.dispose]());
  const folder = join(data.path, 'backup');
  await mkdir(folder);
  await writeFile(join(folder, 'stillframe.db.partial'), CONTENT);
  createBackupFiles({ backup: () => Promise.resolve() }, data.path);
  expect(existsSync(folder)).toBe(false);
});
