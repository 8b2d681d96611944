import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../helpers/until.ts';

/** One line of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, with continued lines put together. */
export function parseDockerfile(text: string): Instruction[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, text: rest.trim() };
    });
}

/** The settings of one section of a systemd unit. */
export function parseUnit(text: string, section: string): Map<string, string> {
  const body = new RegExp(`^\\[${section}\\]\\n([^[]*)`, 'm').exec(text)?.[1] ?? '';
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** A folder that stands for the root of a machine, where steps run as a user without rights. */
export interface Machine extends Disposable {
  readonly root: string;
  /** Where an absolute path of the steps is here. */
  path(absolute: string): string;
  /** Runs a line of shell; throws with what it printed when it fails. */
  run(line: string, cwd: string): void;
  /** Starts a program that must not write to anything but the folders that are named. */
  start(
    command: readonly string[],
    cwd: string,
    writable: readonly string[],
    env?: Record<string, string>,
  ): Started;
}

/** A program under way. */
export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The address that it says it runs at. */
  url(): Promise<string>;
  /** Its exit code after this signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** A test that is run by somebody without rights has none to give away. */
const IDS = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const NODE_BIN = dirname(process.execPath);

export function createMachine(): Machine {
  const root = mkdtempSync(join(tmpdir(), 'stillframe-install-'));
  chmodSync(root, 0o777);
  const home = join(root, 'home');
  mkdirSync(home);
  chmodSync(home, 0o777);
  const env = {
    PATH: `${NODE_BIN}:${process.env['PATH']}`,
    HOME: home,
    npm_config_cache: join(home, '.npm'),
  };
  return {
    root,
    path: (absolute) => join(root, absolute),
    run(line, cwd) {
      const { status, stdout, stderr } = spawnSync('sh', ['-euc', line], {
        cwd,
        env,
        encoding: 'utf8',
        ...IDS,
      });
      if (status !== 0) throw new Error(`${line} ended with ${status}:\n${stdout}\n${stderr}`);
    },
    start(command, cwd, writable, more = {}) {
      // A read-only file system, as far as one can have it without mounting: nobody may write what is installed.
      spawnSync('chmod', ['-R', 'a-w', cwd], IDS);
      for (const folder of writable) spawnSync('chmod', ['700', folder], IDS);
      const [program = '', ...args] = command;
      const child = spawn(program, args, {
        cwd,
        env: { PATH: env.PATH, NODE_ENV: 'production', ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...IDS,
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.stderr.on('data', (chunk) => (output += String(chunk)));
      const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
      return {
        child,
        output: () => output,
        url: () =>
          until(
            `the address of the server (${output})`,
            () => {
              if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
              return /runs at (https?:\S+)/.exec(output)?.[1] ?? null;
            },
            30_000,
          ),
        end(signal) {
          child.kill(signal);
          return exited;
        },
      };
    },
    [Symbol.dispose]() {
      spawnSync('chmod', ['-R', 'u+w', root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What `COPY . .` takes: the files that git knows, as a clean clone has them. */
export function copySources(repository: string, target: string): void {
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    cpSync(join(repository, file), join(target, file), { recursive: true });
  }
  if (isRoot) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, target]);
}

/** In place of what a registry would give: the packages that are installed here, in the very versions of the lock file. */
export function linkPackages(repository: string, target: string): void {
  const installed = join(repository, 'node_modules');
  const linked = join(target, 'node_modules');
  // A folder of its own with links in it: a build keeps files of its own beside the packages.
  for (const name of readdirSync(installed).filter((entry) => !entry.startsWith('.') || entry === '.bin')) {
    const isScope = name.startsWith('@') && name !== '@stillframe';
    const names = isScope ? readdirSync(join(installed, name)).map((inner) => join(name, inner)) : [name];
    for (const each of names) {
      mkdirSync(dirname(join(linked, each)), { recursive: true });
      if (name !== '@stillframe') symlinkSync(join(installed, each), join(linked, each));
    }
  }
  if (isRoot) spawnSync('chown', ['-Rh', `${NOBODY}:${NOBODY}`, linked]);
}
