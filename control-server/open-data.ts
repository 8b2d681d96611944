import type { Logger } from 'pino';
import { takeBallast, withBallast } from './ballast.ts';
import type { Closers } from './closers.ts';
import { openDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { startDiskGuard } from './disk-guard.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Metrics } from './metrics/create-metrics.ts';
import { measureStore } from './metrics/measure-store.ts';
import { openStore } from './open-store.ts';
import type { OpenedStore } from './open-store.ts';
import type { ResolvedOptions } from './options.ts';
import { cacheKeys } from './store/cached-keys.ts';
import { keepKills } from './store/keep-kills.ts';
import type { KeptKills } from './store/keep-kills.ts';
import { rememberAccess } from './store/last-known-access.ts';
import { createReservedFile } from './store/reserved-file.ts';
import { createUnwrittenKillsFile } from './store/unwritten-kills-file.ts';

/** Where a server keeps everything. */
export interface OpenedData extends OpenedStore {
  readonly folder: DataFolder;
  readonly disk: DiskGuard;
  /** Begins to write the kills that an earlier run left. */
  readonly kills: Pick<KeptKills, 'applyTo' | 'start'>;
}

/**
 * Opens the folder and the store. What the store is wrapped in is measured first, and survives an outage of the database:
 * kills take effect, and who was let in lately is let in.
 */
export async function openData(
  options: ResolvedOptions,
  {
    logger,
    metrics,
    now,
    closers,
  }: {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly now: () => number;
    readonly closers: Closers;
  },
): Promise<OpenedData> {
  const folder = await openDataFolder(options.dataFolder);
  closers.push(() => folder.close());
  const disk = await startDiskGuard({
    folder: folder.path,
    limitPercent: options.limits.diskLimitPercent,
    onChange: (isFull, usedPercent) => {
      logger.warn({ isFull, usedPercent: Math.round(usedPercent) }, 'room on the disk');
      if (!isFull) void takeBallast(folder.path);
    },
    onProblem: (error) => logger.warn({ err: error }, 'the file system does not say how full it is'),
  });
  closers.push(() => disk.stop());
  const shared = await withBallast(folder.path, () => openStore(options, folder, logger));
  const database = measureStore(shared.store, metrics.storeCalls);
  closers.push(() => database.close());
  const kills = await keepKills(database, {
    file: createUnwrittenKillsFile(createReservedFile(folder.unwrittenKillsFile), (code, error) =>
      logger.error({ err: error, code }, 'kill switch'),
    ),
  });
  closers.push(() => kills.stop());
  return { ...shared, store: cacheKeys(rememberAccess(kills.store, now), now), folder, disk, kills };
}
