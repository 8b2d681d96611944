/** How far before a number the noun may stand that says what it is. */
const NOUN_WINDOW = 28;
/** Nouns whose number is no person's: of things, of parts of texts, of programs and what they measure. */
const NOUN =
  /(?:^|[^A-Za-z])(?:v|ver|version|build|release|revision|rev|sku|part|parts|order|invoice|lot|batch|serial|model|item|isbn|upc|ean|http|https|status|latency|range|ranges|pages?|rows?|lines?|chapter|ports?|ip|host|dimensions?|dims|sizes?|coords?|coordinates|bytes|retry|retries|offset|checksum|ticket)(?:[ _-]?(?:no|nr|num|number|id|code))?\.?(?:[ :=#"'(\\]|%20|%3D){1,4}$/i;

/** True when the word right before a number says that it numbers a thing: `part no. 415-220-1180`, `ISBN 123-45-6789`. */
export function numbersThing(text: string, start: number): boolean {
  return NOUN.test(text.slice(Math.max(0, start - NOUN_WINDOW), start));
}
