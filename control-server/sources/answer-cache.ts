import type { SourceAnswer } from '../../src/protocol/source.ts';

/** What agents said a moment ago. */
export interface AnswerCache {
  /** The answer that is known, or is on its way; else a new one. Refusals, and that nothing came, are not kept. */
  get(key: string, ask: () => Promise<SourceAnswer | null>): Promise<SourceAnswer | null>;
}

interface Kept {
  readonly answer: Promise<SourceAnswer | null>;
  readonly askedAtMs: number;
  size: number;
}

const KEPT_MS = 10_000;
const MAX_ANSWERS = 128;
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** Of a file in a list. */
const LISTED_CHARACTERS = 256;

/** An empty cache. */
export function createAnswerCache(now: () => number): AnswerCache {
  const kept = new Map<string, Kept>();
  let characters = 0;

  function forget(key: string): void {
    characters -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  }

  function makeRoom(): void {
    for (const [key, { askedAtMs }] of kept) {
      const isOld = now() - askedAtMs >= KEPT_MS;
      if (!isOld && kept.size <= MAX_ANSWERS && characters <= MAX_CHARACTERS) return;
      forget(key);
    }
  }

  return {
    get(key, ask) {
      const known = kept.get(key);
      if (known !== undefined && now() - known.askedAtMs < KEPT_MS) return known.answer;
      forget(key);
      const entry: Kept = { answer: ask(), askedAtMs: now(), size: 0 };
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
