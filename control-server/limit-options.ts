import { ControlServerError } from './control-server-error.ts';

/** How much the server takes, and how it lets go of streams. */
export interface LimitOptions {
  /** Age at which a control stream is ended, give or take a fifth, 1,000 to 86,400,000. Default 600,000: ten minutes. */
  readonly maxStreamAgeMs?: number;
  /** Time over which `drain` ends the streams, 0 (at once) to 600,000. Default 20,000. */
  readonly drainMs?: number;
  /** Percent of the data folder's file system beyond which nothing more is stored, 1 to 100 (until it is full). Default 90. */
  readonly diskLimitPercent?: number;
  /** Snapshots a second that one SDK key may send, 1 to 1,000,000; ten seconds' worth may come at once. Default 500. */
  readonly keySnapshotsPerSecond?: number;
  /** Mebibytes a day (UTC) that one SDK key may send, unpacked, 1 to 1,048,576. Default 10,240. */
  readonly keyMbPerDay?: number;
  /** Agents that may be there with one SDK key at a time, 1 to 20,000. Default 5,000. */
  readonly keyAgents?: number;
  /** Services that one SDK key may bring, 1 to 10,000; one that is gone for 30 days and has nothing makes room. Default 500. */
  readonly keyServices?: number;
}

/** Every limit with its value. */
export type Limits = Required<LimitOptions>;

/** Name of an option of {@link LimitOptions}. */
export type LimitName = keyof LimitOptions;

/** The range of each limit, and what it is when nothing is said. */
export const LIMIT_RANGES: Readonly<
  Record<LimitName, { readonly min: number; readonly max: number; readonly standard: number }>
> = {
  maxStreamAgeMs: { min: 1_000, max: 86_400_000, standard: 600_000 },
  drainMs: { min: 0, max: 600_000, standard: 20_000 },
  diskLimitPercent: { min: 1, max: 100, standard: 90 },
  keySnapshotsPerSecond: { min: 1, max: 1_000_000, standard: 500 },
  keyMbPerDay: { min: 1, max: 1_048_576, standard: 10_240 },
  keyAgents: { min: 1, max: 20_000, standard: 5_000 },
  keyServices: { min: 1, max: 10_000, standard: 500 },
};

/**
 * Milliseconds between two heartbeats of a stream. Agents take a stream for dead after 45 s of silence, so more than two
 * thirds of that would end every stream again and again.
 */
export const HEARTBEAT_RANGE = { min: 250, max: 30_000, standard: 15_000 } as const;

/**
 * The limits with their defaults.
 * @throws ControlServerError `bad_option`
 */
export function resolveLimits(options: LimitOptions): Limits {
  const read = (name: LimitName): number => {
    const { min, max, standard } = LIMIT_RANGES[name];
    const value = options[name] ?? standard;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ControlServerError(
      'bad_option',
      `${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value) ?? typeof value}.`,
    );
  };
  return {
    maxStreamAgeMs: read('maxStreamAgeMs'),
    drainMs: read('drainMs'),
    diskLimitPercent: read('diskLimitPercent'),
    keySnapshotsPerSecond: read('keySnapshotsPerSecond'),
    keyMbPerDay: read('keyMbPerDay'),
    keyAgents: read('keyAgents'),
    keyServices: read('keyServices'),
  };
}
