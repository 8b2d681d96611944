import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isRecord, readInteger, readText } from '../src/protocol/json.ts';
import { takeExclusiveLock } from './store/exclusive-lock.ts';
import type { ExclusiveLock } from './store/exclusive-lock.ts';
import { StoreError } from './store/store-error.ts';

/** Where a running server is found, and how its own machine may talk to it. */
export interface ServerInfo {
  readonly url: string;
  readonly pid: number;
  /** Bearer token for the command line on the same machine: a secret. */
  readonly localToken: string;
}

/** The folder where one control server keeps everything, locked for it until `close` or the end of the process. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** 32 hexadecimal digits, made once: the same after each start. */
  readonly instanceId: string;
  /** Where the store's database belongs. */
  readonly databaseFile: string;
  /** Where kills wait that the store could not take. */
  readonly unwrittenKillsFile: string;
  /** Tells the command line where the server is, in a file for its owner only. */
  writeServerInfo(info: ServerInfo): void;
  removeServerInfo(): void;
  /** Removes the server's information and lets go of the lock. Again: does nothing. */
  close(): Promise<void>;
}

const SERVER_FILE = 'server.json';
const INSTANCE_FILE = 'instance-id';

/**
 * Creates the folder, for its owner only, when it does not exist, and locks it. Rejects with `data_folder_in_use` while
 * another server has it, and with `data_folder_unusable` when it cannot be created, written or locked.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  const lock = await lockFolder(folder);
  try {
    const instanceId = readInstanceId(folder);
    return createDataFolder(folder, instanceId, lock);
  } catch (cause) {
    await lock.release();
    throw unusable(folder, cause);
  }
}

/** What a running server wrote, or null when there is none, or none that still runs. */
export function readServerInfo(path: string): ServerInfo | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(path, SERVER_FILE), 'utf8'));
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const url = readText(value['url'], null);
  const pid = readInteger(value['pid'], null, 1);
  const localToken = readText(value['localToken'], null);
  if (url === null || pid === null || localToken === null || !isAlive(pid)) return null;
  return { url, pid, localToken };
}

/**
 * `STILLFRAME_DATA_DIR`, else `stillframe` in `XDG_DATA_HOME`, else in `~/.local/share`. An empty variable counts as
 * unset, and so does a relative `XDG_DATA_HOME`, as its specification says.
 */
export function defaultDataFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env['STILLFRAME_DATA_DIR'];
  if (own !== undefined && own !== '') return resolve(own);
  const shared = env['XDG_DATA_HOME'];
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'stillframe');
  const home = env['HOME'];
  return join(home === undefined || home === '' ? homedir() : home, '.local', 'share', 'stillframe');
}

async function lockFolder(folder: string): Promise<ExclusiveLock> {
  let lock: ExclusiveLock | null;
  try {
    createFolder(folder);
    lock = await takeExclusiveLock(join(folder, 'lock'));
  } catch (cause) {
    throw unusable(folder, cause);
  }
  if (lock !== null) return lock;
  const other = readServerInfo(folder);
  const holder = other === null ? 'another control server' : `the control server at ${other.url}`;
  const stop = other === null ? 'Stop it' : `Stop it (process ${other.pid}) or use it`;
  throw new StoreError(
    'data_folder_in_use',
    `The data folder ${folder} is in use by ${holder}. ` +
      `${stop}, or set STILLFRAME_DATA_DIR to another folder for this one.`,
  );
}

/** Not `recursive`: that never returns where a file system refuses new folders with ENOENT, as `/proc` does. */
function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (isMissing(error) && dirname(folder) !== folder) {
      createFolder(dirname(folder));
      mkdirSync(folder, { mode: 0o700 });
    } else if (!statSync(folder).isDirectory()) throw error;
  }
}

function createDataFolder(folder: string, instanceId: string, lock: ExclusiveLock): DataFolder {
  const serverFile = join(folder, SERVER_FILE);
  const removeServerInfo = (): void => rmSync(serverFile, { force: true });
  removeServerInfo(); // of a server that was killed: we hold the lock, so it is nobody's
  let closing: Promise<void> | null = null;
  return {
    path: folder,
    instanceId,
    databaseFile: join(folder, 'stillframe.db'),
    unwrittenKillsFile: join(folder, 'unwritten-kills'),
    writeServerInfo: ({ url, pid, localToken }) =>
      writeWhole(serverFile, `${JSON.stringify({ url, pid, localToken }, null, 2)}\n`),
    removeServerInfo,
    close: async () => {
      if (closing === null) {
        removeServerInfo();
        closing = lock.release();
      }
      await closing;
    },
  };
}

function readInstanceId(folder: string): string {
  const file = join(folder, INSTANCE_FILE);
  try {
    const known = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f]{32}$/.test(known)) return known;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const created = randomBytes(16).toString('hex');
  writeWhole(file, `${created}\n`);
  return created;
}

/** A reader sees the old file or the new one, never a part, and nobody but the owner sees either. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unusable(folder: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'data_folder_unusable',
    `The data folder ${folder} cannot be used: ${reason}. ` +
      'Make it writable for this user, or set STILLFRAME_DATA_DIR to another folder.',
    { cause },
  );
}
