import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryFolder, startServer } from './a-running-server.ts';
import type { RunningServer } from './a-running-server.ts';
import { runCli } from './cli-process.ts';

const folder = createTemporaryFolder();
const env = { STILLFRAME_DATA_DIR: folder.path };
const inFolder = (name: string) => join(folder.path, name);
let running: RunningServer;

beforeAll(async () => {
  running = await startServer(folder.path);
  for (const label of ['first', 'second', 'third']) await running.capture({ label });
  await running.capture({ serviceName: 'billing', label: 'refund' });
});
afterAll(async () => {
  await running.close();
  folder[Symbol.dispose]();
});

/** Each test starts some programs. */
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('stillframe export', () => {
  it('writes to stdout what its filters leave, the oldest first', async () => {
    const { code, stdout, stderr } = await runCli(['export', '--service', 'shop'], env);
    expect([code, stderr]).toEqual([0, '']);
    expect(linesOf(stdout).map((line) => JSON.parse(line).label)).toEqual(['first', 'second', 'third']);
    const csv = await runCli(['export', '-', '--format', 'csv', '--label', 'refund'], env);
    expect(linesOf(csv.stdout)).toHaveLength(2);
  });

  it('writes a new file of the kind that its name says, for its owner only', async () => {
    const file = inFolder('shop.json');
    expect(await runCli(['export', file, '--label', 'second'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr: `Exported: ${file}`,
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ label: 'second' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await runCli(['export', file], env);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('(file_exists)') });
    const unknown = await runCli(['export', inFolder('shop.txt')], env);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('.ndjson, .json or .csv') });
  });

  it('leaves no file behind when the server refuses', async () => {
    const file = inFolder('refused.json');
    const { code, stderr } = await runCli(['export', file, '--from', 'yesterday'], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('(bad_request)')]);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('stillframe import', () => {
  it('takes up an exported file, and says which lines it does not take', async () => {
    const file = inFolder('all.ndjson');
    await runCli(['export', file], env);
    expect(await runCli(['import', file], env)).toEqual({
      code: 0,
      stdout: '0 stored, 4 known already, 0 not taken',
      stderr: '',
    });
    const lines = linesOf(readFileSync(file, 'utf8')).map((line) =>
      line.replace(/"snapshot_id":"[^"]+",/, ''),
    );
    writeFileSync(file, [lines[0], 'not json', '', lines[1], '{"service_name":"x"}'].join('\n'));
    const { code, stdout, stderr } = await runCli(['import', file, '--environment', 'archive'], env);
    expect([code, stdout, linesOf(stderr)]).toEqual([
      1,
      '2 stored, 0 known already, 2 not taken',
      [
        'Line 2 was not taken: bad_json',
        'Line 5 was not taken: bad_captured_at',
        `stillframe: 2 lines of ${file} were not taken (not_all_taken). The others are stored.`,
      ],
    ]);
    const archived = await runCli(['export', '--environment', 'archive'], env);
    expect(linesOf(archived.stdout)).toHaveLength(2);
  });

  it('reads an exported array too', async () => {
    const file = inFolder('array.json');
    await runCli(['export', file, '--service', 'shop', '--environment', 'default'], env);
    const { stdout } = await runCli(['import', file], env);
    expect(stdout).toBe('0 stored, 3 known already, 0 not taken');
  });

  it('says that a file cannot be read', async () => {
    const { code, stderr } = await runCli(['import', inFolder('nothing.ndjson')], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be read: ENOENT (bad_input)')]);
  });

  it('does not take a CSV, and says what to take', async () => {
    expect(await runCli(['import', 'shop.csv'], env)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'stillframe: shop.csv is CSV, which says too little to be imported (usage). Export it as .ndjson.',
    });
  });
});

describe('stillframe backup and restore', () => {
  it('make a folder for a server that has everything', async () => {
    const file = inFolder('backup.db');
    const made = await runCli(['backup', file], env);
    expect(made).toMatchObject({ code: 0, stdout: `Backup: ${file}` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await runCli(['backup', file], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(file_exists)'),
    });
    const restored = inFolder('restored');
    expect(await runCli(['restore', file, '--data-dir', restored], env)).toMatchObject({
      code: 0,
      stdout: `Restored: ${join(restored, 'stillframe.db')}`,
    });
    const copy = await startServer(restored);
    const { stdout } = await runCli(['export', '--service', 'shop'], { STILLFRAME_DATA_DIR: restored });
    expect(linesOf(stdout).length).toBeGreaterThanOrEqual(3);
    await copy.close();
  });

  it('make the next one as soon as the one before was read to its end', async () => {
    const authorization = `Bearer ${running.server.localToken}`;
    for (let made = 0; made < 10; made += 1) {
      const answer = await fetch(`${running.server.url}/api/backup`, {
        method: 'POST',
        headers: { authorization },
      });
      const bytes = await answer.bytes();
      expect([answer.status, bytes.length]).toEqual([200, Number(answer.headers.get('content-length'))]);
    }
  });

  it('say that a file cannot be read, and make nothing of it', async () => {
    const folder = inFolder('never-made');
    for (const [file, why] of [
      [inFolder('nothing.db'), 'ENOENT'],
      [inFolder('.'), 'it is no file'],
    ] as const) {
      expect(await runCli(['restore', file, '--data-dir', folder], env)).toEqual({
        code: 2,
        stdout: '',
        stderr: `stillframe: ${file} cannot be read: ${why} (bad_input). Name a file that stillframe backup has written.`,
      });
    }
    expect(existsSync(folder)).toBe(false);
  });

  it('refuse a folder that a server runs with, and one that has data', async () => {
    const file = inFolder('other.db');
    await runCli(['backup', file], env);
    expect(await runCli(['restore', file], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(data_folder_in_use)'),
    });
    const empty = inFolder('empty');
    mkdirSync(empty);
    expect((await runCli(['restore', file, '--data-dir', empty], env)).code).toBe(0);
    expect(await runCli(['restore', file, '--data-dir', empty], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(file_exists)'),
    });
  });

  it('leave no file behind when nobody answers', async () => {
    const file = inFolder('never.db');
    const { code } = await runCli(['backup', file, '--url', 'http://127.0.0.1:9'], env);
    expect(code).toBe(1);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('stillframe serve', () => {
  it('refuses a retention out of its range, by flag and by environment', async () => {
    const flag = await runCli(['serve', '--retention-days', '0'], env);
    expect(flag).toMatchObject({ code: 2, stderr: expect.stringContaining('from 1 to 3650') });
    const variable = await runCli(['serve'], { ...env, STILLFRAME_RETENTION_MB: '10 GB' });
    expect(variable).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('STILLFRAME_RETENTION_MB is "10 GB"'),
    });
  });
});
