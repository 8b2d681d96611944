import { StoreError } from './store-error.ts';

const PATTERN = /^sn-([0-9a-z]{1,11})$/;

/** The opaque place of a snapshot in the order of arrival. */
export function encodeCursor(sequence: number): string {
  return `sn-${sequence.toString(36)}`;
}

/** The sequence behind a cursor. Throws `bad_cursor` for text that no {@link encodeCursor} made. */
export function decodeCursor(cursor: string): number {
  const digits = PATTERN.exec(cursor)?.[1];
  const sequence = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  // The comparison refuses what is too large to be exact, and leading zeros.
  if (!Number.isSafeInteger(sequence) || encodeCursor(sequence) !== cursor) {
    throw new StoreError('bad_cursor', 'This cursor was not made by this server. Start again without one.');
  }
  return sequence;
}
