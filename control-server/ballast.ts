import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that is only there to be deleted: it makes the room that a start on a full disk needs. */
export const BALLAST_FILE = 'ballast';
/** More than a start writes: the database's shared memory, `server.json`, a few changes of control. */
const BALLAST_BYTES: number = 1024 * 1024;
/** With less than this a start could fail. */
const TIGHT_BYTES: number = 512 * 1024;
/** With more than this the file is nobody's loss. */
const ROOMY_BYTES: number = 16 * BALLAST_BYTES;

/** Makes room for what a start has to write: on a disk that is full it is done again without the file. */
export async function withBallast<T>(folder: string, write: () => T | Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(await dropBallast(folder))) throw error;
    return write();
  }
}

/** True when the disk is full and the file was there to make room. */
async function dropBallast(folder: string): Promise<boolean> {
  const file = join(folder, BALLAST_FILE);
  try {
    if ((await freeBytes(folder)) >= TIGHT_BYTES) return false;
    await rm(file);
    return true;
  } catch {
    return false;
  }
}

/** Puts the file there, or back there, when the disk has room for it. Never rejects. */
export async function takeBallast(folder: string): Promise<void> {
  const file = join(folder, BALLAST_FILE);
  try {
    if ((await freeBytes(folder)) < ROOMY_BYTES || (await isThere(file))) return;
    // Not zeros: some file systems would keep none of them.
    await writeFile(file, Buffer.alloc(BALLAST_BYTES, 'ballast '), { mode: 0o600 });
  } catch {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).size === BALLAST_BYTES;
  } catch {
    return false;
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
