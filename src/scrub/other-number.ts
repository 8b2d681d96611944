import type { TextScan } from './text-scan.ts';

/** How far before a number the noun may stand that says what it is. */
const NOUN_WINDOW = 28;
/** Nouns whose number is no person's: of things, of parts of texts, of programs and what they measure. */
const NOUNS =
  'v ver version build release revision rev sku part parts order invoice lot batch serial model item isbn upc ean http ' +
  'https status latency range ranges page pages row rows line lines chapter port ports ip host dimension dimensions dims ' +
  'size sizes coord coords coordinates bytes retry retries offset checksum ticket';
const NOUN_SET: ReadonlySet<string> = new Set(NOUNS.split(' '));
const NOUN_BEFORE = new RegExp(
  `(?:^|[^A-Za-z])(?:${NOUNS.replaceAll(' ', '|')})(?:[ _-]?(?:no|nr|num|number|id|code))?\\.?(?:[ :=#"'(\\\\]|%20|%3D){1,4}$`,
  'i',
);
const NUMBER_WORD = /^(?:no|nr|num|number|id|code)$/;

/**
 * True when the word right before a number says that it numbers a thing, `part no. 415-220-1180`, `ISBN 123-45-6789`, or
 * the name of the value does and nothing else stands in it.
 */
export function numbersThing({ text, hint }: TextScan, start: number, end: number): boolean {
  if (hint === 'thing' && start === 0 && end === text.length) return true;
  return NOUN_BEFORE.test(text.slice(Math.max(0, start - NOUN_WINDOW), start));
}

/** True for the words of a name under which the number of a thing stands: `build`, `partNumber`. */
export function isThingName(words: readonly string[]): boolean {
  const last = words.at(-1)!;
  return NOUN_SET.has(last) || (NUMBER_WORD.test(last) && NOUN_SET.has(words.at(-2) ?? ''));
}
