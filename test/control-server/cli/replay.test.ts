import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeSnapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { startControlServerProcess } from '../../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../../helpers/control-server-process.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { until } from '../../helpers/until.ts';
import { createTemporaryFolder } from './a-running-server.ts';
import { runCli, startCli } from './cli-process.ts';

const data = createTemporaryFolder();
const env = { STILLFRAME_DATA_DIR: data.path };
let server: ControlServerProcess;
let folder: string;
let lastNumber = 0;

beforeAll(async () => {
  server = await startControlServerProcess(data.path);
});
afterAll(async () => {
  await server.end('SIGTERM');
  data[Symbol.dispose]();
});
beforeEach(() => {
  folder = temporaryFolder();
  chmodSync(folder, 0o700);
});

/** A line of a snapshot that no other test sends. */
function line(more: Partial<Parameters<typeof aSnapshot>[0]> = {}): string {
  lastNumber += 1;
  const snapshotId = `01890000-0000-7000-8000-${String(lastNumber).padStart(12, '0')}`;
  const capturedAt = new Date().toISOString();
  return `${JSON.stringify(encodeSnapshot(aSnapshot({ snapshotId, capturedAt, serviceName: 'replayed', ...more })))}\n`;
}

async function countStored(): Promise<number> {
  const { body } = await server.api('GET', '/api/snapshots?service=replayed&limit=200');
  return (body as { items: unknown[] }).items.length;
}

async function keysInUse(): Promise<unknown[]> {
  const { body } = await server.api('GET', '/api/keys');
  return (body as { name: string; revokedAt: string | null }[]).filter(
    ({ name, revokedAt }) => name === 'stillframe replay' && revokedAt === null,
  );
}

describe('stillframe replay', () => {
  it('sends every day, oldest first, packed ones too, and removes what was sent', async () => {
    mkdirSync(join(folder, 'archive'));
    writeFileSync(join(folder, 'archive', 'failed-2026-11-02.0123abcd.jsonl.gz'), gzipSync(line() + line()));
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), line());
    writeFileSync(join(folder, 'failed-2026-11-03.jsonl.0123abcd.packing'), line());
    writeFileSync(join(folder, 'all-2026-11-20.jsonl'), line());
    const before = await countStored();
    expect(await runCli(['replay', folder], env)).toEqual({
      code: 0,
      stdout: 'Done: 4 snapshots stored.',
      stderr: [
        'archive/failed-2026-11-02.0123abcd.jsonl.gz: 2 snapshots stored',
        'failed-2026-11-03.jsonl.0123abcd.packing: 1 snapshot stored',
        'failed-2026-11-20.jsonl: 1 snapshot stored',
      ].join('\n'),
    });
    expect((await countStored()) - before).toBe(4);
    expect(readdirSync(folder).toSorted()).toEqual(['all-2026-11-20.jsonl', 'archive']);
    expect(readdirSync(join(folder, 'archive'))).toEqual([]);
    expect(await keysInUse()).toEqual([]);
    expect(await runCli(['replay', folder], env)).toMatchObject({
      code: 0,
      stdout: `Nothing to send in ${folder}.`,
    });
  });

  it('stores nothing twice, whatever was sent before', async () => {
    const lines = line() + line();
    const before = await countStored();
    for (const said of ['2 snapshots stored', '0 snapshots stored, 2 known already']) {
      writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), lines);
      expect((await runCli(['replay', folder], env)).stdout).toBe(`Done: ${said}.`);
    }
    expect((await countStored()) - before).toBe(2);
  });

  it('skips what is no snapshot, says how many, keeps the file for a person, and does not send it again', async () => {
    const noId = line().replace(/"snapshot_id":"[^"]*",?/, '');
    writeFileSync(
      join(folder, 'failed-2026-11-20.jsonl'),
      `${line()}not json\n\n{"a":1}\n${noId}${line()}{"torn":`,
    );
    expect(await runCli(['replay', folder], env)).toMatchObject({
      code: 0,
      stdout: 'Done: 2 snapshots stored, 4 malformed lines skipped.',
    });
    expect(readdirSync(folder)).toEqual([
      expect.stringMatching(/^failed-2026-11-20\.jsonl\.[0-9a-f]{8}\.replaying\.replayed$/),
    ]);
    expect((await runCli(['replay', folder], env)).stdout).toBe(`Nothing to send in ${folder}.`);
  });

  it('sends a snapshot with the line separators of Unicode in its text, which end no line of JSON', async () => {
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), line({ label: 'a\u2028b\u2029c\u0085d' }));
    expect(await runCli(['replay', folder], env)).toMatchObject({
      code: 0,
      stdout: 'Done: 1 snapshot stored.',
    });
  });

  it('skips a line that is longer than any snapshot, in a packed file of any size, without holding it', async () => {
    mkdirSync(join(folder, 'archive'));
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    writeFileSync(
      join(folder, 'archive', 'failed-2026-11-02.0123abcd.jsonl.gz'),
      // Together 576 MiB, which no text of V8 can hold.
      Buffer.concat([...Array<Buffer>(9).fill(gzipSync(zeros)), gzipSync(`\n${line()}`)]),
    );
    const { code, stdout } = await runCli(['replay', folder], env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Done: 1 snapshot stored, 1 malformed line skipped.',
    });
  });

  it('only says what it would do with --dry-run, and needs no server for it', async () => {
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), `${line()}${line()}torn`);
    expect(await runCli(['replay', folder, '--dry-run'], { STILLFRAME_DATA_DIR: folder })).toEqual({
      code: 0,
      stdout: 'Would send 2 snapshots and skip 1 malformed line.',
      stderr: 'failed-2026-11-20.jsonl: 2 snapshots, 1 malformed line',
    });
    expect(readdirSync(folder)).toEqual(['failed-2026-11-20.jsonl']);
  });

  it('takes a key instead of the token, and says when the server does not', async () => {
    const made = await server.api('POST', '/api/keys', { name: 'test', scopes: ['ingest'] });
    const { secret } = made.body as { secret: string };
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), line());
    const options = ['replay', folder, '--url', server.url, '--data-dir', folder];
    const refused = await runCli([...options, '--key', 'sf_wrong'], {});
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`The server at ${server.url} does not take this key`);
    expect(await runCli(options, { STILLFRAME_API_KEY: secret })).toMatchObject({
      code: 0,
      stdout: 'Done: 1 snapshot stored.',
    });
    writeFileSync(join(folder, 'failed-2026-11-21.jsonl'), line());
    expect((await runCli(options, {})).stderr).toContain('There is no key to send with (no_key)');
  });

  it('fails with what the server refuses, and keeps it', async () => {
    const refusedLine = line({ label: '\u0000' });
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), line() + refusedLine);
    const { code, stdout, stderr } = await runCli(['replay', folder], env);
    expect(stdout).toMatch(/^Done: 1 snapshot stored, 1 refused \(\w+\)\.$/);
    expect(stderr).toContain('(some_refused)');
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.replayed$/)]);
  });

  it('that was broken off is run again and sends all', async () => {
    for (const day of ['18', '19', '20']) {
      writeFileSync(join(folder, `failed-2026-11-${day}.jsonl`), line());
    }
    const before = await countStored();
    let requests = 0;
    const hanging = createServer((request, response) => {
      requests += 1;
      if (requests > 1) return;
      request.resume();
      response
        .writeHead(202, { 'content-type': 'application/json' })
        .end('{"accepted":1,"duplicates":0,"rejected":[]}');
    });
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
    const broken = startCli(['replay', folder, '--url', url, '--key', 'k'], {});
    await broken.waitForLine('stderr', /^failed-2026-11-18\.jsonl: 1 snapshot stored$/);
    await until('the second file is being sent', () => requests === 2);
    broken.kill('SIGKILL');
    await broken.ended;
    hanging.closeAllConnections();
    hanging.close();
    expect(readdirSync(folder).toSorted()).toEqual([
      expect.stringMatching(/^failed-2026-11-19\.jsonl\.[0-9a-f]{8}\.replaying$/),
      'failed-2026-11-20.jsonl',
    ]);
    expect((await runCli(['replay', folder], env)).stdout).toBe('Done: 2 snapshots stored.');
    expect((await countStored()) - before).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that runs beside another one sends the same, and neither fails', async () => {
    const lines = Array.from({ length: 1_000 }, () => line()).join('');
    // What an earlier one had claimed is anybody's.
    for (const day of ['01', '02', '03']) {
      writeFileSync(join(folder, `failed-2026-11-${day}.jsonl.0123abcd.replaying`), lines);
    }
    const outcomes = await Promise.all([1, 2, 3].map(() => runCli(['replay', folder], env)));
    // Said why, when one fails.
    expect(outcomes.map(({ code, stderr }) => (code === 0 ? '' : `${code}: ${stderr}`))).toEqual([
      '',
      '',
      '',
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no key behind when it is interrupted', async () => {
    writeFileSync(join(folder, 'failed-2026-11-20.jsonl'), line().repeat(5_000));
    const running = startCli(['replay', folder], env);
    await until('a key for the replay', async () => (await keysInUse()).length === 1);
    running.kill('SIGINT');
    expect(await running.ended).toBe(1);
    expect(running.stderr.at(-1)).toBe(
      'stillframe: The replay was broken off (interrupted). Run it again to send the rest.',
    );
    expect(await keysInUse()).toEqual([]);
  });

  it('says what is wrong with a folder, and follows no link', async () => {
    const { code, stderr } = await runCli(['replay', join(folder, 'nowhere')], env);
    expect(code).toBe(1);
    expect(stderr).toContain('(no_folder)');
    writeFileSync(join(folder, 'elsewhere'), line());
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'failed-2026-11-20.jsonl'));
    const other = temporaryFolder();
    writeFileSync(join(other, 'failed-2026-11-20.0123abcd.jsonl.gz'), gzipSync(line()));
    symlinkSync(other, join(folder, 'archive'));
    expect((await runCli(['replay', folder], env)).stdout).toBe(`Nothing to send in ${folder}.`);
    expect(existsSync(join(folder, 'failed-2026-11-20.jsonl'))).toBe(true);
    expect(readdirSync(other)).toEqual(['failed-2026-11-20.0123abcd.jsonl.gz']);
  });
});
