/** How far before a number the word may stand that tells what it is. */
const CONTEXT = 28;
/** Shortest word and sign. */
const MIN_WORD = 2;

/** Words for a telephone, of which none may be the end of another word: `microphone`, `automobile`, `telemetry`. */
const LATIN_WORDS =
  '(?<!micro|head|ear|mega|mono|xylo|\\bi)phone(?!me|tic)|t[eéè]l[eéè](?:f(?!ax)|phon)|\\b(?:t[eé]l|telp|telno)(?![a-zà-ÿ])|tālr|teleponu?|' +
  '(?<!auto|im)mobil|mobiel|mobiil|mobitel|\\bmob(?![a-z])|m[oó]vil|telem[oó]vel|celular|\\bcell|handy(?!man)|natel|festnetz|rufn|\\bfon\\b|' +
  'puhel|selfoon|\\bsími|\\bsimu\\b|\\b(?:tele)?fax|whatsapp|\\bsms\\b|\\bcall(?:ed|ing)?\\b|\\bcaller|\\bdial|hotline|helpline|landline|' +
  '\\bcel\\b|\\bligue|\\bll[aá]m[ae]|appele[zr]|anruf|chiama|zadzwo|volejte|toll.free|voicemail|\\bpager\\b|msisdn|\\bph\\b|\\bpuh\\b|\\b(?:tlfn?|tfno)\\b|\\bgsm\\b|ponsel|kom[oó]rk|\\bkom\\b|(?:text|reach|contact) (?:me|us|him|her|them)\\b|' +
  'contact (?:no|num|nr)|(?:no|nomor)\\.? ?hp\\b|wa\\.me/|điện thoại|sđt';
const OTHER_WORDS =
  'телефон|(?<!\\p{L})(?:тел|моб)(?!\\p{L})|мобильн|мобілн|звони|τηλ|κιν|טלפון|נייד|סלולרי|هاتف|جوال|موبايل|موبایل|محمول|تليفون|تلفون|تلفن|فون|' +
  'मोबाइल|फ़ोन|फोन|दूरभाष|ফোন|মোবাইল|தொலைபேசி|கைபேசி|โทร|เบอร์|มือถือ|ໂທ|ទូរស័ព្ទ|ტელ|հեռ|' +
  '[☎☏✆℡📞📱]|电话|電話|手机|手機|携帯|ケータイ|スマホ|联系方式|致电|拨打|座机|固话|전화|휴대폰|핸드폰|연락처|팩스';
/** The last such word, and what stands between it and the number. */
const PHONE_WORD = new RegExp(`^.*(?:${LATIN_WORDS}|${OTHER_WORDS})(.*)$`, 'u');
/** Words that can be about any number: they count before one that is written as it is dialled within a country. */
const VAGUE_WORD = /numéro|portable|contact\W*$/;
/** What else of a telephone or a call can have a number: `mobile build 2024051501`, `phone_id=…`. */
const OTHER_NOUN =
  /(?<![a-z])(?:build|version|ver|ids?|uuid|code|batch|order|ticket|session|model|release|count|size|bytes|offset|timestamp|ts|serial|imei|sku|invoice|ref|pid|port|duration|length|price|total|amount)(?![a-z])/;
/**
 * What may stand between the word and digits that are neither grouped nor begin with 0: what the number is called, whose
 * it is, or signs. `phones sold 12345678` is another matter.
 */
const LINK =
  /^\p{Ll}{0,3}(?:[^a-zà-ÿ\d]*(?:numbers?|n[uú]mero|numer|nummer|no|nr|num|nb|is|was|to|at|on|from|via|under|ist|an|auf|unter|est|es|là|le|la|al|au|a|me|us|him|her|them|my|your|our|of|for|user|customer|home|work|office|main|primary|private|cell|mobile|value|text|string|sent)(?![a-zà-ÿ])){0,4}[^a-zà-ÿ\d]*$/u;
const ADDRESSEE = /\b(?:to|an|al|au|para|at|on)\W*$/;
const MAX_ESCAPE = 6;
const ESCAPE = /%[\da-f]{2}|\\u00[\da-f]{2}|\\x[\da-f]{2}|\\[nrt]/g;
const UNIT =
  /^ ?(?:times|[nmµu]?s|secs?|seconds?|minutes?|bytes|[kmgt]i?b|px|rows|items|users|requests|records|units|%|k?m)(?![\p{L}\d])/iu;

const NAME_WORD =
  /^(?:(?:tele|cell|mobile|work|home|smart)?phones?(?:no|num|numbers?)?|mobiles?(?:no|num|number)?|t[eé]l(?:no|nr)?|t[eé]l[eéè](?:f(?!ax)|phon)\p{L}{0,9}|puhelin\p{L}{0,8}|landline|mobitel|tlf|telp|cell|fax(?:no|number)?|msisdn|whatsapp|handy|gsm|mobil|m[oó]vil|celular|cellulare|caller|(?:handy|ruf|mobil|fax)(?:nummer|nr)|телефон\p{L}{0,2}|手机号?码?|手機|电话(?:号码)?|電話(?:番号)?|携帯(?:電話)?|전화(?:번호)?|휴대폰)$/u;
const CALLED_NUMBER = /(?:^| )(?:contact|sms|calling|called|diall?ed|callback) (?:number|no|nr)$/;
const NAME_REST =
  /^(?:numbers?|nos?|nr|num|e|\d+|e164|raw|value|formatted|normali[sz]ed|international|national|intl|local|home|work|office|private|main|primary|secondary|personal|mobile|cell|to|from|with|country|code|phone)$/;

/** True when the words before a number say that it is one to call; no digit and no line end stands between. */
export function hasPhoneWord(text: string, start: number, digits: string, groupCount: number): boolean {
  const before = wordsBefore(text, start);
  if (before.length < MIN_WORD) return false;
  const between = PHONE_WORD.exec(before)?.[1];
  if (between === undefined) return digits.startsWith('0') && VAGUE_WORD.test(before);
  if (OTHER_NOUN.test(between)) return false;
  return groupCount > 1 || digits.startsWith('0') || LINK.test(between) || ADDRESSEE.test(between);
}

/** The text before a number, back to another digit or a line end; escapes count as spaces. */
function wordsBefore(text: string, start: number): string {
  const stop = Math.max(0, start - CONTEXT);
  let from = start;
  while (from > stop) {
    const unit = text.charCodeAt(from - 1);
    if (unit === 10) break;
    if (unit > 47 && unit < 58) {
      if (!/[%\\]/.test(text.slice(Math.max(stop, from - MAX_ESCAPE), from))) break;
      return unescaped(text.slice(stop, start));
    }
    from--;
  }
  return unescaped(text.slice(from, start));
}

function unescaped(words: string): string {
  const lower = words.toLowerCase();
  return /[%\\]/.test(lower) ? lower.replace(ESCAPE, ' ').replace(/^.*[\d\n]/su, '') : lower;
}

/** `1234567890 times`: what is measured or counted is not called. */
export function hasUnitBehind(text: string, end: number): boolean {
  return UNIT.test(text.slice(end, end + 10));
}

/** True for the words of a name under which a telephone number stands: `homePhone`, `phone_no`, not `mobileUsers`. */
export function isPhoneName(words: readonly string[]): boolean {
  const at = words.findLastIndex((word) => NAME_WORD.test(word));
  if (at === -1) return CALLED_NUMBER.test(words.join(' '));
  return words.slice(at + 1).every((word) => NAME_REST.test(word));
}
