import { InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';

/** A whole number of an option, within its range. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/**
 * The same of a variable of the environment; undefined where it is not set or empty.
 * @throws CommandError `usage`
 */
export function readWholeNumber(
  env: NodeJS.ProcessEnv,
  variable: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = env[variable]?.trim() ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CommandError(
    'usage',
    `${variable} is ${JSON.stringify(text)}`,
    `It must be a whole number from ${min} to ${max}.`,
  );
}

const DURATION = /^(\d{1,6})(s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h` or `7d` in milliseconds. */
export function parseDurationMs(text: string): number {
  const durationMs = readDurationMs(text);
  if (durationMs !== null && durationMs > 0) return durationMs;
  throw new InvalidArgumentError('Write it as 90s, 30m, 2h or 7d.');
}

/** An instant: `30m` is half an hour ago, `0m` is now. Anything else is handed on as it is, for the server to judge. */
export function toInstant(text: string, nowMs: number): string {
  const agoMs = readDurationMs(text);
  return agoMs === null || agoMs > nowMs ? text : new Date(nowMs - agoMs).toISOString();
}

function readDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  return unitMs === undefined ? null : Number(match?.[1]) * unitMs;
}

/** Collects an option that may be given several times. */
export function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
