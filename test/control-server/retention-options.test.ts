import { expect, test } from 'vitest';
import { resolveRetention } from '../../control-server/retention-options.ts';
import { readRetention } from '../../control-server/cli/retention-flags.ts';

test('what is given becomes a limit of the store, and nothing else does', () => {
  expect(resolveRetention({})).toEqual({});
  const options = { retentionDays: 30, retentionPerBreakpoint: 5, retentionMb: 2, retentionPinnedMb: 0 };
  expect(resolveRetention(options)).toEqual({
    maxAgeMs: 2_592_000_000,
    maxSnapshotsPerBreakpoint: 5,
    maxTotalBytes: 2_097_152,
    maxPinnedBytes: 0,
  });
});

test.each([
  ['retentionDays', 1, 3_650],
  ['retentionPerBreakpoint', 1, 1_000_000],
  ['retentionMb', 1, 1_048_576],
  ['retentionPinnedMb', 0, 1_048_576],
  ['retentionAuditDays', 30, 3_650],
] as const)('%s has both its edges', (name, min, max) => {
  for (const value of [min, max]) expect(() => resolveRetention({ [name]: value })).not.toThrow();
  for (const value of [min - 1, max + 1, 1.5, Number.NaN, '7']) {
    expect(() => resolveRetention({ [name]: value })).toThrow(
      `${name} must be a whole number from ${min} to ${max}`,
    );
  }
});

test('a flag wins over the environment, and an empty variable is unset', () => {
  const env = {
    STILLFRAME_RETENTION_DAYS: '14',
    STILLFRAME_RETENTION_MB: ' ',
    STILLFRAME_RETENTION_PINNED_MB: '0',
  };
  expect(readRetention({}, env)).toEqual({ retentionDays: 14, retentionPinnedMb: 0 });
  expect(readRetention({ retentionDays: 3 }, env)).toEqual({ retentionDays: 3, retentionPinnedMb: 0 });
});
