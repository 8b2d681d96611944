import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { defaultDataFolder, openDataFolder, readServerInfo } from '../../control-server/data-folder.ts';
import type { DataFolder } from '../../control-server/data-folder.ts';

const INFO = { url: 'http://127.0.0.1:7070', pid: process.pid, localToken: 'secret' };
const PROGRAM = fileURLToPath(new URL('./folder-holding-process.ts', import.meta.url));

test('makes a folder that only its owner can enter', async () => {
  const path = join(temporaryFolder(), 'deep', 'data');
  const folder = await open(path);
  expect(folder.path).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(folder.databaseFile).toBe(join(path, 'stillframe.db'));
});

test('has one instance id for ever, and another folder has another', async () => {
  const path = temporaryFolder();
  const first = await open(path);
  await first.close();
  const second = await open(path);
  expect(second.instanceId).toMatch(/^[0-9a-f]{32}$/);
  expect(second.instanceId).toBe(first.instanceId);
  expect((await open(temporaryFolder())).instanceId).not.toBe(first.instanceId);
});

test('replaces an instance id that is damaged', async () => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'instance-id'), '../../etc\n');
  expect((await open(path)).instanceId).toMatch(/^[0-9a-f]{32}$/);
});

test('says where the server is, to its owner only, and nothing after it closed', async () => {
  const path = temporaryFolder();
  const folder = await open(path);
  expect(readServerInfo(path)).toBeNull();
  folder.writeServerInfo(INFO);
  folder.writeServerInfo({ ...INFO, url: 'http://127.0.0.1:7071' });
  expect(readServerInfo(path)).toEqual({ ...INFO, url: 'http://127.0.0.1:7071' });
  for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o077, name).toBe(0);
  expect(readdirSync(path).toSorted()).toEqual(['instance-id', 'lock', 'server.json']);
  folder.removeServerInfo();
  folder.removeServerInfo();
  expect(readServerInfo(path)).toBeNull();
  folder.writeServerInfo(INFO);
  await folder.close();
  expect(readServerInfo(path)).toBeNull();
  await folder.close();
});

test('finds no server in a file that is damaged, or whose process has ended', () => {
  const path = temporaryFolder();
  const { pid: endedPid } = spawnSync(process.execPath, ['--version']);
  const contents = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...INFO, pid: '1' }),
    JSON.stringify({ ...INFO, pid: 0 }),
    JSON.stringify({ ...INFO, pid: -1 }),
    JSON.stringify({ ...INFO, url: '' }),
    JSON.stringify({ url: INFO.url, pid: INFO.pid }),
    JSON.stringify({ ...INFO, pid: endedPid }),
  ];
  for (const content of contents) {
    writeFileSync(join(path, 'server.json'), content);
    expect(readServerInfo(path), content).toBeNull();
  }
  expect(readServerInfo(join(path, 'missing'))).toBeNull();
});

test('belongs to one server, and tells the second where the first is', async () => {
  const path = temporaryFolder();
  const first = await open(path);
  await expect(openDataFolder(path)).rejects.toMatchObject({
    name: 'StoreError',
    code: 'data_folder_in_use',
    message: expect.stringMatching(/another control server.*STILLFRAME_DATA_DIR/),
  });
  first.writeServerInfo(INFO);
  const refused = await openDataFolder(path).catch((error: unknown) => String(error));
  for (const part of [path, INFO.url, String(process.pid), 'STILLFRAME_DATA_DIR'])
    expect(refused).toContain(part);
  expect(readServerInfo(path)).toEqual(INFO);
  await first.close();
  await open(path);
});

test('of two that start at once, one gets it', async () => {
  const path = temporaryFolder();
  const opened = await Promise.allSettled([open(path), open(path), open(path)]);
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('is free again as soon as its server was killed, whatever that left behind', async () => {
  const path = temporaryFolder();
  const child = spawn(process.execPath, [PROGRAM, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  expect(readServerInfo(path)).toMatchObject({ pid: child.pid });
  await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(readFileSync(join(path, 'server.json'), 'utf8')).toContain(String(child.pid));
  expect(readServerInfo(path)).toBeNull();
  await open(path);
  expect(readdirSync(path)).not.toContain('server.json');
});

test('keeps no process alive, and prints nothing', () => {
  const path = temporaryFolder();
  const run = spawnSync(process.execPath, [PROGRAM, path, 'leave'], { encoding: 'utf8', timeout: 50_000 });
  expect(run).toMatchObject({ status: 0, stdout: 'held\n', stderr: '' });
});

test('that cannot be one is refused with its name and the next step', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), '/proc/stillframe', `${folder}/nul\0byte`]) {
    await expect(openDataFolder(path)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'data_folder_unusable',
      message: expect.stringContaining('STILLFRAME_DATA_DIR'),
    });
  }
});

test('stands where the environment says', () => {
  const HOME = '/home/ann';
  expect(defaultDataFolder({ HOME })).toBe('/home/ann/.local/share/stillframe');
  expect(defaultDataFolder({ HOME, XDG_DATA_HOME: '/data' })).toBe('/data/stillframe');
  expect(defaultDataFolder({ HOME, XDG_DATA_HOME: 'relative' })).toBe('/home/ann/.local/share/stillframe');
  expect(defaultDataFolder({ HOME, XDG_DATA_HOME: '/data', STILLFRAME_DATA_DIR: '/own' })).toBe('/own');
  expect(defaultDataFolder({ HOME, XDG_DATA_HOME: '', STILLFRAME_DATA_DIR: '' })).toBe(
    '/home/ann/.local/share/stillframe',
  );
  expect(defaultDataFolder({ STILLFRAME_DATA_DIR: 'here' })).toBe(join(process.cwd(), 'here'));
  expect(defaultDataFolder({})).toBe(join(homedir(), '.local', 'share', 'stillframe'));
});

async function open(path: string): Promise<DataFolder> {
  const folder = await openDataFolder(path);
  onTestFinished(() => folder.close());
  return folder;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
