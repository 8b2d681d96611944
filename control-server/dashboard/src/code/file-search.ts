/** A file that fits what was typed, and which of its characters do. */
export interface FoundFile {
  readonly path: string;
  /** Offsets in the path. */
  readonly positions: readonly number[];
}

const MAX_FOUND = 50;

/**
 * The files whose path holds all typed characters in their order, the best first: characters in a row, at the start of a
 * word and in the file's name count for more; of files that fit alike the shorter path.
 */
export function searchFiles(paths: readonly string[], typed: string, prefixChars = 0): FoundFile[] {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '').replaceAll('\\', '/');
  if (wanted === '') return paths.slice(0, MAX_FOUND).map((path) => ({ path, positions: [] }));
  return paths
    .flatMap((path) => {
      const found = fit(path, wanted, prefixChars);
      return found === null ? [] : [{ path, ...found }];
    })
    .toSorted((a, b) => b.score - a.score || a.path.length - b.path.length || a.path.localeCompare(b.path))
    .slice(0, MAX_FOUND)
    .map(({ path, positions }) => ({ path, positions }));
}

/** Looks from the end: what people type is mostly the file's name. */
function fit(
  path: string,
  wanted: string,
  prefixChars: number,
): { readonly score: number; readonly positions: readonly number[] } | null {
  const lower = path.toLowerCase().replaceAll('\\', '/');
  const nameStart = lower.lastIndexOf('/') + 1;
  const whole = lower.indexOf(wanted, nameStart);
  const from = whole === -1 ? lower.lastIndexOf(wanted) : whole;
  if (from >= prefixChars) {
    const positions = Array.from(wanted, (_, index) => from + index);
    return { score: 1_000 + scoreOf(path, positions, nameStart), positions };
  }
  const positions: number[] = [];
  let at = lower.length;
  for (let index = wanted.length - 1; index >= 0; index--) {
    at = lower.lastIndexOf(wanted.charAt(index), at - 1);
    if (at < prefixChars || (at === 0 && index > 0)) return null;
    positions.unshift(at);
  }
  return { score: scoreOf(path, positions, nameStart), positions };
}

function scoreOf(path: string, positions: readonly number[], nameStart: number): number {
  let score = 0;
  for (const [index, at] of positions.entries()) {
    if (at >= nameStart) score += 4;
    if (positions[index - 1] === at - 1) score += 6;
    if (isWordStart(path, at)) score += 5;
  }
  return score;
}

function isWordStart(path: string, at: number): boolean {
  const before = path.charAt(at - 1);
  return at === 0 || /[\\/._\s-]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(path.charAt(at)));
}
