import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServerInfo } from '../../../control-server/data-folder.ts';
import { createApiClient } from '../../../control-server/cli/api-client.ts';
import type { NewSdkKey } from '../../../src/protocol/api.ts';
import { openStream } from '../live/stream-reader.ts';
import { createTemporaryFolder } from './a-running-server.ts';
import { runCli, startCli } from './cli-process.ts';

const RUNS_AT = /^Stillframe runs at (http:\/\/127\.0\.0\.1:\d+)$/;

describe('stillframe serve', () => {
  it('prints its address, its data folder and the set-up link, and closes at SIGTERM', async () => {
    using folder = createTemporaryFolder();
    // A busy machine holds the process up, which the log says from warnings on.
    await using serve = startCli(['serve', '--port', '0', '--log-level', 'error'], {
      STILLFRAME_DATA_DIR: folder.path,
    });
    const link = await serve.waitForLine('stdout', /\/setup#code=/);
    const url = RUNS_AT.exec(serve.stdout[0] ?? '')?.[1] ?? '';
    expect(serve.stdout).toEqual([
      `Stillframe runs at ${url}`,
      `Data folder: ${folder.path}`,
      expect.stringContaining(`${url}/setup#code=`),
    ]);
    expect(readServerInfo(folder.path)).toMatchObject({ url, pid: serve.pid });
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    const code = link.slice(link.indexOf('#code=') + 6);
    for (const file of ['server.json', 'stillframe.db']) {
      expect(readFileSync(join(folder.path, file), 'latin1')).not.toContain(code);
    }
    serve.kill('SIGTERM');
    expect(await serve.ended).toBe(0);
    expect(readServerInfo(folder.path)).toBeNull();
    expect(serve.stderr).toEqual(['SIGTERM: closing …']);
  });

  it('makes the first account from the environment, and then prints no set-up link', async () => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0', '--data-dir', folder.path], {
      STILLFRAME_ADMIN_NAME: 'ada',
      STILLFRAME_ADMIN_PASSWORD: 'correct horse battery',
    });
    await serve.waitForLine('stdout', /^Data folder/);
    const url = RUNS_AT.exec(serve.stdout[0] ?? '')?.[1] ?? '';
    const signedIn = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'ada', password: 'correct horse battery' }),
    });
    expect(signedIn.status).toBe(200);
    serve.kill('SIGINT');
    expect(await serve.ended).toBe(0);
    expect(serve.stdout.join('\n')).not.toContain('setup');
  });

  it('ends at once at the second signal, though a request is still under way', async () => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0'], { STILLFRAME_DATA_DIR: folder.path });
    const url = RUNS_AT.exec(await serve.waitForLine('stdout', RUNS_AT))?.[1] ?? '';
    await serve.waitForLine('stdout', /setup/);
    const slow = connect(Number(new URL(url).port), '127.0.0.1');
    await once(slow, 'connect');
    slow.write('POST /api/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n{');
    slow.on('error', () => undefined);
    // The server has to have seen the request before it closes.
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    serve.kill('SIGTERM');
    await serve.waitForLine('stderr', /closing/);
    serve.kill('SIGINT');
    expect(await serve.ended).toBe(130);
    slow.destroy();
  });

  it('drains at SIGTERM, saying so at /readyz, and hurries at the next signal', async () => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0', '--drain-ms', '600000'], {
      STILLFRAME_DATA_DIR: folder.path,
    });
    const url = RUNS_AT.exec(await serve.waitForLine('stdout', RUNS_AT))?.[1] ?? '';
    await serve.waitForLine('stdout', /setup/);
    const info = readServerInfo(folder.path);
    const api = createApiClient({ url, token: info?.localToken ?? '', source: 'serve' });
    const { secret } = await api.send<NewSdkKey>('POST', '/api/keys', {
      name: 'test',
      environment: 'default',
    });
    const open = () => openStream(`${url}/sdk/snapshots/stream/shop`, { 'x-api-key': secret });
    // One goes each tenth of a second at least.
    const streams = await Promise.all(Array.from({ length: 150 }, open));
    await Promise.all(streams.map((stream) => stream.next('init')));
    const leaving = streams.map((stream) => stream.waitFor(({ name }) => name === 'bye', 60_000));
    serve.kill('SIGTERM');
    await Promise.any(leaving);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { code: 'closing' }]);
    // Who is still connected is still served: a kill during a roll-out must work.
    const poll = await fetch(`${url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': secret } });
    expect(poll.status).toBe(200);
    serve.kill('SIGTERM');
    expect(streams.filter(({ events }) => events.some(({ name }) => name === 'bye')).length).toBeLessThan(
      150,
    );
    await Promise.all(leaving);
    expect(await serve.ended).toBe(0);
  });

  it('says plainly that a port is taken, and takes no other', async () => {
    using folder = createTemporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const { code, stdout, stderr } = await runCli(['serve', '--port', String(port)], {
        STILLFRAME_DATA_DIR: folder.path,
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^stillframe: .*${port}.*\\(port_in_use\\)\\. .+`));
    } finally {
      other.close();
    }
  });

  it.each([
    [
      ['--tls-cert', 'cert.pem'],
      {},
      'stillframe: --tls-cert and --tls-key belong together: give the PEM files of both (bad_option).',
    ],
    [
      ['--public-url', 'nonsense'],
      {},
      'stillframe: --public-url must be an http or https address without a path, not "nonsense" (bad_option).',
    ],
    [
      [],
      { STILLFRAME_ADMIN_PASSWORD: 'short' },
      'stillframe: The first account (STILLFRAME_ADMIN_NAME, STILLFRAME_ADMIN_PASSWORD) needs a name of 1 to 100 characters ' +
        'without control characters, and a password of 12 to 1024 characters (bad_option).',
    ],
    [
      [],
      { STILLFRAME_OIDC_ISSUER: 'https://id.example.com', STILLFRAME_OIDC_CLIENT_ID: 'stillframe' },
      'stillframe: Sign-in by a provider (STILLFRAME_OIDC_…) needs --public-url: the provider sends browsers back to that address (bad_option).',
    ],
    [
      [],
      { STILLFRAME_OIDC_CLIENT_ID: 'stillframe' },
      'stillframe: STILLFRAME_OIDC_CLIENT_ID without STILLFRAME_OIDC_ISSUER set up no provider (bad_option). ' +
        'Give what is missing, or unset all of them.',
    ],
    [
      ['--public-url', 'https://stillframe.example.com'],
      {
        STILLFRAME_OIDC_ISSUER: 'https://id.example.com',
        STILLFRAME_OIDC_CLIENT_ID: 'stillframe',
        STILLFRAME_OIDC_ROLE_CLAIM: 'groups',
      },
      'stillframe: Sign-in by a provider (STILLFRAME_OIDC_…) has a STILLFRAME_OIDC_ROLE_CLAIM, but no roles that its values give (bad_option).',
    ],
  ])('names what was typed: %j %j', async (flags, env, stderr) => {
    using folder = createTemporaryFolder();
    expect(
      await runCli(['serve', '--port', '0', ...flags], { STILLFRAME_DATA_DIR: folder.path, ...env }),
    ).toEqual({ code: 1, stdout: '', stderr });
  });

  const admin = { STILLFRAME_ADMIN_NAME: '', STILLFRAME_ADMIN_PASSWORD: 'correct horse battery' };

  it.each([
    [
      [],
      403,
      'Plain http on 0.0.0.0: passwords, cookies, keys and snapshots would travel unencrypted, so people sign in and ' +
        'tokens work on this machine only. From other machines that needs --tls-cert and --tls-key, or a proxy that ends ' +
        'TLS and --public-url https://…; agents are served over plain http all the same.',
    ],
    [
      ['--insecure-http'],
      200,
      'Plain http on 0.0.0.0, where --insecure-http lets people sign in from other machines: passwords, cookies, keys ' +
        'and snapshots travel unencrypted. Safer: --tls-cert and --tls-key, or a proxy that ends TLS and --public-url https://…',
    ],
  ])('says what plain http on a network means, and means it: %j', async (flags, status, note) => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0', '--host', '0.0.0.0', ...flags], {
      STILLFRAME_DATA_DIR: folder.path,
      ...admin,
    });
    expect(await serve.waitForLine('stderr', /^Plain/)).toBe(note);
    const url = RUNS_AT.exec(serve.stdout[0] ?? '')?.[1] ?? '';
    const signIn = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'admin', password: admin.STILLFRAME_ADMIN_PASSWORD }),
      });
    expect((await signIn({})).status).toBe(200);
    const far = await signIn({ 'x-forwarded-for': '198.51.100.7' });
    expect(far.status).toBe(status);
    const key = await createApiClient({
      url,
      token: readServerInfo(folder.path)?.localToken ?? '',
      source: 'serve',
    }).send<NewSdkKey>('POST', '/api/keys', { name: 'test' });
    const poll = await fetch(`${url}/sdk/snapshots/active/shop`, {
      headers: { 'x-api-key': key.secret, 'x-forwarded-for': '198.51.100.7' },
    });
    expect(poll.status).toBe(200);
  });

  it.each([
    ['--host', '127.0.0.2'],
    ['--host', '0.0.0.0', '--public-url', 'https://stillframe.example.com'],
  ])('says nothing of it where TLS ends before the server, or nobody else comes: %s %s', async (...flags) => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0', '--log-level', 'error', ...flags], {
      STILLFRAME_DATA_DIR: folder.path,
      ...admin,
    });
    await serve.waitForLine('stdout', /^Data folder/);
    serve.kill('SIGTERM');
    await serve.ended;
    expect(serve.stderr).toEqual(['SIGTERM: closing …']);
  });

  it('says why its PostgreSQL cannot be used, and never the password', async () => {
    using folder = createTemporaryFolder();
    const url = 'postgres://stillframe:hunter2@127.0.0.1:9/stillframe';
    expect(
      await runCli(['serve', '--port', '0'], {
        STILLFRAME_DATA_DIR: folder.path,
        STILLFRAME_DATABASE_URL: url,
      }),
    ).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'stillframe: The database at 127.0.0.1:9 cannot be used: connect ECONNREFUSED 127.0.0.1:9 (ECONNREFUSED) (store_failed). ' +
        'Check STILLFRAME_DATABASE_URL, and that it runs.',
    });
  });

  it('says which server has the data folder already', async () => {
    using folder = createTemporaryFolder();
    await using serve = startCli(['serve', '--port', '0'], { STILLFRAME_DATA_DIR: folder.path });
    const line = await serve.waitForLine('stdout', RUNS_AT);
    const { code, stderr } = await runCli(['serve', '--port', '0'], { STILLFRAME_DATA_DIR: folder.path });
    expect(code).toBe(1);
    expect(stderr).toContain('(data_folder_in_use)');
    expect(stderr).toContain(RUNS_AT.exec(line)?.[1]);
  });

  it.each([
    [['--tls-cert', 'a.pem'], 'bad_option'],
    [['--host', '0.0.0.0'], 'no_credentials'],
    [['--allowed-host', 'http://x'], 'bad_option'],
    [['--data-dir', ''], 'usage'],
  ])('refuses %j with the code %s', async (args, errorCode) => {
    using folder = createTemporaryFolder();
    const { code, stderr } = await runCli(['serve', '--port', '0', ...args], {
      STILLFRAME_DATA_DIR: folder.path,
    });
    expect(code).toBe(errorCode === 'usage' ? 2 : 1);
    expect(stderr).toContain(`(${errorCode})`);
    expect(stderr.split('\n')).toHaveLength(1);
  });
});
