import {
  ALNUM,
  BASE64URL,
  DASH,
  DIGIT,
  LOWER,
  UNDERSCORE,
  WORD,
  isAt,
  runEnd,
  runStart,
  startsToken,
} from './character-class.ts';
import { API_KEY_FORMATS, WEBHOOK_FORMATS } from './api-key-format.ts';
import { issuerTriggers } from './issuer-token.ts';
import { isPlaceholder, looksRandom } from './randomness.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

/** Words within a prefix by which issuers that nobody listed say that a secret follows: `acme_pat_…`, `sk_…`. */
const SELF_NAMED: readonly string[] = [
  'sk_',
  'sk-',
  '_sk_',
  '_pat_',
  '-pat-',
  '_oat_',
  '_tkn_',
  '_apikey_',
  '_secret_',
];
/** Fewest characters in one run behind such a prefix. */
const MIN_SELF_NAMED = 24;
const MAX_KEY = 512;
const MAX_PREFIX = 32;
/** How far from the name of its issuer a token may end or begin. */
const AIRTABLE_WINDOW = 160;
/** A digest by itself, a key behind a prefix that says so. */
const HEX_KEY = /^(?=[a-f]*\d)[0-9a-f]{32,128}$/;

/** Keys by their issuer's prefix and webhook addresses. Called once a scrubber. */
export function apiKeyTriggers(): Trigger[] {
  return [
    ...issuerTriggers(API_KEY_FORMATS, 'api_key'),
    ...issuerTriggers(WEBHOOK_FORMATS, 'api_key'),
    ...SELF_NAMED.map((literal): Trigger => ({ literal, caseless: false, find: findSelfNamed(literal) })),
    { literal: ':AA', caseless: false, find: findTelegram },
    ...[...'0123456789'].map((digit): Trigger => ({
      literal: `${digit}Q~`,
      caseless: false,
      find: findAzureSecret,
    })),
    { literal: 'NRAL', caseless: false, find: findNewRelic },
    { literal: '-us', caseless: false, find: findMailchimp },
    { literal: 'airtable', caseless: true, find: findAirtable },
    { literal: '.atlasv1.', caseless: false, find: findTerraform },
    { literal: 'IQoJb3JpZ2luX2Vj', caseless: false, find: findAwsSession },
  ];
}

/** `acme_pat_2Hk…`: a prefix of words in lower case, one of which says what it is, and a run that looks drawn at random. */
function findSelfNamed(literal: string): FindAt {
  const isFirst = literal.startsWith('s');
  return (scan, at) => {
    const { text } = scan;
    const from = at + literal.length;
    const end = runEnd(text, from, ALNUM, MAX_KEY);
    if (end - from < MIN_SELF_NAMED || isAt(text, end, UNDERSCORE | DASH)) return;
    const start = isFirst ? at : runStart(text, at, LOWER | DIGIT | UNDERSCORE, MAX_PREFIX);
    if (start === at && !isFirst) return;
    const body = text.slice(from, end);
    if (!startsToken(text, start) || isPlaceholder(body) || !(looksRandom(body) || HEX_KEY.test(body)))
      return;
    scan.add(start, end, 'api_key');
  };
}

/** `123456789:AA…`: a Telegram bot token. */
function findTelegram(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, DIGIT, 11);
  const end = runEnd(text, at + 1, BASE64URL, 40);
  if (at - start < 8 || at - start > 10 || end - at - 1 !== 35) return;
  const isBotPath = text.slice(start - 3, start) === 'bot';
  if (!isBotPath && isAt(text, start - 1, WORD)) return;
  scan.add(start, end, 'api_key');
}

/** `abc8Q~…`: a client secret of Azure Active Directory, 40 characters with the mark at the fourth. */
function findAzureSecret(scan: TextScan, digit: number): void {
  const { text } = scan;
  const at = digit + 1;
  const start = at - 4;
  if (
    start < 0 ||
    isAt(text, start - 1, WORD) ||
    text[start - 1] === '~' ||
    !/^[A-Za-z0-9_.~-]{3}\d$/.test(text.slice(start, at))
  )
    return;
  const body = /^[A-Za-z0-9_.~-]{31,34}(?![A-Za-z0-9_~-])/.exec(text.slice(at + 2, at + 40));
  if (body !== null) scan.add(start, at + 2 + body[0].length, 'api_key');
}

/** `0123…cdefNRAL`: a licence key of New Relic. */
function findNewRelic(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, ALNUM, 37);
  if (at - start !== 36 || isAt(text, at + 4, WORD) || !/^[0-9a-f]{36}$/.test(text.slice(start, at))) return;
  scan.add(start, at + 4, 'api_key');
}

/** `0123…cdef-us12`: a Mailchimp key. */
function findMailchimp(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, ALNUM, 33);
  const end = runEnd(text, at + 3, DIGIT, 3);
  if (at - start !== 32 || end === at + 3 || isAt(text, end, WORD)) return;
  if (/^[0-9a-f]{32}$/.test(text.slice(start, at))) scan.add(start, end, 'api_key');
}

/**
 * `pat…14.…64`: a personal access token of Airtable, near the name of its issuer. Its prefix is the start of `path` and
 * `pattern`: to look at each of them would cost a fifth of all reading.
 */
function findAirtable(scan: TextScan, at: number): void {
  const from = Math.max(0, at - AIRTABLE_WINDOW);
  const near = scan.text.slice(from, at + AIRTABLE_WINDOW);
  const token = /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?![A-Za-z0-9])/.exec(near);
  if (token !== null) scan.add(from + token.index, from + token.index + token[0].length, 'api_key');
}

function findTerraform(scan: TextScan, at: number): void {
  const { text } = scan;
  const start = runStart(text, at, ALNUM, 15);
  const end = runEnd(text, at + 9, BASE64URL, 80);
  if (at - start === 14 && end - at - 9 >= 60) scan.add(start, end, 'api_key');
}

const findAwsSession: FindAt = (scan, at) => {
  if (at < scan.awsSessionCursor) return;
  const end = runEnd(scan.text, at, WORD | LOWER | 32 | 16 | 128, scan.text.length);
  scan.awsSessionCursor = end;
  if (end - at >= 60) scan.add(at, end, 'aws_secret');
};
