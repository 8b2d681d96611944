import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addLimitFlags, readLimits } from '../../../control-server/cli/limit-flags.ts';

describe('the limits of a server', () => {
  test('have a flag each, and say their default and their variable', () => {
    const help = addLimitFlags(new Command('serve')).helpInformation().replaceAll(/\s+/g, ' ');
    for (const text of [
      '--max-stream-age-ms <number>',
      '--drain-ms <number>',
      '0 to 600000 (default: 20000; STILLFRAME_DRAIN_MS)',
      '--disk-limit-percent <number>',
      '--key-snapshots-per-second <number>',
      '--key-mb-per-day <number>',
      '--key-agents <number>',
      '--key-services <number>',
    ]) {
      expect(help).toContain(text);
    }
  });

  test('are taken from the flag, else from the environment, where empty counts as unset', () => {
    const env = { STILLFRAME_DRAIN_MS: '0', STILLFRAME_KEY_AGENTS: ' 7 ', STILLFRAME_KEY_MB_PER_DAY: '' };
    expect(readLimits({ keyAgents: 9 }, env)).toEqual({ drainMs: 0, keyAgents: 9 });
    expect(readLimits({}, env)).toEqual({ drainMs: 0, keyAgents: 7 });
  });

  test.each(['-1', '600001', '1.5', 'soon'])('refuse STILLFRAME_DRAIN_MS=%s by its name', (text) => {
    expect(() => readLimits({}, { STILLFRAME_DRAIN_MS: text })).toThrow('STILLFRAME_DRAIN_MS');
  });
});
