import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTemporaryFolder, startServer } from './a-running-server.ts';
import type { RunningServer } from './a-running-server.ts';
import { runCli } from './cli-process.ts';

const folder = createTemporaryFolder();
const env = { STILLFRAME_DATA_DIR: folder.path };
let running: RunningServer;

beforeAll(async () => {
  running = await startServer(folder.path);
});
afterAll(async () => {
  await running.close();
  folder[Symbol.dispose]();
});

describe('stillframe kill-switch', () => {
  it('stops and releases all services when none is named', async () => {
    expect(await runCli(['kill-switch', 'status'], env)).toMatchObject({
      code: 0,
      stdout: 'No kill switch is on: services capture.',
    });
    expect(await runCli(['kill-switch', 'on', '--reason', 'deploying'], env)).toEqual({
      code: 0,
      stdout: 'Stopped: captures of all services.',
      stderr: '',
    });
    const { stdout } = await runCli(['kill-switch', 'status'], env);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout).toMatch(/stopped {2}all services .* deploying$/);
    expect(await runCli(['kill-switch', 'off'], env)).toEqual({
      code: 0,
      stdout: 'Released: captures of all services.',
      stderr: '',
    });
  });

  it('stops one service, and says at a release what keeps it stopped', async () => {
    await runCli(['kill-switch', 'on', '--service', 'shop'], env);
    const listed = await runCli(['kill-switch', 'status', '--json', '--service', 'shop'], env);
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ scope: 'service', serviceName: 'shop', on: true }),
    );
    expect(await runCli(['kill-switch', 'off'], env)).toEqual({
      code: 0,
      stdout: 'Released: captures of all services.',
      stderr: 'Still stopped by its own switch: shop. Release it: stillframe kill-switch off --service shop',
    });
    expect(await runCli(['kill-switch', 'off', '--service', 'shop'], env)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});

describe('stillframe kill-switch of one agent', () => {
  const instance = '11111111-1111-4111-8111-111111111111';

  it('stops it for a time, and says until when', async () => {
    const { code, stdout } = await runCli(['kill-switch', 'on', '--agent', instance, '--for', '30m'], env);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Stopped: captures of the agent 11111111\S+ until 20\S+Z\.$/),
    ]);
    const status = await runCli(['kill-switch', 'status'], env);
    expect(status.stdout).toContain(`stopped  agent ${instance}`);
    const off = await runCli(['kill-switch', 'off'], env);
    expect(off.stderr).toBe(
      `Still stopped by its own switch: the agent ${instance}. Release it: stillframe kill-switch off --agent ${instance}`,
    );
    expect((await runCli(['kill-switch', 'off', '--agent', instance], env)).stdout).toBe(
      `Released: captures of the agent ${instance}.`,
    );
  });

  it.each([
    [['--agent', instance, '--service', 'shop'], '--agent already names one instance'],
    [['--agent', 'stream:1'], 'None of the agents has the id "stream:1" (not_found). See stillframe agents.'],
    [['--for', 'a while'], 'Write it as 90s, 30m, 2h or 7d.'],
  ])('refuses %j', async (options, reason) => {
    const { code, stderr } = await runCli(['kill-switch', 'on', ...options], env);
    expect(code).not.toBe(0);
    expect(stderr).toContain(reason);
  });
});

describe('stillframe agents', () => {
  const instance = 'aaaaaaaa-1111-4111-8111-111111111111';

  it('says how to get one where there is none', async () => {
    using empty = createTemporaryFolder();
    await using quiet = await startServer(empty.path);
    expect(await runCli(['agents', '--url', quiet.server.url, '--data-dir', empty.path], {})).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'No agent was here within the last minute. Make a key (stillframe keys create <name>), and start a service with it: ' +
        'STILLFRAME_API_KEY=<key> node --import stillframe/register app.js',
    });
  });

  it('lists them with the ids by which one is stopped, the start of which is enough', async () => {
    await running.report(instance, []);
    const { code, stdout } = await runCli(['agents', '--service', 'shop'], env);
    expect([code, stdout.split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(
          /^INSTANCE +SERVICE +ENVIRONMENT +HOST +PID +STREAM +CAPTURE +CAPTURED +LAST SEEN +LAST ERROR$/,
        ),
        expect.stringMatching(new RegExp(`^${instance} +shop +default +127\\.0\\.0\\.1 +none +20\\S+Z$`)),
      ],
    ]);
    expect((await runCli(['agents', '--service', 'other', '--json'], env)).stdout).toBe('[]');

    expect(await runCli(['kill-switch', 'on', '--agent', 'aaaa'], env)).toEqual({
      code: 0,
      stdout: `Stopped: captures of the agent ${instance}.`,
      stderr: '',
    });
    expect(await runCli(['kill-switch', 'off', '--agent', 'bbbb'], env)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'stillframe: None of the stopped agents has the id "bbbb" (not_found). See stillframe kill-switch status.',
    });
    expect(await runCli(['kill-switch', 'off', '--agent', 'aaaa'], env)).toEqual({
      code: 0,
      stdout: `Released: captures of the agent ${instance}.`,
      stderr: '',
    });
  });
});

describe('stillframe breakpoints', () => {
  it('lists, creates, disables, enables and deletes', async () => {
    await running.register('checkout');
    const created = await runCli(
      [
        'breakpoints',
        'create',
        ...['--service', 'shop', '--file', 'src/cart.ts', '--line', '12', '--condition', 'total > 100'],
        ...[
          '--max-captures',
          '5',
          '--expires-in',
          '1h',
          '--expression',
          'a.b',
          '--expression',
          'c',
          '--json',
        ],
      ],
      env,
    );
    expect({ code: created.code, stderr: created.stderr }).toEqual({ code: 0, stderr: '' });
    const breakpoint: unknown = JSON.parse(created.stdout);
    expect(breakpoint).toMatchObject({
      serviceName: 'shop',
      filePath: 'src/cart.ts',
      lineNumber: 12,
      condition: 'total > 100',
      maxCaptures: 5,
      captureExpressions: ['a.b', 'c'],
      enabled: true,
    });
    const { id } = breakpoint as { readonly id: string };

    const list = await runCli(['breakpoints', 'list', '--service', 'shop'], env);
    const rows = list.stdout.split('\n');
    expect(rows[0]).toMatch(
      /^ID +STATE +SERVICE +ENVIRONMENT +PLACE +AGENTS +CAPTURES +LAST HIT +CONDITION$/,
    );
    expect(rows).toHaveLength(3);
    expect(list.stdout).toMatch(/enabled +shop +default +src\/cart\.ts:12 +0 of 5 +never +total > 100/);
    expect(list.stdout).toMatch(/enabled +shop +default +checkout +0 +never$/m);

    for (const [action, done] of [
      ['disable', 'Disabled'],
      ['enable', 'Enabled'],
      ['delete', 'Deleted'],
    ] as const) {
      expect(await runCli(['breakpoints', action, id.slice(0, 8)], env)).toEqual({
        code: 0,
        stdout: `${done}: src/cart.ts:12 of shop (${id}).`,
        stderr: '',
      });
    }
    const { stdout } = await runCli(['breakpoints', 'list', '--json'], env);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });

  it('lists what the agents say of each breakpoint, and every reason once', async () => {
    const line = ['--service', 'shop', '--file', 'src/cart.ts', '--line', '9', '--json'];
    const created = await runCli(['breakpoints', 'create', ...line], env);
    const { id } = JSON.parse(created.stdout) as { readonly id: string };
    const waiting = { breakpoint_id: id, state: 'waiting', reason: 'file_not_loaded: No such file yet.' };
    await running.report('22222222-2222-4222-8222-222222222222', [waiting]);
    await running.report('33333333-3333-4333-8333-333333333333', [waiting]);
    await running.report('44444444-4444-4444-8444-444444444444', [
      { breakpoint_id: id, state: 'emitting', reason: null },
    ]);
    const { stdout, stderr } = await runCli(['breakpoints', 'list', '--service', 'shop'], env);
    expect(stdout).toMatch(/src\/cart\.ts:9 +waiting 2, emitting 1 +0 +never$/m);
    expect(stderr).toBe('src/cart.ts:9: file_not_loaded: No such file yet.');
    await runCli(['breakpoints', 'delete', id], env);
  });

  it('refuses an id that nothing has', async () => {
    expect(await runCli(['breakpoints', 'disable', 'zzz'], env)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'stillframe: None of the breakpoints has the id "zzz" (breakpoint_not_found). See stillframe breakpoints list.',
    });
  });

  it('changes nothing for an empty id, with which every id begins', async () => {
    using folderOfOne = createTemporaryFolder();
    await using one = await startServer(folderOfOne.path);
    const whose = { STILLFRAME_DATA_DIR: folderOfOne.path };
    await one.register('only');
    expect(await runCli(['breakpoints', 'delete', ''], whose)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'stillframe: The id is empty (usage). Give one: see stillframe breakpoints list.',
    });
    expect(JSON.parse((await runCli(['breakpoints', 'list', '--json'], whose)).stdout)).toMatchObject([
      { label: 'only', enabled: true },
    ]);
  });

  it('hands on what the server refuses, with its code', async () => {
    const args = ['breakpoints', 'create', '--service', 'shop', '--label', 'twice'];
    expect(await runCli(args, env)).toMatchObject({ code: 0, stdout: /^Created: twice of shop/ });
    const { code, stderr } = await runCli(args, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stillframe: .*\(breakpoint_exists\)\. Change that one, or delete it first\.$/);
  });

  it('says where a condition goes wrong', async () => {
    const args = ['breakpoints', 'create', '--service', 'shop', '--label', 'pay', '--condition', 'total >'];
    expect(await runCli(args, env)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'stillframe: The text ends too early, at character 8 of "condition" (bad_condition).',
    });
  });

  it('gives a label that the code registered a condition, a limit and a message, and takes them away', async () => {
    await running.register('refund');
    const list = JSON.parse((await runCli(['breakpoints', 'list', '--json'], env)).stdout) as {
      id: string;
      label: string;
    }[];
    const id = list.find(({ label }) => label === 'refund')?.id ?? '';
    const change = (...options: string[]): ReturnType<typeof runCli> =>
      runCli(['breakpoints', 'change', id, ...options], env);
    const now = async (): Promise<unknown> =>
      (JSON.parse((await runCli(['breakpoints', 'list', '--json'], env)).stdout) as { id: string }[]).find(
        (breakpoint) => breakpoint.id === id,
      );

    const set = ['--condition', 'total > 100', '--max-captures', '5', '--log-message', 'total {total}'];
    expect(await change(...set)).toEqual({
      code: 0,
      stdout: `Changed: refund of shop (${id}).`,
      stderr: '',
    });
    expect(await now()).toMatchObject({
      condition: 'total > 100',
      maxCaptures: 5,
      logMessage: 'total {total}',
      mode: 'logpoint',
    });
    await change('--condition', '', '--log-message', '');
    expect(await now()).toMatchObject({
      condition: null,
      maxCaptures: 5,
      logMessage: null,
      mode: 'snapshot',
    });
    const limits = ['--expression', 'total', '--stack-depth', '3', '--max-depth', '5', '--expires-in', '1h'];
    const limited = await change(...limits, '--max-payload-bytes', '2048', '--json');
    expect([limited.code, JSON.parse(limited.stdout)]).toMatchObject([
      0,
      { captureExpressions: ['total'], stackDepth: 3, maxDepth: 5, maxPayloadBytes: 2_048 },
    ]);
    await change('--expression', '', '--stack-depth', '', '--max-depth', '', '--max-payload-bytes', '');
    expect(await now()).toMatchObject({
      captureExpressions: [],
      stackDepth: null,
      maxDepth: null,
      maxPayloadBytes: null,
      expireAt: expect.stringMatching(/Z$/),
    });
    await change('--expires-in', '', '--disabled');
    expect(await now()).toMatchObject({ expireAt: null, enabled: false, maxCaptures: 5 });
    await change('--enabled');
    expect(await now()).toMatchObject({ enabled: true });
    expect(await change()).toMatchObject({ code: 2, stderr: /Nothing is to change \(usage\)/ });
  });

  it('says when a change ends a breakpoint: it has as many captures already', async () => {
    await running.register('spent');
    for (let count = 0; count < 2; count++) await running.capture({ label: 'spent' });
    const listed = await runCli(['breakpoints', 'list'], env);
    const id = /^(\S+) .* spent /m.exec(listed.stdout)?.[1] ?? '';
    expect(await runCli(['breakpoints', 'change', id, '--max-captures', '3'], env)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await runCli(['breakpoints', 'change', id, '--max-captures', '2'], env)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Changed: spent of shop \(/),
      stderr: expect.stringMatching(
        /^It captures no more, with 2 captures of 2\. To count anew: stillframe breakpoints enable [0-9a-f-]{36}$/,
      ),
    });
    expect((await runCli(['breakpoints', 'enable', id], env)).code).toBe(0);
    const again = await runCli(['breakpoints', 'list'], env);
    expect(again.stdout).toMatch(/enabled .* spent +0 of 2 /);
  });

  it('says when nobody is there to hear of a breakpoint or a stop: the name may be mistyped', async () => {
    const nobody = /^No agent of shpo( in default)? is connected now/;
    const create = ['breakpoints', 'create', '--service', 'shpo', '--label', 'pay'];
    expect(await runCli(create, env)).toMatchObject({ code: 0, stderr: nobody });
    const stop = ['kill-switch', 'on', '--service', 'shpo'];
    expect(await runCli(stop, env)).toMatchObject({ code: 0, stderr: nobody });
    await runCli(['kill-switch', 'off', '--service', 'shpo'], env);
  });
});

describe('which server a command talks to', () => {
  it('is the demo when only that runs, and the server with a note when both do', async () => {
    using base = createTemporaryFolder();
    const demoFolder = join(base.path, 'demo');
    mkdirSync(demoFolder);
    await using demo = await startServer(demoFolder);
    const whose = { STILLFRAME_DATA_DIR: base.path };
    await demo.register('of-the-demo');
    expect((await runCli(['breakpoints', 'list'], whose)).stdout).toContain('of-the-demo');

    await using served = await startServer(base.path);
    await served.register('of-the-server');
    const both = await runCli(['breakpoints', 'list'], whose);
    expect(both.stdout).toContain('of-the-server');
    expect(both.stderr).toBe(
      `Both a server and the demo run: using the server at ${served.server.url}. For the demo, add --url ${demo.server.url}`,
    );
    const named = await runCli(['breakpoints', 'list', '--url', demo.server.url], whose);
    expect(named).toMatchObject({ code: 0, stderr: '' });
    expect(named.stdout).toContain('of-the-demo');
  });

  it('is the one in the environment, with its token', async () => {
    const named = { STILLFRAME_URL: running.server.url, STILLFRAME_TOKEN: running.server.localToken };
    expect(
      await runCli(['kill-switch', 'status'], { ...named, STILLFRAME_DATA_DIR: '/nonexistent' }),
    ).toMatchObject({
      code: 0,
    });
    const { code, stderr } = await runCli(['kill-switch', 'status'], {
      STILLFRAME_URL: running.server.url,
      STILLFRAME_DATA_DIR: '/nonexistent',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('wants a token (not_signed_in)');
  });
});
