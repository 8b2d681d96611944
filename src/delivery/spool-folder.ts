import { constants, lstatSync, mkdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file of payloads holds: those that could not be sent, or all. */
export type SpoolKind = 'failed' | 'all';

/** Folder of the days that are packed. */
export const ARCHIVE_FOLDER = 'archive';

/** What is captured is nobody else's business on this machine. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;
const LINE_BREAK = 0x0a;

/** `failed-2026-11-21.jsonl`. */
export function dayFileName(kind: SpoolKind, wallMs: number): string {
  return `${kind}-${new Date(wallMs).toISOString().slice(0, 10)}.jsonl`;
}

/**
 * Makes the folder, or checks the one that is there: no link, ours, and closed to others. One that is open to others is
 * refused, not closed: it may be `/tmp`.
 * @throws Error that says what is wrong with it
 */
export async function openSpoolFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  judgeFolder(await lstat(folder));
}

/** The same in this turn. */
export function openSpoolFolderNow(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  judgeFolder(lstatSync(folder));
}

function judgeFolder(stats: Stats): void {
  if (!stats.isDirectory()) throw new Error('it is no folder');
  if (!isOurs(stats)) throw new Error('it belongs to somebody else');
  if (isOpenToOthers(stats)) {
    throw new Error('others can look into it: name one that does not exist yet, or chmod it to 700');
  }
}

/** Bytes of everything in the folder and its archive. */
export async function countSpoolBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const each of [folder, join(folder, ARCHIVE_FOLDER)]) {
    for (const name of await readdir(each).catch(() => [])) {
      // Another process may have packed it a moment ago.
      const stats = await lstat(join(each, name)).catch(() => null);
      if (stats?.isFile() === true) bytes += stats.size;
    }
  }
  return bytes;
}

/**
 * Opens a file to append lines to, never through a link and never something else than a file of ours.
 * @returns and whether its last line is torn: then a line break has to come first. One that another process is just
 * writing looks the same, which makes an empty line
 */
export async function openToAppend(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly isTorn: boolean }> {
  // O_NONBLOCK: opening a pipe would wait for its reader.
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(
    path,
    O_RDWR | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0),
    FILE_MODE,
  );
  try {
    const stats = await handle.stat();
    // A second name could be anybody's file that somebody linked here.
    if (!stats.isFile() || stats.nlink > 1 || !isOurs(stats)) throw new Error(`${path} is no file of ours`);
    if (isOpenToOthers(stats)) await handle.chmod(FILE_MODE);
    return { handle, isTorn: stats.size > 0 && (await readLastByte(handle, stats.size)) !== LINE_BREAK };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The folder for packed days, made when it is missing. */
export async function openArchiveFolder(folder: string): Promise<string> {
  const archive = join(folder, ARCHIVE_FOLDER);
  await mkdir(archive, { recursive: true, mode: FOLDER_MODE });
  const stats = await lstat(archive);
  if (!stats.isDirectory() || !isOurs(stats)) throw new Error(`${archive} is no folder of ours`);
  if (isOpenToOthers(stats)) await chmod(archive, FOLDER_MODE);
  return archive;
}

/** A new file that nobody else can read. */
export function createPrivateFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', FILE_MODE);
}

async function readLastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}

/** Windows knows neither owner nor mode; there the folder's own rights hold. */
function isOurs(stats: Stats): boolean {
  return process.geteuid === undefined || stats.uid === process.geteuid();
}

function isOpenToOthers(stats: Stats): boolean {
  return process.geteuid !== undefined && (stats.mode & OTHERS) !== 0;
}
