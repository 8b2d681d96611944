import type { Command } from 'commander';
import { rangeOfRetention } from '../retention-options.ts';
import type { RetentionOptions } from '../retention-options.ts';
import { CommandError } from './command-error.ts';
import { parseWholeNumber } from './option-value.ts';

interface RetentionFlag {
  readonly name: keyof RetentionOptions;
  readonly flag: string;
  readonly variable: string;
  readonly description: string;
}

const FLAGS: readonly RetentionFlag[] = [
  {
    name: 'retentionDays',
    flag: '--retention-days <number>',
    variable: 'STILLFRAME_RETENTION_DAYS',
    description: 'days that snapshots are kept (default: 7; STILLFRAME_RETENTION_DAYS)',
  },
  {
    name: 'retentionPerBreakpoint',
    flag: '--retention-per-breakpoint <number>',
    variable: 'STILLFRAME_RETENTION_PER_BREAKPOINT',
    description: 'snapshots kept of one breakpoint (default: 1000; STILLFRAME_RETENTION_PER_BREAKPOINT)',
  },
  {
    name: 'retentionMb',
    flag: '--retention-mb <number>',
    variable: 'STILLFRAME_RETENTION_MB',
    description: 'mebibytes kept of all snapshots (default: 10240; STILLFRAME_RETENTION_MB)',
  },
  {
    name: 'retentionPinnedMb',
    flag: '--retention-pinned-mb <number>',
    variable: 'STILLFRAME_RETENTION_PINNED_MB',
    description:
      'mebibytes that pinned snapshots may have besides (default: 1024; STILLFRAME_RETENTION_PINNED_MB)',
  },
  {
    name: 'retentionAuditDays',
    flag: '--retention-audit-days <number>',
    variable: 'STILLFRAME_RETENTION_AUDIT_DAYS',
    description: 'days that the audit is kept (default: 365; STILLFRAME_RETENTION_AUDIT_DAYS)',
  },
];

/** Adds the options of how long snapshots are kept. */
export function addRetentionFlags(command: Command): Command {
  for (const { name, flag, description } of FLAGS) {
    const { min, max } = rangeOfRetention(name);
    command.option(flag, description, parseWholeNumber(min, max));
  }
  return command;
}

/** What the flags, else the environment say; an empty variable counts as unset. */
export function readRetention(flags: RetentionOptions, env: NodeJS.ProcessEnv): RetentionOptions {
  const found: Partial<Record<keyof RetentionOptions, number>> = {};
  for (const { name, variable } of FLAGS) {
    const value = flags[name] ?? readVariable(name, variable, env[variable]?.trim() ?? '');
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function readVariable(name: keyof RetentionOptions, variable: string, text: string): number | undefined {
  if (text === '') return undefined;
  const { min, max } = rangeOfRetention(name);
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CommandError(
    'usage',
    `${variable} is ${JSON.stringify(text)}`,
    `It must be a whole number from ${min} to ${max}.`,
  );
}
