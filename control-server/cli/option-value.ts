import { InvalidArgumentError } from 'commander';

/** A whole number of an option, within its range. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

const DURATION = /^(\d{1,6})(s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h` or `7d` in milliseconds. */
export function parseDurationMs(text: string): number {
  const match = DURATION.exec(text);
  const count = Number(match?.[1]);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (unitMs !== undefined && count > 0) return count * unitMs;
  throw new InvalidArgumentError('Write it as 90s, 30m, 2h or 7d.');
}

/** Collects an option that may be given several times. */
export function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
