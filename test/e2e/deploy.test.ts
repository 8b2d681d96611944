import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSelfSignedCertificate } from '../helpers/self-signed-certificate.ts';
import { copySources, createMachine, linkPackages, parseDockerfile, parseUnit } from './install-steps.ts';
import type { Instruction, Machine } from './install-steps.ts';

const repository = join(import.meta.dirname, '..', '..');
const dockerfile = parseDockerfile(readFileSync(join(repository, 'deploy', 'Dockerfile'), 'utf8'));
const unitText = readFileSync(join(repository, 'deploy', 'stillframe.service'), 'utf8');
const PASSWORD = 'correct horse battery staple';

const last = (name: string): string =>
  dockerfile.findLast((instruction) => instruction.name === name)?.text ?? '';
const list = (name: string): string[] => JSON.parse(last(name).replace(/^[^[]*/, '')) as string[];

let machine: Machine;
/** Where the last stage has put everything. */
let workdir = '';
beforeAll(() => {
  machine = createMachine();
  for (const instruction of dockerfile) perform(instruction);
}, 300_000);
afterAll(() => machine[Symbol.dispose]());

/** One step of the Dockerfile: its own words, with absolute paths moved below the machine's folder. */
function perform({ name, text }: Instruction): void {
  switch (name) {
    case 'WORKDIR':
      workdir = machine.path(text);
      machine.run(`mkdir -p ${workdir}`, machine.root);
      return;
    case 'COPY':
      copy(text.split(' '));
      return;
    case 'RUN':
      if (text.startsWith('npm ci ')) linkPackages(repository, workdir);
      else machine.run(moved(text).replaceAll(/ -[og] \d+/g, ''), workdir);
  }
}

function copy(words: readonly string[]): void {
  const stage = words.find((word) => word.startsWith('--from='));
  const [target = '', ...sources] = words.filter((word) => word !== stage).toReversed();
  for (const source of sources) {
    if (source === '.') return copySources(repository, workdir);
    const from = stage === undefined ? join(repository, source) : machine.path(source);
    const to = join(workdir, target, target.endsWith('/') ? (source.split('/').at(-1) ?? '') : '');
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  if (process.getuid?.() === 0) spawnSync('chown', ['-Rh', '65534:65534', workdir]);
}

function moved(text: string): string {
  return text.replaceAll(/(?<=^|[\s"'=])\/(?=var\/|opt\/|build|packages)/g, `${machine.root}/`);
}

async function expectToServe(url: string): Promise<void> {
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' });
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script')]);
}

/** The exit code of the image's own check, asked at another port. */
function checkHealth(port: string): number | null {
  const [program = '', ...args] = list('HEALTHCHECK');
  return spawnSync(
    program,
    args.map((word) => word.replace('7070', port)),
  ).status;
}

describe('deploy/Dockerfile', () => {
  it('runs as a user that is not root, and keeps its data in a folder of its own', () => {
    expect(last('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const order = dockerfile.map(({ name }) => name);
    expect(order.lastIndexOf('USER')).toBeLessThan(order.lastIndexOf('ENTRYPOINT'));
    expect(order.slice(order.lastIndexOf('USER'))).not.toContain('RUN');
    expect(last('VOLUME')).toBe('/var/lib/stillframe');
    expect(statSync(machine.path('/var/lib/stillframe')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(workdir, 'control-server', 'dist', 'dashboard', 'index.html'))).toBe(true);
    // Nothing that only a build needs.
    expect(readdirSync(join(workdir, 'control-server')).toSorted()).toEqual(['bin', 'dist', 'package.json']);
  });

  it('serves, writes nothing but its data, and ends in order at SIGTERM', async () => {
    const data = machine.path('/var/lib/stillframe');
    const command = [...list('ENTRYPOINT'), ...list('CMD'), '--port', '0'].map(moved);
    const server = machine.start(command, workdir, [data], { STILLFRAME_ADMIN_PASSWORD: PASSWORD });
    const { port } = new URL(await server.url());
    const url = `http://127.0.0.1:${port}`;
    await expectToServe(url);
    expect(checkHealth(port)).toBe(0);
    expect(readdirSync(data)).toContain('stillframe.db');
    expect(await server.end('SIGTERM')).toBe(0);
    expect(readdirSync(data)).not.toContain('server.json');
    expect(server.output()).not.toMatch(/error|warning/i);
  });

  it('is healthy behind a certificate of its own too, and not when nothing answers', async () => {
    const folder = machine.path('/var/lib/tls');
    machine.run(`mkdir -p ${folder}`, machine.root);
    const { cert, key } = createSelfSignedCertificate('stillframe.example.com');
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    const tls = ['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')];
    const command = [...list('ENTRYPOINT'), 'serve', ...tls, '--port', '0', '--data-dir', folder];
    const server = machine.start(command, workdir, [folder]);
    const url = new URL(await server.url());
    expect(url.protocol).toBe('https:');
    expect(checkHealth(url.port)).toBe(0);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(checkHealth(url.port)).toBe(1);
  });

  it('refuses to be open to a network while nobody has an account', async () => {
    const empty = machine.path('/var/lib/empty');
    machine.run(`mkdir -p ${empty}`, machine.root);
    const command = [...list('ENTRYPOINT'), 'serve', '--host', '0.0.0.0', '--port', '0', '--data-dir', empty];
    const server = machine.start(command, workdir, [empty]);
    expect(await new Promise((resolve) => server.child.once('exit', resolve))).not.toBe(0);
    expect(server.output()).toContain('no_credentials');
  });
});

describe('deploy/stillframe.service', () => {
  const service = parseUnit(unitText, 'Service');

  it('gives the server nothing but its data folder and its sockets', () => {
    expect(Object.fromEntries(service)).toMatchObject({
      DynamicUser: 'yes',
      StateDirectory: 'stillframe',
      StateDirectoryMode: '0700',
      UMask: '0077',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      PrivateTmp: 'yes',
      PrivateDevices: 'yes',
      CapabilityBoundingSet: '',
      RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX',
      KillSignal: 'SIGTERM',
    });
    expect(service.has('User')).toBe(false);
    expect(service.get('MemoryDenyWriteExecute')).toBe(undefined);
  });

  it('starts the server, which prints its set-up link, and ends it in order', async () => {
    const installed = '/opt/stillframe/lib/node_modules/@stillframe/control-server';
    const [, data = ''] = /--data-dir (\S+)/.exec(service.get('ExecStart') ?? '') ?? [];
    expect(data).toBe(`/var/lib/${service.get('StateDirectory')}`);
    const state = machine.path('/var/lib/unit');
    machine.run(`mkdir -p ${state}`, machine.root);
    const command = (service.get('ExecStart') ?? '')
      .replace('/usr/bin/node', process.execPath)
      .replace(installed, join(workdir, 'control-server'))
      .replace(data, state)
      .split(' ');
    const server = machine.start([...command, '--port', '0'], workdir, [state]);
    await expectToServe(await server.url());
    expect(server.output()).toMatch(/\/setup#code=/);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});
