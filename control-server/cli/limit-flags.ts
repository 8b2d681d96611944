import type { Command } from 'commander';
import { LIMIT_RANGES } from '../limit-options.ts';
import type { LimitName, LimitOptions } from '../limit-options.ts';
import { parseWholeNumber, readWholeNumber } from './option-value.ts';

/** Each flag is named like its option, its variable like the flag: `--drain-ms`, `STILLFRAME_DRAIN_MS`. */
const DESCRIPTIONS: Readonly<Record<LimitName, string>> = {
  maxStreamAgeMs: 'age at which a control stream is ended, give or take a fifth',
  drainMs: 'over how long the streams are ended when a signal ends the server (0: at once)',
  diskLimitPercent: 'of the disk, beyond which nothing more is stored',
  keySnapshotsPerSecond: 'that one SDK key may send',
  keyMbPerDay: 'mebibytes a day that one SDK key may send',
  keyAgents: 'that may be there with one SDK key',
  keyServices: 'that one SDK key may bring',
};

/** Adds the options of how much the server takes. */
export function addLimitFlags(command: Command): Command {
  for (const name of limitNames()) {
    const { min, max, standard } = LIMIT_RANGES[name];
    command.option(
      `--${kebab(name)} <number>`,
      `${DESCRIPTIONS[name]}, ${min} to ${max} (default: ${standard}; ${variableOf(name)})`,
      parseWholeNumber(min, max),
    );
  }
  return command;
}

/** What the flags, else the environment say; an empty variable counts as unset. */
export function readLimits(flags: LimitOptions, env: NodeJS.ProcessEnv): LimitOptions {
  const found: Partial<Record<LimitName, number>> = {};
  for (const name of limitNames()) {
    const value = flags[name] ?? readWholeNumber(env, variableOf(name), LIMIT_RANGES[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function limitNames(): LimitName[] {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the keys of the table above
  return Object.keys(DESCRIPTIONS) as LimitName[];
}

function kebab(name: LimitName): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function variableOf(name: LimitName): string {
  return `STILLFRAME_${kebab(name).replaceAll('-', '_').toUpperCase()}`;
}
