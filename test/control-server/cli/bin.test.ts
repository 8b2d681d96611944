import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../../src/protocol/version.ts';
import { runCli } from './cli-process.ts';

const PRETEND = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;

describe('the stillframe command', () => {
  it.each(['12.22.12', '18.20.8', '22.18.0'])('refuses Node %s with one plain line', async (version) => {
    expect(await runCli(['--version'], {}, ['--import', PRETEND(version)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `stillframe: Node ${version} is too old (node_too_old). Use Node 22.19 or newer.`,
    });
  });

  it.each(['22.19.0', '24.0.0', '26.1.0'])('runs on Node %s', async (version) => {
    expect(await runCli(['--version'], {}, ['--import', PRETEND(version)])).toEqual({
      code: 0,
      stdout: VERSION,
      stderr: '',
    });
  });

  it('can be parsed by a Node that is far too old to run it', () => {
    const text = readFileSync(new URL('../../../control-server/bin/stillframe.js', import.meta.url), 'utf8');
    expect(text.replace(/^\/\/.*$/gm, '')).not.toMatch(/\?\.|\?\?|'node:|#\w|^(?:const .*= )?await /m);
  });
});

describe('wrong usage', () => {
  it.each([
    [['frobnicate'], "stillframe: unknown command 'frobnicate' (usage). Try stillframe --help."],
    [
      ['breakpoints', 'lst'],
      "stillframe: unknown command 'lst' (usage). Did you mean list? Try stillframe breakpoints --help.",
    ],
    [['tail', '--colour'], "stillframe: unknown option '--colour' (usage). Try stillframe tail --help."],
    [
      ['breakpoints', 'create', '--service', 'shop'],
      'stillframe: A breakpoint needs either a label or a file with a line (usage). Give --label, or --file with --line.',
    ],
    [
      ['breakpoints', 'create', '--service', 'shop', '--label', 'x', '--file', 'a.js', '--line', '3'],
      'stillframe: A breakpoint needs either a label or a file with a line (usage). Give --label, or --file with --line.',
    ],
    [
      ['breakpoints', 'create', '--service', 'shop', '--line', '0'],
      "stillframe: option '--line <number>' argument '0' is invalid (usage). It must be a whole number from 1 to 10000000. Try stillframe breakpoints create --help.",
    ],
    [
      ['breakpoints', 'create', '--service', 'shop', '--label', 'x', '--expires-in', 'soon'],
      "stillframe: option '--expires-in <duration>' argument 'soon' is invalid (usage). Write it as 90s, 30m, 2h or 7d, or \"\" for none. Try stillframe breakpoints create --help.",
    ],
    [
      ['tail', '--url', 'http://me:secret@127.0.0.1'],
      'stillframe: "http://me:secret@127.0.0.1" is not the address of a server (usage). Write it as http://127.0.0.1:7070.',
    ],
  ])('%j ends with code 2 and says what to write instead', async (args, stderr) => {
    expect(await runCli(args, { STILLFRAME_DATA_DIR: '/nonexistent' })).toEqual({
      code: 2,
      stdout: '',
      stderr,
    });
  });

  it('answers no command at all with the help, on stderr', async () => {
    const { code, stdout, stderr } = await runCli([], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: stillframe');
  });

  it('prints the help that was asked for on stdout', async () => {
    const { code, stdout, stderr } = await runCli(['kill-switch', '--help'], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: stillframe kill-switch');
  });
});

describe('without a server', () => {
  it('says that none runs, and how to get one', async () => {
    expect(await runCli(['breakpoints', 'list', '--data-dir', '/nonexistent'], {})).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'stillframe: No control server runs with the data folder /nonexistent (no_server). ' +
        'Start one with stillframe serve or stillframe demo, or name one with --url and --token.',
    });
  });

  it('says that nothing answers at an address that was given', async () => {
    const { code, stderr } = await runCli(['tail'], {
      STILLFRAME_URL: '127.0.0.1:9',
      STILLFRAME_DATA_DIR: '/nonexistent',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^stillframe: Nothing answers at http:\/\/127\.0\.0\.1:9.*\(server_unreachable\)\./,
    );
  });
});
