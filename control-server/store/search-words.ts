/** Words that one search looks for: each costs a look into the index. */
const MAX_PHRASES = 16;

/** What stands together in a search, such as `user.name`: its words in a row, the last as the beginning of one. */
export type SearchPhrase = readonly string[];

/**
 * The words of a text as a search sees them: runs of letters and digits, in lower case, without accents. Nothing else is
 * left, so no text of a user can mean anything to the language of an index.
 */
export function wordsOf(text: string): string[] {
  return splitWords(text).map((word) => word.toLowerCase());
}

/** What a person typed: parts between white space, of which all have to be found. None: nothing can be found. */
export function readSearch(text: string): SearchPhrase[] {
  return text
    .split(/\s+/)
    .map(wordsOf)
    .filter((phrase) => phrase.length > 0)
    .slice(0, MAX_PHRASES);
}

/** The words of a text, and behind them the parts of those that are written like `sendInvoice` or `HTTPServer`. */
export function indexedWordsOf(text: string): string {
  const words: string[] = [];
  const parts = new Set<string>();
  for (const word of splitWords(text)) {
    const lower = word.toLowerCase();
    words.push(lower);
    if (lower === word || !HUMP.test(word)) continue;
    for (const part of word.match(PART) ?? []) parts.add(part.toLowerCase());
  }
  return words.concat([...parts]).join(' ');
}

/** True when {@link indexedWordsOf} of a text has the words of a phrase in a row, the last as the beginning of one. */
export function hasPhrase(indexedWords: string, phrase: SearchPhrase): boolean {
  // Nothing but words and single spaces: so a word begins behind a space, and ends before one.
  return phrase.length > 0 && ` ${indexedWords}`.includes(` ${phrase.join(' ')}`);
}

/** A capital inside a word, or behind other capitals and before a small letter. */
const HUMP = /[\p{Ll}\p{N}]\p{Lu}|\p{Lu}{2}\p{Ll}/u;
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}]+|\p{N}+/gu;

function splitWords(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- ASCII is a range of characters that starts with a control
  if (/^[\0-\x7f]*$/.test(text)) return text.match(/[a-z0-9]+/gi) ?? [];
  return (
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
