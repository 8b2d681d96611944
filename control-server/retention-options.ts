import { ControlServerError } from './control-server-error.ts';
import type { Retention } from './store/retention.ts';

/** How long snapshots are kept; whichever limit is reached first deletes, the oldest first. Pinned ones stay. */
export interface RetentionOptions {
  /** Days since a snapshot was received, 1 to 3,650. Default 7. */
  readonly retentionDays?: number;
  /** Snapshots of one breakpoint, 1 to 1,000,000. Default 1,000. */
  readonly retentionPerBreakpoint?: number;
  /** Mebibytes of all snapshots together, 1 to 1,048,576. Default 10,240; the database is somewhat larger. */
  readonly retentionMb?: number;
  /** Mebibytes of all pinned snapshots together, 0 to 1,048,576, besides the others. Default 1,024. */
  readonly retentionPinnedMb?: number;
  /** Days since an entry of the audit was written, 30 to 3,650. Default 365. */
  readonly retentionAuditDays?: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const MB_BYTES = 1024 * 1024;

/** The range of each option, and what the store is told of it. */
const OPTIONS: Readonly<
  Record<
    keyof RetentionOptions,
    { readonly min: number; readonly max: number; readonly limit: keyof Retention; readonly unit: number }
  >
> = {
  retentionDays: { min: 1, max: 3_650, limit: 'maxAgeMs', unit: DAY_MS },
  retentionPerBreakpoint: { min: 1, max: 1_000_000, limit: 'maxSnapshotsPerBreakpoint', unit: 1 },
  retentionMb: { min: 1, max: 1_048_576, limit: 'maxTotalBytes', unit: MB_BYTES },
  retentionPinnedMb: { min: 0, max: 1_048_576, limit: 'maxPinnedBytes', unit: MB_BYTES },
  retentionAuditDays: { min: 30, max: 3_650, limit: 'maxAuditAgeMs', unit: DAY_MS },
};

/** Range of an option, for who reads it from a text. */
export function rangeOfRetention(name: keyof RetentionOptions): {
  readonly min: number;
  readonly max: number;
} {
  return OPTIONS[name];
}

/**
 * The limits that are given; what is left out has the store's default.
 * @throws ControlServerError `bad_option`
 */
export function resolveRetention(options: RetentionOptions): Partial<Retention> {
  const limits: Partial<Record<keyof Retention, number>> = {};
  // oxlint-disable-next-line no-unsafe-type-assertion -- the keys of the table above
  for (const name of Object.keys(OPTIONS) as (keyof RetentionOptions)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const { min, max, limit, unit } = OPTIONS[name];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new ControlServerError(
        'bad_option',
        `${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value) ?? typeof value}.`,
      );
    }
    limits[limit] = value * unit;
  }
  return limits;
}
