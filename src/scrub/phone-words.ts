/** How far before a number the word may stand that tells what it is. */
const CONTEXT = 28;

/** Words for a telephone, of which none may be the end of another word: `microphone`, `automobile`, `telemetry`. */
const LATIN_WORDS =
  '(?<!micro|head|ear|mega|mono|xylo|\\bi)phone(?!me|tic)|telefoo?n|t[eé]l[eé]phone|tel[eé]fono|\\b(?:t[eé]l|telp|telno)(?![a-zà-ÿ])|' +
  '(?<!auto|im)mobil|mobiel|m[oó]vil|telem[oó]vel|celular|\\bcell|handy(?!man)|natel|festnetz|rufnummer|\\bfax|whatsapp|\\bsms\\b|' +
  '\\bcall(?:ed|ing|s)?\\b|\\bcaller|\\bdial|hotline|landline|msisdn|\\bph\\b|\\bpuh\\b|\\btlf\\b|\\bgsm\\b|\\bcep\\b|ponsel|kom[oó]rk|' +
  'contact (?:no|num|nr)|wa\\.me/|điện thoại|sđt';
const OTHER_WORDS =
  'телефон|(?<!\\p{L})(?:тел|моб)(?!\\p{L})|мобильн|τηλ|κινητ|טלפון|נייד|هاتف|جوال|موبايل|تليفون|تلفن|मोबाइल|फ़ोन|फोन|โทร|เบอร์|มือถือ|' +
  '电话|電話|手机|手機|携帯|联系方式|전화|휴대폰|핸드폰|연락처';
/** The last such word, and what stands between it and the number. */
const PHONE_WORD = new RegExp(`^.*(?:${LATIN_WORDS}|${OTHER_WORDS})(.*)$`, 'u');
/** Words that can be about any number: they count before one that is written as it is dialled within a country. */
const VAGUE_WORD = /numéro|portable/;
/** What else of a telephone or a call can have a number: `mobile build 2024051501`, `phone_id=…`. */
const OTHER_NOUN =
  /(?<![a-z])(?:build|version|ver|ids?|uuid|code|batch|order|ticket|session|model|release|count|size|bytes|offset|timestamp|ts|serial|imei|sku|invoice|ref|pid|port|duration|length|price|total|amount)(?![a-z])/;
const UNIT =
  /^ ?(?:times|[nmµu]?s|secs?|seconds?|minutes?|bytes|[kmgt]i?b|px|rows|items|users|requests|records|units|%|k?m)(?![\p{L}\d])/iu;

/** True when the words before a number say that it is one to call; no digit and no line end stands between. */
export function hasPhoneWord(text: string, start: number, digits: string): boolean {
  const stop = Math.max(0, start - CONTEXT);
  let from = start;
  while (from > stop) {
    const unit = text.charCodeAt(from - 1);
    if ((unit > 47 && unit < 58) || unit === 10) break;
    from--;
  }
  const before = text.slice(from, start).toLowerCase();
  const between = PHONE_WORD.exec(before)?.[1];
  if (between === undefined) return digits.startsWith('0') && VAGUE_WORD.test(before);
  return !OTHER_NOUN.test(between);
}

/** `1234567890 times`: what is measured or counted is not called. */
export function hasUnitBehind(text: string, end: number): boolean {
  return UNIT.test(text.slice(end, end + 10));
}
