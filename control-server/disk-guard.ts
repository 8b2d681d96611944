import { statfs } from 'node:fs/promises';
import { repeat } from './repeat.ts';
import { StoreError } from './store/store-error.ts';
import type { Store } from './store/store.ts';

/** Knows whether the disk has room for more snapshots. */
export interface DiskGuard {
  /** True while more of the file system is used than the limit allows. */
  readonly isFull: () => boolean;
  /** How much of the file system is used, in percent; null until it says. */
  readonly usedPercent: () => number | null;
  /** The database found no room. It is asked again after a while. */
  noteFull(): void;
  stop(): Promise<void>;
}

/** What {@link startDiskGuard} needs. */
export interface DiskGuardOptions {
  readonly folder: string;
  /** 100: until it is full, which the database finds by itself. */
  readonly limitPercent: number;
  /** How often it looks. Default 5 s. */
  readonly intervalMs?: number;
  /** What the file system says of itself. Default `statfs`. */
  readonly readUsage?: (folder: string) => Promise<DiskUsage>;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Told when the state changes, and of a file system that says nothing. */
  readonly onChange: (isFull: boolean, usedPercent: number) => void;
  readonly onProblem: (error: unknown) => void;
}

/** In blocks of the file system. */
export interface DiskUsage {
  readonly used: number;
  /** For who is not root. */
  readonly available: number;
}

const INTERVAL_MS = 5_000;
/** So long a database that found no room is not asked for more. */
const NOTED_MS = 10_000;

/** Looks at the file system again and again. One that cannot be asked counts as having room. Keeps no process alive. */
export async function startDiskGuard(options: DiskGuardOptions): Promise<DiskGuard> {
  const { folder, limitPercent, onChange, onProblem, readUsage = readFileSystem } = options;
  const now = options.now ?? Date.now;
  let isFull = false;
  let lastUsedPercent: number | null = null;
  let notedAtMs = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    const { used, available } = await readUsage(folder);
    const usedPercent = (100 * used) / Math.max(1, used + available);
    const isFullNow = limitPercent < 100 && usedPercent > limitPercent;
    if (isFullNow !== isFull) onChange(isFullNow, usedPercent);
    isFull = isFullNow;
    lastUsedPercent = usedPercent;
  }

  await look().catch(onProblem);
  const repetition = repeat(options.intervalMs ?? INTERVAL_MS, look, onProblem);
  return {
    isFull: () => isFull || now() - notedAtMs < NOTED_MS,
    usedPercent: () => lastUsedPercent,
    noteFull() {
      notedAtMs = now();
    },
    stop: () => repetition.stop(),
  };
}

/** The store, with the guard told when a snapshot finds no room. */
export function guardDisk(store: Store, guard: Pick<DiskGuard, 'noteFull'>): Store {
  return {
    ...store,
    async storeSnapshots(...args) {
      try {
        return await store.storeSnapshots(...args);
      } catch (error) {
        if (error instanceof StoreError && error.code === 'store_full') guard.noteFull();
        throw error;
      }
    },
  };
}

async function readFileSystem(folder: string): Promise<DiskUsage> {
  const { blocks, bfree, bavail } = await statfs(folder);
  return { used: blocks - bfree, available: bavail };
}
