import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
// A program may fake the global one.
import { setImmediate } from 'node:timers';
import { createGzip } from 'node:zlib';
import type { Gzip } from 'node:zlib';
import { createPrivateFile, dayFileName, openArchiveFolder } from './spool-folder.ts';
import type { SpoolKind } from './spool-folder.ts';

const DAY_MS = 86_400_000;
/** Days in plain text, today not counted. */
const PLAIN_DAYS = 7;
/** A file that is claimed or half packed for so long belongs to a process that is gone. */
const ABANDONED_AFTER_MS = 3_600_000;
const CHUNK_BYTES = 65_536;

/** `failed-2026-11-13.jsonl`, or that and `.1a2b3c4d.packing` while a process packs it. */
const DAY_FILE = /^((?:failed|all)-\d{4}-\d{2}-\d{2})\.jsonl(?:\.[0-9a-f]{8}\.packing)?$/;
const HALF_PACKED = /\.gz\.tmp$/;

/**
 * Packs the days of this kind that are older than a week into the archive. Several processes may try at once: renaming a
 * file claims it, and only one of them can. What a crash leaves behind is either the claimed file or the packed one, or
 * both, which harms nobody: a snapshot has an id.
 * @param isClosed true stops after the present chunk
 */
export async function archiveOldDays(
  folder: string,
  kind: SpoolKind,
  wallMs: number,
  isClosed: () => boolean,
): Promise<void> {
  const firstPlain = dayFileName(kind, wallMs - PLAIN_DAYS * DAY_MS);
  const due = (await readdir(folder)).filter((name) => {
    const day = DAY_FILE.exec(name)?.[1];
    return day !== undefined && day.startsWith(`${kind}-`) && `${day}.jsonl` < firstPlain;
  });
  if (due.length === 0) return;
  const archive = await openArchiveFolder(folder);
  await removeHalfPacked(archive);
  for (const name of due) {
    const claimed = isClosed() ? null : await claim(folder, name);
    if (claimed !== null) await pack(claimed, archive, isClosed);
  }
}

interface Claimed {
  readonly path: string;
  readonly day: string;
  readonly id: string;
}

/** Null when another process was faster, or is at work. */
async function claim(folder: string, name: string): Promise<Claimed | null> {
  const from = join(folder, name);
  const stats = await lstat(from).catch(() => null);
  if (stats === null || !stats.isFile()) return null;
  // The file's own times are the machine's, so the machine's clock it is.
  if (name.endsWith('.packing') && Date.now() - stats.ctimeMs < ABANDONED_AFTER_MS) return null;
  const day = DAY_FILE.exec(name)?.[1] ?? '';
  const id = randomBytes(4).toString('hex');
  const path = join(folder, `${day}.jsonl.${id}.packing`);
  try {
    await rename(from, path);
    return { path, day, id };
  } catch {
    return null;
  }
}

/** A copy that is whole and on disk before the original goes. */
async function pack({ path, day, id }: Claimed, archive: string, isClosed: () => boolean): Promise<void> {
  const packed = join(archive, `${day}.${id}.jsonl.gz`);
  const temporary = `${packed}.tmp`;
  const source = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const target = await createPrivateFile(temporary);
    try {
      if (!(await copyPacked(source, target, isClosed))) return;
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  await rename(temporary, packed);
  await syncFolder(archive);
  await unlink(path);
}

/**
 * Piece by piece, with an unref'd turn between: a process that has nothing else to do ends in the middle rather than wait
 * for it. False when it was stopped.
 */
async function copyPacked(source: FileHandle, target: FileHandle, isClosed: () => boolean): Promise<boolean> {
  const gzip = createGzip();
  const packed: Buffer[] = [];
  // Every failure also reaches whoever waits; without a listener it would be the host's exception.
  gzip.on('error', () => {});
  gzip.on('data', (chunk: Buffer) => packed.push(chunk));
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await source.read(chunk, 0, CHUNK_BYTES);
    if (bytesRead === 0) break;
    await writeGzip(gzip, Buffer.from(chunk.subarray(0, bytesRead)));
    await writeOut(target, packed);
    await new Promise((resolve) => setImmediate(resolve).unref());
    if (isClosed()) return false;
  }
  await new Promise<void>((resolve, reject) => {
    gzip.once('error', reject);
    gzip.once('end', resolve);
    gzip.end();
  });
  await writeOut(target, packed);
  return true;
}

function writeGzip(gzip: Gzip, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    gzip.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function writeOut(target: FileHandle, packed: Buffer[]): Promise<void> {
  for (const piece of packed.splice(0)) await target.appendFile(piece);
}

/** Otherwise the new name may be lost with the power, after the old one is gone. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders.
  }
}

async function removeHalfPacked(archive: string): Promise<void> {
  for (const name of await readdir(archive)) {
    if (!HALF_PACKED.test(name)) continue;
    const path = join(archive, name);
    const stats = await lstat(path).catch(() => null);
    if (stats !== null && Date.now() - stats.ctimeMs >= ABANDONED_AFTER_MS)
      await unlink(path).catch(() => {});
  }
}
