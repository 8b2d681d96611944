import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * A small text that can be written to a disk that is full: its place was taken when the disk was not. Two slots take
 * turns, so a write that is torn leaves the text before it.
 */
export interface ReservedFile {
  /** The latest text that was written whole; null when there is none. */
  read(): Promise<string | null>;
  /** Rejects when the text is too long, or the disk does not take it. One write at a time. */
  write(text: string): Promise<void>;
}

/** Bytes of one slot. */
export const SLOT_BYTES: number = 64 * 1024;
const SLOTS = 2;
const BLANK = Buffer.alloc(SLOT_BYTES, ' ');

interface Slot {
  readonly count: number;
  readonly text: string;
}

/** Takes the place of the file. A disk that has none for it is asked again by each write. */
export function createReservedFile(path: string): ReservedFile {
  let count = 0;

  async function withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await openOrCreate(path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  return {
    read: () =>
      withFile(async (file) => {
        await reserve(file);
        const slots = await Promise.all(Array.from({ length: SLOTS }, (_, index) => readSlot(file, index)));
        const [latest] = slots.filter((slot) => slot !== null).toSorted((a, b) => b.count - a.count);
        count = latest?.count ?? 0;
        return latest?.text ?? null;
      }),
    write: (text) =>
      withFile(async (file) => {
        const next = encodeSlot({ count: count + 1, text });
        await file.write(next, 0, SLOT_BYTES, ((count + 1) % SLOTS) * SLOT_BYTES);
        await file.datasync();
        count += 1;
      }),
  };
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return open(path, 'wx+', 0o600);
  }
}

async function reserve(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  for (let at = Math.floor(size / SLOT_BYTES); at < SLOTS; at++) {
    await file.write(BLANK, 0, SLOT_BYTES, at * SLOT_BYTES);
  }
}

function encodeSlot({ count, text }: Slot): Buffer {
  const body = JSON.stringify({ count, text });
  const bytes = Buffer.from(`${digestOf(body)}\n${body}\n`);
  if (bytes.length > SLOT_BYTES) throw new RangeError(`The text has more than ${SLOT_BYTES} bytes.`);
  return Buffer.concat([bytes, BLANK.subarray(bytes.length)]);
}

async function readSlot(file: FileHandle, index: number): Promise<Slot | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SLOT_BYTES), 0, SLOT_BYTES, index * SLOT_BYTES);
  const [digest, body] = buffer.toString('utf8', 0, bytesRead).split('\n', 2);
  if (body === undefined || digest !== digestOf(body)) return null;
  // What has its own digest was written here.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return JSON.parse(body) as Slot;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
