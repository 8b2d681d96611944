import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonalToken } from '../../../src/protocol/api-people.ts';
import type { SdkKey } from '../../../src/protocol/api.ts';
import { createTemporaryFolder, startServer } from './a-running-server.ts';
import type { RunningServer } from './a-running-server.ts';
import { runCli } from './cli-process.ts';

const PASSWORD = 'correct horse battery';

let folder: ReturnType<typeof createTemporaryFolder>;
let running: RunningServer;
let env: Record<string, string>;
beforeAll(async () => {
  folder = createTemporaryFolder();
  running = await startServer(folder.path);
  env = { STILLFRAME_DATA_DIR: folder.path };
});
afterAll(async () => {
  await running.close();
  folder[Symbol.dispose]();
});

/** Chooses a password by the link, as the person does in a browser. */
async function accept(link: string): Promise<number> {
  const code = new URL(link).hash.replace('#code=', '');
  const answer = await fetch(`${running.server.url}/api/invitation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password: PASSWORD }),
  });
  return answer.status;
}

describe('stillframe users', () => {
  it('says how to make the first one', async () => {
    expect(await runCli(['users', 'list'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'There are no accounts yet. Open the set-up link that the server printed, or make one: stillframe users create <name> --role admin',
    });
  });

  it('invites, lists, changes and removes people', async () => {
    const made = await runCli(['users', 'create', 'ada', '--role', 'admin'], env);
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(new RegExp(`^${running.server.url}/invitation#code=[\\w-]{43}$`));
    expect(made.stderr).toMatch(/^ada chooses a password by this link, once and until 2/);
    expect(await accept(made.stdout)).toBe(200);
    expect(await accept(made.stdout)).toBe(401);

    await runCli(['users', 'create', 'bob'], env);
    expect(await runCli(['users', 'role', 'bob', 'operator'], env)).toEqual({
      code: 0,
      stdout: 'bob is operator now.',
      stderr: '',
    });
    expect((await runCli(['users', 'disable', 'bob'], env)).stdout).toBe('bob is disabled.');
    const { stdout } = await runCli(['users', 'list'], env);
    expect(stdout).toMatch(/^NAME +ROLE +STATE +SIGNS IN BY +LAST SIGN-IN$/m);
    expect(stdout).toMatch(/^ada +admin +enabled +password +2\d{3}-/m);
    expect(stdout).toMatch(/^bob +operator +disabled +invited +never$/m);
    expect((await runCli(['users', 'enable', 'bob'], env)).stdout).toBe('bob is enabled.');
    expect((await runCli(['users', 'delete', 'bob'], env)).stdout).toBe('Deleted: bob.');
  });

  it('keeps the last administrator, and says which name it does not know', async () => {
    const last = await runCli(['users', 'role', 'ada', 'viewer'], env);
    expect([last.code, last.stderr]).toEqual([
      1,
      'stillframe: This is the last administrator who can sign in (last_admin). Make somebody else an administrator first.',
    ]);
    const unknown = await runCli(['users', 'disable', 'zoe'], env);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'stillframe: There is no account with the name "zoe" (user_not_found). See stillframe users list.',
    ]);
    expect((await runCli(['users', 'role', 'ada', 'root'], env)).code).toBe(2);
  });
});

describe('stillframe keys', () => {
  const keys = async (): Promise<readonly SdkKey[]> =>
    JSON.parse((await runCli(['keys', 'list', '--json'], env)).stdout) as SdkKey[];

  it('makes a key whose secret stands alone on stdout, rotates it and revokes it', async () => {
    const made = await runCli(
      ['keys', 'create', 'shop', '--service', 'shop', '--scope', 'ingest', '--expires-in', '90d'],
      env,
    );
    expect(made.stdout).toMatch(/^sf_[a-z0-9]{12}_[\w-]{43}$/);
    const id = made.stdout.split('_')[1] ?? '';
    expect((await keys()).find((key) => key.id === id)).toMatchObject({
      name: 'shop',
      serviceName: 'shop',
      scopes: ['ingest'],
      revokedAt: null,
    });
    const rotated = await runCli(['keys', 'rotate', id.slice(0, 8), '--grace', '1h'], env);
    expect(rotated.stdout).toMatch(/^sf_[a-z0-9]{12}_[\w-]{43}$/);
    const successor = rotated.stdout.split('_')[1] ?? '';
    expect((await keys()).find((key) => key.id === id)).toMatchObject({ replacedBy: successor });
    expect((await runCli(['keys', 'revoke', successor], env)).stdout).toBe(`Revoked: shop (${successor}).`);
    expect((await runCli(['keys', 'list'], env)).stdout).toMatch(
      new RegExp(`^${successor} +revoked +shop +default +shop +ingest +never$`, 'm'),
    );
  });

  it('refuses a scope that there is not, and an id that nothing has', async () => {
    expect((await runCli(['keys', 'create', 'x', '--scope', 'admin'], env)).code).toBe(2);
    expect(await runCli(['keys', 'revoke', 'zzz'], env)).toMatchObject({
      code: 1,
      stderr: 'stillframe: None of the keys has the id "zzz" (not_found). See stillframe keys list.',
    });
  });
});

describe('stillframe tokens', () => {
  it('makes a token for a person, which then opens the same commands for exactly its role', async () => {
    const made = await runCli(
      ['tokens', 'create', 'ci', '--user', 'ada', '--role', 'operator', '--expires-in-days', '7'],
      env,
    );
    expect(made.stdout).toMatch(/^sfp_[a-z0-9]{12}_[\w-]{43}$/);
    const asAda = { STILLFRAME_URL: running.server.url, STILLFRAME_TOKEN: made.stdout };
    expect(await runCli(['breakpoints', 'list'], asAda)).toMatchObject({ code: 0 });
    expect(await runCli(['users', 'list'], asAda)).toMatchObject({
      code: 1,
      stderr: 'stillframe: This needs the role "admin" (not_allowed). Ask an administrator.',
    });
    const id = made.stdout.split('_')[1] ?? '';
    const rotated = await runCli(['tokens', 'rotate', id, '--grace', '1s'], asAda);
    expect(rotated.stdout).toMatch(/^sfp_/);
    const successor = rotated.stdout.split('_')[1] ?? '';
    const listed = JSON.parse(
      (await runCli(['tokens', 'list', '--json'], { ...asAda, STILLFRAME_TOKEN: rotated.stdout })).stdout,
    ) as PersonalToken[];
    expect(listed.map((token) => [token.id, token.replacedBy])).toEqual([
      [id, successor],
      [successor, null],
    ]);
    expect((await runCli(['tokens', 'revoke', successor], env)).stdout).toBe(
      `Revoked: ci of ada (${successor}).`,
    );
    expect(
      (await runCli(['breakpoints', 'list'], { ...asAda, STILLFRAME_TOKEN: rotated.stdout })).stderr,
    ).toContain('does not take this token (not_signed_in)');
    expect((await runCli(['tokens', 'list', '--everybody'], env)).stdout).toMatch(
      new RegExp(`^${successor} +revoked +ci +ada +operator +2`, 'm'),
    );
  });

  it('says that the local token belongs to nobody', async () => {
    expect(await runCli(['tokens', 'create', 'ci'], env)).toMatchObject({
      code: 1,
      stderr:
        'stillframe: The local token belongs to nobody (bad_request). Say in "userName", on the command line by --user, whose the new one is to be.',
    });
  });
});
