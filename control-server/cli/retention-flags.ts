import type { Command } from 'commander';
import { rangeOfRetention } from '../retention-options.ts';
import type { RetentionOptions } from '../retention-options.ts';
import { parseWholeNumber, readWholeNumber } from './option-value.ts';

interface RetentionFlag {
  readonly name: keyof RetentionOptions;
  readonly flag: string;
  readonly variable: string;
  readonly description: string;
  /** What holds when nothing is said. */
  readonly standard: number;
}

const FLAGS: readonly RetentionFlag[] = [
  {
    name: 'retentionDays',
    flag: '--retention-days <number>',
    variable: 'STILLFRAME_RETENTION_DAYS',
    description: 'days that snapshots are kept',
    standard: 7,
  },
  {
    name: 'retentionPerBreakpoint',
    flag: '--retention-per-breakpoint <number>',
    variable: 'STILLFRAME_RETENTION_PER_BREAKPOINT',
    description: 'snapshots kept of one breakpoint',
    standard: 1_000,
  },
  {
    name: 'retentionMb',
    flag: '--retention-mb <number>',
    variable: 'STILLFRAME_RETENTION_MB',
    description: 'mebibytes kept of all snapshots',
    standard: 10_240,
  },
  {
    name: 'retentionPinnedMb',
    flag: '--retention-pinned-mb <number>',
    variable: 'STILLFRAME_RETENTION_PINNED_MB',
    description: 'mebibytes that pinned snapshots may have besides',
    standard: 1_024,
  },
  {
    name: 'retentionAuditDays',
    flag: '--retention-audit-days <number>',
    variable: 'STILLFRAME_RETENTION_AUDIT_DAYS',
    description: 'days that the audit is kept',
    standard: 365,
  },
];

/** Adds the options of how long snapshots are kept. */
export function addRetentionFlags(command: Command): Command {
  for (const { name, flag, variable, description, standard } of FLAGS) {
    const { min, max } = rangeOfRetention(name);
    command.option(
      flag,
      `${description}, ${min} to ${max} (default: ${standard}; ${variable})`,
      parseWholeNumber(min, max),
    );
  }
  return command;
}

/** What the flags, else the environment say; an empty variable counts as unset. */
export function readRetention(flags: RetentionOptions, env: NodeJS.ProcessEnv): RetentionOptions {
  const found: Partial<Record<keyof RetentionOptions, number>> = {};
  for (const { name, variable } of FLAGS) {
    const value = flags[name] ?? readWholeNumber(env, variable, rangeOfRetention(name));
    if (value !== undefined) found[name] = value;
  }
  return found;
}
