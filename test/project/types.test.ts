import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import agent from '../../package.json' with { type: 'json' };
import server from '../../control-server/package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');
const PROGRAM = `
import { captureSnapshot, init } from 'stillframe';
import type { AgentOptions, SnapshotAgent } from 'stillframe';
import { createScrubber } from 'stillframe/scrub';
import * as testing from 'stillframe/testing';
import 'stillframe/register';
import { createControlServer } from '@stillframe/control-server';

const options: AgentOptions = {};
export const started: SnapshotAgent = init(options);
export const known = [createScrubber, testing, createControlServer];
// @ts-expect-error -- a label is a text: what is imported has its types
captureSnapshot(1);
`;
const REQUIRING = `
import stillframe = require('stillframe');
import controlServer = require('@stillframe/control-server');

export const known = [controlServer.createControlServer];
// @ts-expect-error -- a label is a text: what is required has its types
stillframe.captureSnapshot(1);
`;

let folder: string;
beforeAll(() => {
  // Inside of the repository, so that it finds the types of Node.
  folder = mkdtempSync(join(ROOT, 'node_modules', '.build-'));
  publish(agent.name, '.', /types-for-require\.ts dist ([\w/ ]+) &&/.exec(agent.scripts['build:agent'])?.[1]);
  publish(server.name, 'control-server', 'control-server/index');
  for (const name of ['program.ts', 'program.cts', 'program.mts']) writeFileSync(join(folder, name), PROGRAM);
  writeFileSync(join(folder, 'requiring.cts'), REQUIRING);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  const compilerOptions = { noEmit: true, strict: true, target: 'es2022', types: ['node'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A package as it is installed, as far as TypeScript looks at it. */
function publish(name: string, workspace: string, entries = ''): void {
  const to = join(folder, 'node_modules', name);
  mkdirSync(to, { recursive: true });
  cpSync(join(ROOT, workspace, 'package.json'), join(to, 'package.json'));
  const dist = join(to, 'dist');
  const flags = ['--emitDeclarationOnly', '--outDir', dist];
  execFileSync(TSC, ['-p', join(ROOT, workspace, 'tsconfig.build.json'), ...flags]);
  execFileSync(process.execPath, [join(ROOT, 'types-for-require.ts'), dist, ...entries.split(' ')]);
}

it.each(['node16', 'node18', 'node20', 'nodenext'])(
  'the packages can be imported and required by TypeScript of CommonJS, with "module": "%s"',
  (module) => {
    const { status, stdout } = spawnSync(TSC, ['-p', folder, '--module', module], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  },
);
