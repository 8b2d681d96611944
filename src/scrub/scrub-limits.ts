import { DEFAULT_LIMITS, HARD_LIMITS, MIN_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { CaptureLimits } from '../protocol/limits.ts';
import { ScrubOptionError, describeReceived } from './scrub-error.ts';

/** Time that the scrub of one snapshot may take: far beyond what linear finders need, it is there for what nobody foresaw. */
export const DEFAULT_BUDGET_MS = 250;

/** The walk that scrubs goes no deeper: below, it says that it has not looked. */
const MAX_DEPTH = 64;
const MAX_COUNT = 1_000_000_000;

type LimitName = keyof CaptureLimits;
const RANGES: Readonly<Record<LimitName, readonly [min: number, max: number]>> = {
  maxDepth: [1, MAX_DEPTH],
  maxElements: [1, MAX_COUNT],
  maxProperties: [1, MAX_COUNT],
  maxStringLength: [1, MAX_COUNT],
  maxPayloadBytes: [MIN_PAYLOAD_BYTES, MAX_COUNT],
  maxCopyMs: [1, MAX_COUNT],
  // Without a stack to keep it changes nothing; taken so that the limits of an agent can be passed as they are.
  maxFrames: [0, MAX_COUNT],
};

/**
 * The limits of a scrubber by itself, and whether they are wider than an agent's may be. A copy has no time limit but a
 * given one: nobody's hot path waits for it, and what comes out is not to hang on how busy the machine is.
 * @throws ScrubOptionError
 */
export function readLimits(given: unknown = {}): {
  readonly limits: CaptureLimits;
  readonly isWide: boolean;
} {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ScrubOptionError(
      'STILLFRAME_BAD_LIMIT',
      `limits must be an object such as {maxDepth: 20}, not ${describeReceived(given)}.`,
    );
  const limits: Record<LimitName, number> = { ...DEFAULT_LIMITS, maxCopyMs: Number.POSITIVE_INFINITY };
  let isWide = false;
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (!isLimit(name))
      throw new ScrubOptionError(
        'STILLFRAME_BAD_LIMIT',
        `limits: ${describeReceived(name)} is not known. There are ${Object.keys(RANGES).join(', ')}.`,
      );
    if (value === undefined) continue;
    limits[name] = readWhole(`limits.${name}`, value, RANGES[name]);
    isWide ||= limits[name] > HARD_LIMITS[name];
  }
  return { limits, isWide };
}

/**
 * Milliseconds that one scrub may take.
 * @throws ScrubOptionError
 */
export function readBudget(given: unknown, isWide: boolean): number {
  if (given === undefined) return isWide ? Number.POSITIVE_INFINITY : DEFAULT_BUDGET_MS;
  return readWhole('budgetMs', given, [1, MAX_COUNT]);
}

function isLimit(name: string): name is LimitName {
  return Object.hasOwn(RANGES, name);
}

function readWhole(name: string, value: unknown, [min, max]: readonly [number, number]): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = `a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  throw new ScrubOptionError(
    'STILLFRAME_BAD_LIMIT',
    `${name} must be ${range}, not ${describeReceived(value)}.`,
  );
}
