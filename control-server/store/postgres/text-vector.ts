import type { SearchText } from '../search-text.ts';
import type { SearchPhrase } from '../search-words.ts';

/** A lexeme has at most 2,046 bytes, and a character up to four. */
const MAX_WORD_LENGTH = 500;
/** Between place and values, so that no phrase reaches from one into the other. */
const GAP = 8;
/** The largest position that PostgreSQL keeps apart from its neighbours. */
const MAX_POSITION = 16_383;

/**
 * A `tsvector` of texts that are words already: no parser or dictionary of the database takes them apart once more, so
 * every database finds the same. Words of the place weigh A, by which a search can be kept to them.
 */
export function toTextVector({ place, values }: SearchText): string {
  const lexemes: string[] = [];
  let position = 0;
  const add = (text: string, weight: string): void => {
    for (const word of text.split(' ')) {
      if (word === '') continue;
      position = Math.min(position + 1, MAX_POSITION);
      lexemes.push(`${quote(word)}:${position}${weight}`);
    }
  };
  add(place, 'A');
  position += GAP;
  add(values, '');
  return lexemes.join(' ');
}

/** The `tsquery` of phrases that all have to be found: words in a row, the last as the beginning of one. */
export function toTextQuery(phrases: readonly SearchPhrase[], isPlaceOnly: boolean): string {
  const weight = isPlaceOnly ? 'A' : '';
  return phrases
    .map((phrase) => {
      const words = phrase.map((word, index) => {
        const suffix = (index === phrase.length - 1 ? '*' : '') + weight;
        return suffix === '' ? quote(word) : `${quote(word)}:${suffix}`;
      });
      return `(${words.join(' <-> ')})`;
    })
    .join(' & ');
}

/** A word is letters and digits; the quotes keep it from being anything else. */
function quote(word: string): string {
  return `'${word.slice(0, MAX_WORD_LENGTH).toWellFormed().replaceAll(/['\\]/g, '$&$&')}'`;
}
