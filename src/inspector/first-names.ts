/** Names that are taken in at once: less than a millisecond of sorting. */
const NAMES_AT_ONCE = 500;

/**
 * The first of many names in their order, in pieces: to sort a hundred thousand at once takes a tenth of a second.
 * @param breathe called between pieces: gives way to the event loop when the turn has worked long enough
 */
export async function firstNames(
  names: Iterable<string>,
  maxNames: number,
  breathe: () => Promise<void>,
): Promise<readonly string[]> {
  let first: readonly string[] = [];
  let piece: string[] = [];
  for (const name of names) {
    piece.push(name);
    if (piece.length < NAMES_AT_ONCE) continue;
    first = merge(first, piece, maxNames);
    piece = [];
    await breathe();
  }
  return merge(first, piece, maxNames);
}

/** What is sorted already costs the sort next to nothing. */
function merge(sorted: readonly string[], piece: readonly string[], maxNames: number): readonly string[] {
  const last = sorted[maxNames - 1];
  const fresh = last === undefined ? piece : piece.filter((name) => name < last);
  return fresh.length === 0 ? sorted : [...sorted, ...fresh].toSorted(byUnits).slice(0, maxNames);
}

function byUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
