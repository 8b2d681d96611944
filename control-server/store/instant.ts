import { StoreError } from './store-error.ts';

/**
 * Milliseconds since 1970 of an RFC 3339 instant. Instants are stored as numbers, so that every flavour compares.
 * Throws `bad_value`, naming the field, for text that is none.
 */
export function readInstant(text: string, field: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new StoreError('bad_value', `"${field}" is not an RFC 3339 instant such as 2026-11-21T10:00:00Z.`);
  }
  return time;
}

/** Like {@link readInstant}, for a field that may be null. */
export function readOptionalInstant(text: string | null | undefined, field: string): number | null {
  return text === null || text === undefined ? null : readInstant(text, field);
}

/** RFC 3339 in UTC with milliseconds. */
export function toIso(time: number): string {
  return new Date(time).toISOString();
}

/** Like {@link toIso}, for a column that may be null. */
export function toOptionalIso(time: number | null): string | null {
  return time === null ? null : toIso(time);
}
