import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSpool } from '../../src/delivery/spool.ts';
import type { Spool } from '../../src/delivery/spool.ts';
import { until } from '../helpers/until.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const TODAY = 'failed-2026-11-21.jsonl';
const line = (text: string): Uint8Array => Buffer.from(`${JSON.stringify(text)}\n`);
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

interface Opened {
  readonly spool: Spool;
  readonly problems: string[];
  /** Moves both clocks. */
  pass(ms: number): void;
}

function open(folder: string, { maxBytes = 1_000_000 } = {}): Opened {
  const problems: string[] = [];
  let passedMs = 0;
  const spool = createSpool({
    folder,
    kind: 'failed',
    maxBytes,
    now: () => passedMs,
    wallNow: () => NOON + passedMs,
    onProblem: (problem, why) => problems.push(`${problem}: ${why.replace(folder, 'FOLDER')}`),
    onUsable: () => problems.push('usable'),
  });
  return { spool, problems, pass: (ms) => void (passedMs += ms) };
}

describe('a spool', () => {
  it('appends lines to the file of the UTC day, for nobody else to read', async () => {
    const folder = join(temporaryFolder(), 'new', 'spool');
    const { spool, pass, problems } = open(folder);
    expect(await spool.write([line('a'), line('b')])).toBe(2);
    expect(await spool.write([line('c')])).toBe(1);
    pass(12 * 3_600_000);
    expect(await spool.write([line('d')])).toBe(1);
    expect(readFileSync(join(folder, TODAY), 'utf8')).toBe('"a"\n"b"\n"c"\n');
    expect(readFileSync(join(folder, 'failed-2026-11-22.jsonl'), 'utf8')).toBe('"d"\n');
    expect([folder, join(folder, TODAY)].map(modeOf)).toEqual([0o700, 0o600]);
    expect(problems).toEqual([]);
  });

  it('leaves a torn last line alone in its own line', async () => {
    const folder = join(temporaryFolder(), 'spool');
    const { spool } = open(folder);
    await spool.write([line('a')]);
    appendFileSync(join(folder, TODAY), '{"torn":');
    expect(await spool.write([line('b'), line('c')])).toBe(2);
    expect(readFileSync(join(folder, TODAY), 'utf8')).toBe('"a"\n{"torn":\n"b"\n"c"\n');
  });

  it('takes no more than its folder may hold, archive and other files included, and says how much it took', async () => {
    const folder = join(temporaryFolder(), 'spool');
    const { spool, problems } = open(folder, { maxBytes: 22 });
    mkdirSync(join(folder, 'archive'), { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    writeFileSync(join(folder, 'archive', 'old.gz'), '0123456789');
    expect(await spool.write([line('a'), line('b'), line('c'), line('d')])).toBe(3);
    expect(problems).toEqual(['full: FOLDER holds 22 bytes']);
    expect(await spool.write([line('e')])).toBe(0);
    expect(readFileSync(join(folder, TODAY), 'utf8')).toBe('"a"\n"b"\n"c"\n');
  });

  it('takes no more than waits for the disk within 8 MiB', async () => {
    const { spool } = open(join(temporaryFolder(), 'spool'), { maxBytes: 1e9 });
    const mega = Buffer.concat([Buffer.alloc(1024 * 1024 - 1, 'x'), Buffer.from('\n')]);
    const written = await Promise.all(Array.from({ length: 10 }, () => spool.write([mega])));
    expect(written).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(await spool.write([mega])).toBe(1);
  });

  it.each([
    [
      'a folder that others can look into',
      (path: string) => mkdirSync(path, { mode: 0o755 }),
      'others can look into it',
    ],
    ['a link to a folder', (path: string) => symlinkSync(join(path, '..'), path), 'it is no folder'],
    ['a file', (path: string) => writeFileSync(path, ''), 'EEXIST'],
  ] as const)('refuses %s, and looks again a minute later', async (_what, make, why) => {
    const parent = temporaryFolder();
    const folder = join(parent, 'spool');
    make(folder);
    const { spool, problems, pass } = open(folder);
    expect(await spool.write([line('a')])).toBe(0);
    expect(problems).toEqual([expect.stringContaining(why)]);
    expect(problems[0]).toMatch(/^unusable: /);
    expect(await spool.write([line('a')])).toBe(0);
    expect(problems).toHaveLength(1);
    execFileSync('rm', ['-rf', folder]);
    pass(60_000);
    expect(await spool.write([line('a')])).toBe(1);
    expect(problems.slice(1)).toEqual(['usable']);
    expect(readdirSync(parent)).toEqual(['spool']);
  });

  it.each([
    ['a symbolic link', (path: string, target: string) => symlinkSync(target, path)],
    ['a second name of another file', (path: string, target: string) => linkSync(target, path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
  ] as const)('never writes through %s', async (_what, make) => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o700);
    const target = join(temporaryFolder(), 'precious');
    writeFileSync(target, 'precious');
    make(join(folder, TODAY), target);
    const { spool, problems } = open(folder);
    expect(await spool.write([line('a')])).toBe(0);
    expect(problems).toHaveLength(1);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it('loses at most the line that a killed process was writing', async () => {
    const folder = join(temporaryFolder(), 'spool');
    const program = fileURLToPath(new URL('fixtures/spool-writer.ts', import.meta.url));
    const writer = fork(program, [folder, 'killed'], { execArgv: [] });
    const path = await until('a file', () => {
      const [name] = existsSync(folder) ? readdirSync(folder) : [];
      return name !== undefined && lstatSync(join(folder, name)).size > 500_000 ? join(folder, name) : null;
    });
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const texts = readFileSync(path, 'utf8').split('\n');
    const numbers = texts.slice(0, -1).map((text) => (JSON.parse(text) as { number: number }).number);
    expect(numbers).toEqual(Array.from(numbers.keys()));
    expect(numbers.length).toBeGreaterThan(20);
  });

  it('may be shared by several processes: every line is whole', async () => {
    const folder = join(temporaryFolder(), 'spool');
    const program = fileURLToPath(new URL('fixtures/spool-writer.ts', import.meta.url));
    const writers = [1, 2, 3].map((number) => fork(program, [folder, String(number)], { execArgv: [] }));
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    // A line that is just being written looks torn to another process, which then leaves an empty line.
    const texts = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean),
    );
    const parsed = texts.map((text) => JSON.parse(text) as { writer: string; number: number });
    expect(new Set(parsed.map(({ writer, number }) => `${writer}/${number}`)).size).toBe(900);
    expect(parsed).toHaveLength(900);
  });
});

describe('days older than a week', () => {
  const OLD = 'failed-2026-11-13.jsonl';
  const archived = (folder: string): string[] =>
    existsSync(join(folder, 'archive')) ? readdirSync(join(folder, 'archive')).toSorted() : [];

  function prepare(): string {
    const folder = temporaryFolder();
    chmodSync(folder, 0o700);
    return folder;
  }

  it('are packed, each whole; the seventh day is not', async () => {
    const folder = prepare();
    const text = '"x"\n'.repeat(100_000);
    writeFileSync(join(folder, OLD), text);
    writeFileSync(join(folder, 'failed-2026-11-14.jsonl'), '"week"\n');
    writeFileSync(join(folder, 'all-2026-11-13.jsonl'), '"other"\n');
    open(folder).spool.start();
    await until('the day is packed', () => archived(folder).length === 1 && !existsSync(join(folder, OLD)));
    await until('nothing is half done', () => readdirSync(folder).every((name) => !name.includes('packing')));
    expect(readdirSync(folder).toSorted()).toEqual([
      'all-2026-11-13.jsonl',
      'archive',
      'failed-2026-11-14.jsonl',
    ]);
    const [name = ''] = archived(folder);
    expect(name).toMatch(/^failed-2026-11-13\.[0-9a-f]{8}\.jsonl\.gz$/);
    expect(gunzipSync(readFileSync(join(folder, 'archive', name))).toString()).toBe(text);
    expect([join(folder, 'archive'), join(folder, 'archive', name)].map(modeOf)).toEqual([0o700, 0o600]);
  });

  it('are packed also where the program fakes what turns the event loop', async () => {
    const folder = prepare();
    writeFileSync(join(folder, OLD), '"x"\n');
    const turn = setImmediate;
    vi.stubGlobal('setImmediate', () => ({ unref() {} }));
    onTestFinished(() => void vi.unstubAllGlobals());
    const { spool } = open(folder);
    spool.start();
    for (let turns = 0; turns < 1_000 && existsSync(join(folder, OLD)); turns++) {
      await new Promise((resolve) => turn(resolve));
    }
    await until('the day is packed', () => readdirSync(folder).join() === 'archive');
  });

  it('are packed once, however many try', async () => {
    const folder = prepare();
    for (const day of ['01', '02', '03', '04', '05']) {
      writeFileSync(join(folder, `failed-2026-11-${day}.jsonl`), '"x"\n'.repeat(50_000));
    }
    for (let count = 0; count < 8; count++) open(folder).spool.start();
    await until('all are packed', () => readdirSync(folder).join() === 'archive');
    expect(archived(folder).map((name) => name.slice(0, 17))).toEqual(
      ['01', '02', '03', '04', '05'].map((day) => `failed-2026-11-${day}`),
    );
  });

  it('that another process is packing are left to it, until it must have died', async () => {
    const folder = prepare();
    mkdirSync(join(folder, 'archive'), { mode: 0o700 });
    writeFileSync(join(folder, 'failed-2026-11-13.jsonl.0123abcd.packing'), '"x"\n');
    writeFileSync(join(folder, OLD), '"y"\n');
    writeFileSync(join(folder, 'archive', 'failed-2026-11-13.0123abcd.jsonl.gz.tmp'), 'half');
    utimesSync(join(folder, 'archive', 'failed-2026-11-13.0123abcd.jsonl.gz.tmp'), 0, 0);
    open(folder).spool.start();
    await until(
      'the other one is packed',
      () => !existsSync(join(folder, OLD)) && archived(folder).length === 2,
    );
    expect(existsSync(join(folder, 'failed-2026-11-13.jsonl.0123abcd.packing'))).toBe(true);

    // Two hours later whoever began is gone.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    open(folder).spool.start();
    await until('that one is packed too', () => readdirSync(folder).join() === 'archive');
    const packed = archived(folder).map((name) =>
      gunzipSync(readFileSync(join(folder, 'archive', name))).toString(),
    );
    expect(packed.toSorted()).toEqual(['"x"\n', '"y"\n']);
  });
});
