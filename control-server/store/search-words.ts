/** Words that one search looks for: each costs a look into the index. */
const MAX_PHRASES = 16;

/** What stands together in a search, such as `user.name`: its words in a row, the last as the beginning of one. */
export type SearchPhrase = readonly string[];

/**
 * The words of a text as a search sees them: runs of letters and digits, in lower case, without accents. Nothing else is
 * left, so no text of a user can mean anything to the language of an index.
 */
export function wordsOf(text: string): string[] {
  return (
    foldText(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
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
  const folded = foldText(text);
  const words = folded.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const parts = new Set<string>();
  for (const [name] of folded.matchAll(/[\p{L}\p{N}]*[\p{Ll}\p{N}]\p{Lu}[\p{L}\p{N}]*|\p{Lu}{2,}\p{Ll}+/gu)) {
    for (const part of name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}]+|\p{N}+/gu) ?? []) {
      parts.add(part.toLowerCase());
    }
  }
  return parts.size === 0 ? words.join(' ') : `${words.join(' ')} ${[...parts].join(' ')}`;
}

function foldText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is a range of characters that starts with a control
  return /^[\0-\x7f]*$/.test(text) ? text : text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}
