import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  changeBreakpointOptions,
  createBreakpointOptions,
  toBreakpointPatch,
  toBreakpointRequest,
} from '../../../control-server/cli/breakpoint-options.ts';
import type {
  BreakpointChangeOptions,
  NewBreakpointOptions,
} from '../../../control-server/cli/breakpoint-options.ts';

const NOW_MS = Date.parse('2026-11-21T10:00:00.000Z');
const PLACE = ['--service', 'shop', '--label', 'pay'];
const ALL = [
  ...[
    '--condition',
    'total > 100',
    '--max-captures',
    '5',
    '--expires-in',
    '1h',
    '--log-message',
    'paid {total}',
  ],
  ...['--expression', 'a.b', '--expression', 'c', '--stack-depth', '7', '--max-depth', '2'],
  ...['--max-payload-bytes', '2048', '--disabled'],
];
const SETTINGS = {
  condition: 'total > 100',
  maxCaptures: 5,
  expireAt: '2026-11-21T11:00:00.000Z',
  logMessage: 'paid {total}',
  mode: 'logpoint',
  captureExpressions: ['a.b', 'c'],
  stackDepth: 7,
  maxDepth: 2,
  maxPayloadBytes: 2_048,
  enabled: false,
};
const NOTHING = [
  ...['--condition', '', '--expires-in', '', '--log-message', '', '--expression', ''],
  ...['--stack-depth', '', '--max-depth', '', '--max-payload-bytes', ''],
];

function parse<Options extends object>(
  options: ReturnType<typeof createBreakpointOptions>,
  args: readonly string[],
): Options {
  const command = new Command('it').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of options) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts<Options>();
}
const create = (...args: string[]) =>
  toBreakpointRequest(parse<NewBreakpointOptions>(createBreakpointOptions(), [...PLACE, ...args]), NOW_MS);
const change = (...args: string[]) =>
  toBreakpointPatch(parse<BreakpointChangeOptions>(changeBreakpointOptions(), args), NOW_MS);

describe('the options of breakpoints', () => {
  test('set the same at creation and at a change', () => {
    expect(create(...ALL)).toEqual({ serviceName: 'shop', label: 'pay', ...SETTINGS });
    expect(change(...ALL)).toEqual(SETTINGS);
  });

  test('leave out what is not given', () => {
    expect(create()).toEqual({ serviceName: 'shop', label: 'pay' });
    expect(change('--max-depth', '4')).toEqual({ maxDepth: 4 });
    expect(() => change()).toThrow('Nothing is to change');
  });

  test('take a value away where they are empty', () => {
    expect(change(...NOTHING)).toEqual({
      condition: null,
      expireAt: null,
      logMessage: null,
      mode: 'snapshot',
      captureExpressions: [],
      stackDepth: null,
      maxDepth: null,
      maxPayloadBytes: null,
    });
  });

  test('switch on together with a later end, which an expired breakpoint needs', () => {
    expect(change('--enabled', '--expires-in', '30m')).toEqual({
      enabled: true,
      expireAt: '2026-11-21T10:30:00.000Z',
    });
    expect(() => change('--enabled', '--disabled')).toThrow("cannot be used with option '--enabled'");
  });

  test.each([
    ['--max-captures', 'maxCaptures', 0, 1_000_000_000],
    ['--stack-depth', 'stackDepth', 1, 50],
    ['--max-depth', 'maxDepth', 1, 10],
    ['--max-payload-bytes', 'maxPayloadBytes', 1_024, 262_144],
  ])('take %s (%s) from %i to %i, and say so of anything else', (flag, name, min, max) => {
    for (const make of [create, change]) {
      expect(make(flag, String(min))).toMatchObject({ [name]: min });
      expect(make(flag, String(max))).toMatchObject({ [name]: max });
      for (const value of [min - 1, max + 1, `${min}.5`, 'many']) {
        expect(() => make(`${flag}=${value}`)).toThrow(`It must be a whole number from ${min} to ${max}`);
      }
    }
  });

  test.each(['0m', '90', 'tomorrow', '1.5h'])('refuse %s as a time to an end', (text) => {
    expect(() => change('--expires-in', text)).toThrow('Write it as 90s, 30m, 2h or 7d, or "" for none.');
  });
});
