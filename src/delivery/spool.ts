import { join, resolve } from 'node:path';
import { archiveOldDays } from './spool-archive.ts';
import { countSpoolBytes, dayFileName, openSpoolFolder, openToAppend } from './spool-folder.ts';
import type { SpoolKind } from './spool-folder.ts';

/** Why a spool took less than it was given. */
export type SpoolProblem = 'unusable' | 'full';

/** Keeps lines in files instead of sending them. Nothing of it throws, rejects or blocks. */
export interface Spool {
  /** Makes or checks the folder, and packs old days. */
  start(): void;
  /** Appends lines to the day's file; resolves with how many of them are in it: the first ones. */
  write(lines: readonly Uint8Array[]): Promise<number>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
  /** Ends the packing; what was given to be written is. */
  close(): void;
}

/** Lines that wait for the disk; beyond it they are refused. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** After the folder could not be used. */
const RETRY_AFTER_MS = 60_000;

/**
 * A spool of JSON Lines, one file a UTC day. Each line is one write in append mode, so several processes may share the
 * folder, and a crash tears at most the last line.
 * @param deps.maxBytes of the whole folder; measured before each write, so that several processes stay within it together
 * @param deps.onProblem called each time; saying it once is the caller's
 */
export function createSpool(deps: {
  readonly folder: string;
  readonly kind: SpoolKind;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly wallNow: () => number;
  onProblem(problem: SpoolProblem, why: string): void;
  /** The folder took lines again. */
  onUsable(): void;
}): Spool {
  const folder = resolve(deps.folder);
  let last: Promise<unknown> = Promise.resolve();
  let waitingBytes = 0;
  let unusableUntil = -Infinity;
  let packedOn = '';
  let isClosed = false;

  /** Null when the folder cannot be used for now. */
  async function open(): Promise<string | null> {
    if (deps.now() < unusableUntil) return null;
    try {
      await openSpoolFolder(folder);
      return dayFileName(deps.kind, deps.wallNow());
    } catch (error) {
      giveUp(error);
      return null;
    }
  }

  async function append(lines: readonly Uint8Array[]): Promise<number> {
    const name = await open();
    if (name === null) return 0;
    packOncePerDay(name);
    let written = 0;
    try {
      let room = deps.maxBytes - (await countSpoolBytes(folder));
      const { handle, isTorn } = await openToAppend(join(folder, name));
      try {
        for (const line of lines) {
          const bytes = isTorn && written === 0 ? Buffer.concat([Buffer.from('\n'), line]) : line;
          room -= bytes.byteLength;
          if (room < 0) {
            deps.onProblem('full', `${folder} holds ${deps.maxBytes} bytes`);
            break;
          }
          const { bytesWritten } = await handle.write(bytes);
          if (bytesWritten < bytes.byteLength) throw new Error('the disk is full');
          written++;
        }
      } finally {
        await handle.close();
      }
      if (unusableUntil !== -Infinity && written > 0) deps.onUsable();
      unusableUntil = -Infinity;
    } catch (error) {
      giveUp(error);
    }
    return written;
  }

  function packOncePerDay(name: string): void {
    if (packedOn === name) return;
    packedOn = name;
    // A day that cannot be packed stays as it is, and can be sent all the same.
    archiveOldDays(folder, deps.kind, deps.wallNow(), () => isClosed).catch(() => {});
  }

  function giveUp(error: unknown): void {
    unusableUntil = deps.now() + RETRY_AFTER_MS;
    deps.onProblem('unusable', `${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result;
    return result;
  }

  return {
    start() {
      void enqueue(async () => {
        const name = await open();
        if (name !== null) packOncePerDay(name);
      });
    },
    async write(lines) {
      const bytes = lines.reduce((sum, line) => sum + line.byteLength, 0);
      if (waitingBytes + bytes > MAX_WAITING_BYTES) {
        deps.onProblem('full', `${folder} is written to more slowly than snapshots fail`);
        return 0;
      }
      waitingBytes += bytes;
      const written = await enqueue(() => append(lines));
      waitingBytes -= bytes;
      return written;
    },
    async idle() {
      await last;
    },
    close() {
      isClosed = true;
    },
  };
}
