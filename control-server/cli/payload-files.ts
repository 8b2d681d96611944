import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseSnapshot } from '../../src/protocol/snapshot.ts';
import { readBoundedLines } from './bounded-lines.ts';
import { CommandError } from './command-error.ts';

/** A file of snapshots that an agent could not send. */
export interface PayloadFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly path: string;
  readonly isPacked: boolean;
}

/**
 * A day of an agent, in plain text or packed, also one that an agent began to pack or an earlier replay began to send.
 * What a replay is done with, and kept because of single lines, ends in `.replayed`.
 */
const PAYLOAD_FILE =
  /^failed-(\d{4}-\d{2}-\d{2})(?:\.jsonl(?:\.[0-9a-f]{8}\.(?:packing|replaying))?|\.[0-9a-f]{8}\.jsonl\.gz)$/;

/** Four times what the server takes of one snapshot. */
const MAX_LINE_BYTES: number = 1024 * 1024;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The files of a folder and its archive, oldest day first. */
export async function findPayloadFiles(folder: string): Promise<PayloadFile[]> {
  const names = [...(await listFiles(folder)), ...(await listFiles(folder, 'archive'))];
  return names
    .map((name) => ({ name, day: PAYLOAD_FILE.exec(name.replace(/^archive\//, ''))?.[1] ?? null }))
    .filter(({ day }) => day !== null)
    .toSorted((a, b) => (a.day ?? '').localeCompare(b.day ?? '') || a.name.localeCompare(b.name))
    .map(({ name }) => ({ name, path: join(folder, name), isPacked: name.endsWith('.gz') }));
}

async function listFiles(folder: string, part = ''): Promise<string[]> {
  try {
    const path = join(folder, part);
    // Never through a link, but for the folder that was named: what was sent is removed.
    if (part !== '' && (await lstat(path)).isSymbolicLink()) return [];
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => (part === '' ? name : `${part}/${name}`));
  } catch (error) {
    if (part !== '') return [];
    throw new CommandError(
      'no_folder',
      `${folder} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
      'Name the folder of the option failedPayloadsDir.',
      { cause: error },
    );
  }
}

/** Takes a day away from agents that still append to it: they begin a new file. Null when it is gone meanwhile. */
export async function claimPayloadFile(file: PayloadFile): Promise<PayloadFile | null> {
  if (file.isPacked || file.name.endsWith('.replaying')) return file;
  const suffix = `.${randomBytes(4).toString('hex')}.replaying`;
  const base = /^.*\.jsonl/.exec(file.path)?.[0] ?? file.path;
  const path = base + suffix;
  try {
    await rename(file.path, path);
  } catch {
    return null;
  }
  return { ...file, path };
}

/**
 * A line that can be sent, or null for one that cannot: torn, no snapshot, longer than any, or without the id that makes
 * sending it twice harmless. None of a file that another replay is done with.
 */
export async function* readPayloadLines(file: PayloadFile): AsyncGenerator<string | null> {
  try {
    const handle = await open(file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const bytes = handle.createReadStream();
    // Whoever reads the last stream learns of an error of either.
    const input = file.isPacked ? pipeline(bytes, createGunzip(), () => {}) : bytes;
    for await (const line of readBoundedLines(input as AsyncIterable<Uint8Array>, MAX_LINE_BYTES)) {
      if (line === null) yield null;
      else if (line.trim() !== '') yield isSendable(line) ? line : null;
    }
  } catch (error) {
    if (isGone(error)) return;
    throw new CommandError('unreadable', `${file.name} cannot be read to its end`, 'It stays as it is.', {
      cause: error,
    });
  }
}

/** How long the file is; it can grow for a moment after it was claimed. Null when another replay is done with it. */
export async function sizeOf(file: PayloadFile): Promise<number | null> {
  try {
    return (await lstat(file.path)).size;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** What was sent goes; a file with lines that could not be is kept, and not sent again. */
export async function finishPayloadFile(file: PayloadFile, isComplete: boolean): Promise<void> {
  try {
    if (isComplete) await unlink(file.path);
    else await rename(file.path, `${file.path}.replayed`);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isSendable(line: string): boolean {
  try {
    const snapshot = parseSnapshot(JSON.parse(line));
    return typeof snapshot !== 'string' && UUID.test(snapshot.snapshotId ?? '');
  } catch {
    return false;
  }
}
