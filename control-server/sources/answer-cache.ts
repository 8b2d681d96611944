import type { SourceAnswer } from '../../src/protocol/source.ts';

/** What agents said a moment ago. */
export interface AnswerCache {
  /** The answer that is known, or is on its way; else a new one. Refusals, and that nothing came, are not kept. */
  get(key: string, ask: () => Promise<SourceAnswer | null>): Promise<SourceAnswer | null>;
}

interface Kept {
  readonly answer: Promise<SourceAnswer | null>;
  readonly end: NodeJS.Timeout;
  size: number;
}

const KEPT_MS = 10_000;
const MAX_ANSWERS = 128;
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** Of a file in a list. */
const LISTED_CHARACTERS = 256;

/** An empty cache. What it kept goes by itself: no source stays in memory because nobody asks for more. */
export function createAnswerCache(): AnswerCache {
  const kept = new Map<string, Kept>();
  let characters = 0;

  function forget(key: string): void {
    const entry = kept.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.end);
    characters -= entry.size;
    kept.delete(key);
  }

  function makeRoom(): void {
    for (const key of kept.keys()) {
      if (kept.size <= MAX_ANSWERS && characters <= MAX_CHARACTERS) return;
      forget(key);
    }
  }

  return {
    get(key, ask) {
      const known = kept.get(key);
      if (known !== undefined) return known.answer;
      const end = setTimeout(forget, KEPT_MS, key).unref();
      const entry: Kept = { answer: ask(), end, size: 0 };
      kept.set(key, entry);
      const settled = (size: number | null): void => {
        if (kept.get(key) !== entry) return;
        if (size === null) forget(key);
        else {
          entry.size = size;
          characters += size;
          makeRoom();
        }
      };
      entry.answer.then(
        (answer) => settled(answer === null ? null : sizeOf(answer)),
        () => settled(null),
      );
      return entry.answer;
    },
  };
}

/** Null for what is not kept. */
function sizeOf(answer: SourceAnswer): number | null {
  switch (answer.kind) {
    case 'tree':
      return answer.files.length * LISTED_CHARACTERS;
    case 'file':
      return answer.source.length;
    case 'refused':
      return null;
  }
}
