import { mkdirSync, rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from './http/problem.ts';
import type { Store } from './store/store.ts';

/** A finished backup that waits to be fetched. */
export interface BackupFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Removes it, and lets the next one be made. */
  remove(): Promise<void>;
}

/**
 * Makes backups of the store in a folder of their own, one at a time. What a server that was killed has left there is
 * removed first.
 */
export function createBackupFiles(
  store: Pick<Store, 'backup'>,
  dataFolder: string,
): () => Promise<BackupFile> {
  const folder = join(dataFolder, 'backup');
  const path = join(folder, 'stillframe.db');
  rmSync(folder, { recursive: true, force: true });
  let isUnderWay = false;
  return async () => {
    if (isUnderWay) {
      throw new ProblemError(
        409,
        'backup_running',
        'Another backup is under way. Try again when it is done.',
      );
    }
    isUnderWay = true;
    const remove = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      isUnderWay = false;
    };
    try {
      mkdirSync(folder, { mode: 0o700 });
      await store.backup(path);
      return { path, sizeBytes: (await stat(path)).size, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  };
}
