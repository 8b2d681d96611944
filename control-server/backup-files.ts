import { mkdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ProblemError } from './http/problem.ts';
import type { Store } from './store/store.ts';

/** A finished backup that waits to be fetched. */
export interface BackupFile {
  readonly sizeBytes: number;
  /**
   * Who has read its last byte may ask for the next backup: by then the copy is gone and the place free. Destroyed by who
   * reads no more of it.
   */
  readonly bytes: Readable;
}

const CHUNK_BYTES = 262_144;

/**
 * Makes backups of the store in a folder of their own, one at a time. What a server that was killed while it wrote one has
 * left there is removed first.
 */
export function createBackupFiles(
  store: Pick<Store, 'backup'>,
  dataFolder: string,
): () => Promise<BackupFile> {
  const folder = join(dataFolder, 'backup');
  const path = join(folder, 'stillframe.db');
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  let isUnderWay = false;
  /** What cannot be removed now is the next one's to remove, or to fail over: it is no fault of the bytes that were read. */
  async function release(): Promise<void> {
    await clear().catch(() => undefined);
    isUnderWay = false;
  }

  async function make(): Promise<BackupFile> {
    await clear();
    mkdirSync(folder, { mode: 0o700 });
    await store.backup(path);
    const file = await open(path);
    try {
      const { size } = await file.stat();
      // What is open stays readable without its name, and the system takes it away whatever becomes of this process. Windows
      // and file systems over a network may keep the name as long as it is open: then it goes with the last byte.
      await clear().catch(() => undefined);
      return { sizeBytes: size, bytes: readOnce(file, size, release) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  return async () => {
    if (isUnderWay) {
      throw new ProblemError(
        409,
        'backup_running',
        'Another backup is under way. Try again when it is done.',
      );
    }
    isUnderWay = true;
    try {
      return await make();
    } catch (error) {
      await release();
      throw error;
    }
  };
}

/** The bytes of a file, which is closed before the last of them are given. */
function readOnce(file: FileHandle, sizeBytes: number, onClosed: () => Promise<void>): Readable {
  let isOpen = true;
  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    try {
      await file.close();
    } finally {
      await onClosed();
    }
  }
  async function* readChunks(): AsyncGenerator<Buffer, void> {
    let position = 0;
    while (position < sizeBytes) {
      const length = Math.min(CHUNK_BYTES, sizeBytes - position);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
      if (bytesRead === 0) throw new Error(`The backup ends at byte ${position} of ${sizeBytes}.`);
      position += bytesRead;
      if (position === sizeBytes) await close();
      yield buffer.subarray(0, bytesRead);
    }
  }
  const bytes = Readable.from(readChunks(), { objectMode: false, highWaterMark: CHUNK_BYTES });
  // Also of one that was destroyed before anything was read.
  bytes.once('close', () => void close().catch(() => undefined));
  return bytes;
}
