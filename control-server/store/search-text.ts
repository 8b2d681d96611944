import { isRecord } from '../../src/protocol/json.ts';
import type { JsonValue } from '../../src/protocol/json.ts';
import { parseSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { hasPhrase, indexedWordsOf } from './search-words.ts';
import type { SearchPhrase } from './search-words.ts';

/** Characters of one captured string that can be found. */
export const MAX_INDEXED_STRING_LENGTH = 512;
/** Characters of one snapshot that can be found, keys and values together: whole bodies would cost ten times the insert. */
const MAX_INDEXED_LENGTH = 16_384;

/** Characters of a label, a function and a file that can be found, each: as much as a list shows. */
const MAX_PLACE_LENGTH = 512;

/** What an index holds of one snapshot, as words with spaces between. */
export interface SearchText {
  /** Label, function and file: what everybody who sees the list may search. */
  readonly place: string;
  /** Keys, strings, numbers and the log message: for those who may see values. */
  readonly values: string;
}

/** The words by which a search finds the snapshot. */
export function searchTextOf(snapshot: Snapshot): SearchText {
  const { label, functionName, filePath, variables, expressionResults, logMessage } = snapshot;
  const texts = new BoundedTexts();
  texts.add(logMessage ?? '');
  collect(variables, texts);
  if (expressionResults !== null) collect(expressionResults, texts);
  return {
    // A database refuses what is too long, and with it whatever is indexed in the same transaction.
    place: indexedWordsOf(
      [label ?? '', functionName, filePath].map((text) => text.slice(0, MAX_PLACE_LENGTH)).join(' '),
    ),
    values: indexedWordsOf(texts.join()),
  };
}

/** The words of a stored body; null for one that cannot be read. */
export function readSearchText(body: string): SearchText | null {
  try {
    const snapshot = parseSnapshot(JSON.parse(body));
    return typeof snapshot === 'string' ? null : searchTextOf(snapshot);
  } catch {
    return null;
  }
}

/** Whether a search finds the snapshot of these words. */
export function isFoundBy(
  { place, values }: SearchText,
  phrases: readonly SearchPhrase[],
  isPlaceOnly: boolean,
): boolean {
  return phrases.every((phrase) => hasPhrase(place, phrase) || (!isPlaceOnly && hasPhrase(values, phrase)));
}

class BoundedTexts {
  readonly #texts: string[] = [];
  #left = MAX_INDEXED_LENGTH;

  add(text: string): void {
    const kept = text.slice(0, Math.min(MAX_INDEXED_STRING_LENGTH, this.#left));
    this.#left -= kept.length + 1;
    if (kept !== '') this.#texts.push(kept);
  }

  get isFull(): boolean {
    return this.#left <= 0;
  }

  join(): string {
    return this.#texts.join(' ');
  }
}

/** What is stored nests no deeper than ingest has let it. */
function collect(value: JsonValue, texts: BoundedTexts): void {
  if (texts.isFull) return;
  if (typeof value === 'string') texts.add(value);
  else if (typeof value === 'number') texts.add(String(value));
  else if (Array.isArray(value)) {
    for (const element of value) collect(element, texts);
  } else if (isRecord(value)) {
    for (const [key, property] of Object.entries(value)) {
      texts.add(key);
      collect(property, texts);
    }
  }
}
