import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { createTemporaryFolder, startServer } from './a-running-server.ts';
import type { RunningServer } from './a-running-server.ts';
import { runCli } from './cli-process.ts';

const folder = createTemporaryFolder();
const env = { STILLFRAME_DATA_DIR: folder.path };
let running: RunningServer;

beforeAll(async () => {
  running = await startServer(folder.path);
  for (const label of ['first', 'second', 'third'])
    await running.capture({ label, variables: { note: '\u001b[2Jwiped\u009b', total: 42 } });
  await running.capture({ serviceName: 'billing', label: 'refund' });
});
afterAll(async () => {
  await running.close();
  folder[Symbol.dispose]();
});

const linesOf = (text: string) => text.split('\n');

async function readAll(): Promise<readonly SnapshotSummary[]> {
  const { stdout } = await runCli(['snapshots', 'list', '--json'], env);
  return (JSON.parse(stdout) as SnapshotPage).items;
}

describe('stillframe snapshots list', () => {
  it('shows what its filters leave, one a line, the newest first, and how it goes on', async () => {
    const page = await runCli(['snapshots', 'list', '--service', 'shop', '--limit', '2'], env);
    expect([page.code, linesOf(page.stdout)]).toEqual([
      0,
      [
        expect.stringMatching(
          /^[0-9a-f-]{18} {2}20\S+Z {2}shop {2}third {2}placeOrder order\.ts:7 {2}note: "\\u001b\[2Jwiped ", total: 42$/,
        ),
        expect.stringMatching(/ {2}shop {2}second {2}/),
      ],
    ]);
    const cursor = /^For older ones, add --before (sn-\w+)$/.exec(page.stderr)?.[1] ?? '';
    const older = await runCli(['snapshots', 'list', '--service', 'shop', '--before', cursor], env);
    expect(older).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+ {2}\S+ {2}shop {2}first /),
      stderr: '',
    });
  });

  it('takes times as long ago, and says when nothing fits', async () => {
    expect(linesOf((await runCli(['snapshots', 'list', '--from', '1h'], env)).stdout)).toHaveLength(4);
    expect(await runCli(['snapshots', 'list', '--to', '1h'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No snapshot fits.',
    });
    const wrong = await runCli(['snapshots', 'list', '--from', 'yesterday'], env);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('(bad_request)')]);
  });

  it.each(['0', '501', 'all'])('refuses a page of %s', async (limit) => {
    const { code, stderr } = await runCli(['snapshots', 'list', '--limit', limit], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining('It must be a whole number from 1 to 500.')]);
  });

  it('takes the start of the id of a breakpoint', async () => {
    await running.register('counted');
    await running.capture({ label: 'counted' });
    const listed = await runCli(['breakpoints', 'list'], env);
    const start = /^(\S+) .* counted /m.exec(listed.stdout)?.[1] ?? '';
    expect(start).toHaveLength(8);
    const found = await runCli(['snapshots', 'list', '--breakpoint', start], env);
    expect(linesOf(found.stdout)).toEqual([expect.stringContaining('  shop  counted  ')]);
    const none = await runCli(['export', '--breakpoint', 'zzz'], env);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('(breakpoint_not_found)')]);
  });
});

describe('stillframe snapshots show', () => {
  it('shows one by its id, and by as much of it as the list shows', async () => {
    const { id } = (await readAll()).find(({ label }) => label === 'first') ?? { id: '' };
    const shown = await runCli(['snapshots', 'show', id.slice(0, 18)], env);
    expect([shown.code, shown.stderr, linesOf(shown.stdout)]).toEqual([
      0,
      '',
      expect.arrayContaining([
        'first',
        '  Service   shop, default',
        '  Place     placeOrder  /app/src/order.ts:7',
        `  Snapshot  ${id}`,
        'Variables',
        '  note: "\\u001b[2Jwiped\\u009b"',
        '  total: 42',
      ]),
    ]);
    expect(await runCli(['snapshots', 'show', id], env)).toEqual(shown);
  });

  it('prints the answer of the API, in which nothing moves the terminal', async () => {
    const { id } = (await readAll()).find(({ label }) => label === 'first') ?? { id: '' };
    const { stdout } = await runCli(['snapshots', 'show', id, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({
      id,
      label: 'first',
      variables: { note: '\u001b[2Jwiped\u009b', total: 42 },
    });
    expect(stdout).not.toMatch(/[\u001b\u009b]/);
  });

  it.each(['zzz', 'export', '..'])('refuses the id %s, which nothing has', async (id) => {
    expect(await runCli(['snapshots', 'show', id], env)).toEqual({
      code: 1,
      stdout: '',
      stderr: `stillframe: None of the snapshots has the id "${id}" (not_found). See stillframe snapshots list.`,
    });
  });

  it('refuses a whole id that nothing has, and says why that may be', async () => {
    const id = '01a2014f-e5dc-765d-8abc-000000000001';
    expect(await runCli(['snapshots', 'show', id], env)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'stillframe: There is no snapshot with this id (snapshot_not_found). It may have aged out.',
    });
  });

  it('refuses the start of an id that several have', async () => {
    using many = createTemporaryFolder();
    await using server = await startServer(many.path);
    const whose = { STILLFRAME_DATA_DIR: many.path };
    // There are 16 digits, so that two of 17 ids begin with the same.
    for (let count = 0; count < 17; count++) await server.capture({});
    const { stdout } = await runCli(['snapshots', 'list', '--json'], whose);
    const digits = (JSON.parse(stdout) as SnapshotPage).items.map(({ id }) => id.charAt(0));
    const shared = digits.find((digit, index) => digits.indexOf(digit) !== index) ?? '';
    expect(await runCli(['snapshots', 'show', shared], whose)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^stillframe: \d+ snapshots have an id that starts with ".{1}" \(ambiguous_id\)\. Give more of it\.$/,
      ),
    });
  });

  it('is refused to viewers, who see that something was captured but no values', async () => {
    const { id } = (await readAll()).find(({ label }) => label === 'first') ?? { id: '' };
    await runCli(['users', 'create', 'vera'], env);
    const made = await runCli(['tokens', 'create', 'look', '--user', 'vera'], env);
    const asVera = { STILLFRAME_URL: running.server.url, STILLFRAME_TOKEN: made.stdout };
    const listed = await runCli(['snapshots', 'list', '--label', 'first'], asVera);
    expect(listed.stdout).toMatch(/ {2}shop {2}first {2}placeOrder order\.ts:7$/);
    const { code, stdout, stderr } = await runCli(['snapshots', 'show', id], asVera);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('(values_not_allowed)')]);
  });
});

describe('stillframe services', () => {
  it('lists them with what is captured, and says what stops them', async () => {
    using own = createTemporaryFolder();
    await using server = await startServer(own.path);
    const env = { STILLFRAME_DATA_DIR: own.path };
    for (const label of ['checkout', 'refund']) await server.register(label);
    await runCli(['kill-switch', 'on', '--service', 'shop'], env);
    // Last: who was not heard of for a minute is no agent any more.
    for (let count = 0; count < 4; count++) await server.capture({});
    await server.capture({ serviceName: 'billing' });
    const { code, stdout } = await runCli(['services'], env);
    expect([code, linesOf(stdout)]).toEqual([
      0,
      [
        expect.stringMatching(
          /^SERVICE +ENVIRONMENT +AGENTS +BREAKPOINTS +LAST HOUR +CAPTURE +RELEASE +LAST SEEN$/,
        ),
        expect.stringMatching(/^billing +default +1 +0 of 0 +1 +on +20\S+Z$/),
        expect.stringMatching(/^shop +default +1 +2 of 2 +4 +stopped \(service\) +20\S+Z$/),
      ],
    ]);
    const json = await runCli(['services', '--json'], env);
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'billing' }, { name: 'shop' }]);
  });

  it('says how to get one where there is none', async () => {
    using empty = createTemporaryFolder();
    await using quiet = await startServer(empty.path);
    const { code, stdout, stderr } = await runCli(
      ['services', '--url', quiet.server.url, '--data-dir', empty.path],
      {},
    );
    expect([code, stdout, stderr]).toEqual([
      0,
      '',
      expect.stringMatching(/^No service has been here yet\. Make a key/),
    ]);
  });
});

describe('stillframe audit', () => {
  it('says who did what and when, the newest first, and how it goes on', async () => {
    await runCli(['kill-switch', 'on', '--reason', 'deploying'], env);
    await runCli(['kill-switch', 'off'], env);
    const page = await runCli(['audit', '--action', 'kill_switch.', '--limit', '1'], env);
    expect([page.code, linesOf(page.stdout)]).toEqual([
      0,
      [
        expect.stringMatching(/^TIME +WHO +WHAT +TARGET +ADDRESS$/),
        expect.stringMatching(
          /^20\S+Z +local \(on the server\) +kill_switch\.\w+ +kill_switch\/\S+ +127\.0\.0\.1$/,
        ),
      ],
    ]);
    const cursor = /^For older ones, add --before (au-\w+)$/.exec(page.stderr)?.[1] ?? '';
    const older = await runCli(
      ['audit', '--action', 'kill_switch.', '--limit', '1', '--before', cursor, '--json'],
      env,
    );
    expect(JSON.parse(older.stdout)).toMatchObject({
      items: [{ actor: 'local', after: { on: true, reason: 'deploying' } }],
    });
  });

  it('says when nothing fits, and what else narrows it', async () => {
    expect(
      await runCli(['audit', '--actor', 'nobody', '--target', 'x', '--from', '1d', '--to', '1h'], env),
    ).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No entry of the audit fits.',
    });
  });
});
