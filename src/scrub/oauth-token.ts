import { BASE64, DIGIT, EQUALS, LOWER, SPACE, UPPER, WORD, isAt, runEnd } from './character-class.ts';
import { DISCORD_TRIGGERS } from './discord-token.ts';
import { issuerTriggers } from './issuer-token.ts';
import type { IssuerFormat } from './issuer-token.ts';
import { classesIn, entropyOf } from './randomness.ts';
import type { TextScan, Trigger } from './text-scan.ts';

/** Characters of a token that are looked at to tell whether it is one. */
const MAX_TOKEN = 512;

const FORMATS: readonly IssuerFormat[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => ({ prefix, body: '[A-Za-z0-9]{36,255}' })),
  { prefix: 'github_pat_', body: '[A-Za-z0-9]{22}_[A-Za-z0-9]{59}' },
  { prefix: 'glpat-', body: '[A-Za-z0-9_-]{20,300}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{7,9})?' },
  ...[
    'gldt-',
    'glrt-',
    'glft-',
    'glsoat-',
    'glcbt-',
    'glptt-',
    'glimt-',
    'glagent-',
    'glrtr-',
    'glwt-',
    'glffct-',
  ].map((prefix) => ({ prefix, body: '[A-Za-z0-9_-]{18,300}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{7,9})?' })),
  { prefix: 'gloas-', body: '[0-9a-f]{64}' },
  { prefix: 'GR1348941', body: '[A-Za-z0-9_-]{20,60}' },
  // A digit is in each of them: `xoxo-hugs-and-kisses` is a greeting.
  ...['xoxa-', 'xoxb-', 'xoxc-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xoxe-'].map((prefix) => ({
    prefix,
    body: '(?=[A-Za-z-]{0,60}\\d)[A-Za-z0-9-]{10,250}',
  })),
  { prefix: 'xoxd-', body: '(?:[A-Za-z0-9+/-]|%(?:2B|2F|3D)){20,400}', caseless: true },
  { prefix: 'xoxe.', body: 'xox[bp]-\\d-[A-Za-z0-9-]{20,250}' },
  { prefix: 'xapp-', body: '\\d-[A-Z0-9]{6,20}-\\d{6,20}-[A-Za-z0-9]{20,120}' },
  { prefix: 'ya29.', body: '[A-Za-z0-9_-]{20,1024}(?:\\.[A-Za-z0-9_-]{1,1024})?' },
  { prefix: '1//0', body: '[A-Za-z0-9_-]{30,200}' },
  ...['Atza|', 'Atzr|'].map((prefix) => ({ prefix, body: '[A-Za-z0-9_-]{40,1024}' })),
  { prefix: 'SSWS ', keep: '(?:)', body: '00[A-Za-z0-9_-]{40}' },
  { prefix: 'EAA', body: '[A-Za-z0-9]{80,400}' },
];

/** Access tokens by their issuer's prefix and credentials behind an authentication scheme. Called once a scrubber. */
export function oauthTriggers(): Trigger[] {
  return [
    ...issuerTriggers(FORMATS, 'oauth_token'),
    ...DISCORD_TRIGGERS,
    { literal: 'bearer', caseless: true, find: findBearer },
    { literal: 'basic', caseless: true, find: findBasic },
  ];
}

/** The end of the white space between scheme and credentials: a space, its escapes in URLs; -1 when there is none. */
function afterScheme(text: string, at: number): number {
  let end = at;
  if (text[end] === ':' || text[end] === '=') end++;
  // The space of a shell's argument is escaped.
  if (text[end] === '\\' && text[end + 1] === ' ') end++;
  end = runEnd(text, end, SPACE, 4);
  if (end === at && text[end] === '+') end++;
  else if (end === at && text.startsWith('%20', end)) end += 3;
  // What stands on the next line is none of it.
  return end === at || text.slice(at, end).includes('\n') ? -1 : end;
}

function findBearer(scan: TextScan, at: number): void {
  const { text } = scan;
  // The token before may have ended with this word: then another one follows.
  if ((at < scan.bearerCursor && at + 6 !== scan.bearerCursor) || !scan.startsToken(at)) return;
  let start = afterScheme(text, at + 6);
  if (start === -1) return;
  if (text[start] === '"' || text[start] === "'") start++;
  const judged = tokenEnd(text, start, MAX_TOKEN);
  if (!isBearerToken(text.slice(start, judged))) return;
  const end = tokenEnd(text, start, text.length);
  scan.add(start, end, 'oauth_token');
  scan.bearerCursor = end;
}

/** The end of what RFC 6750 calls `b64token`, without the full stop of a sentence. */
function tokenEnd(text: string, from: number, max: number): number {
  const stop = Math.min(text.length, from + max);
  let end = from;
  while (end < stop && (isAt(text, end, WORD | BASE64 | EQUALS) || '-.~:|'.includes(text[end]!))) end++;
  while (end > from && '.:-'.includes(text[end - 1]!)) end--;
  return end;
}

function isBearerToken(token: string): boolean {
  if (token.length < 8) return false;
  const bits = classesIn(token);
  if ((bits & DIGIT) === 0)
    return token.length >= 20 && (bits & UPPER) !== 0 && (bits & LOWER) !== 0 && entropyOf(token) >= 3.5;
  if ((bits & (UPPER | LOWER)) === 0) return token.length >= 16;
  // `Bearer token-type-2`, `bearer rfc6750.html`: words with a number, not a token.
  return (
    !/^(?:[A-Za-z]+|\d{1,4})(?:[-./_:](?:[A-Za-z]+|\d{1,4}))*$/.test(token) &&
    !/^(?:rfc|v|oauth)\d+$/i.test(token)
  );
}

function findBasic(scan: TextScan, at: number): void {
  const { text } = scan;
  if (!scan.startsToken(at)) return;
  const start = afterScheme(text, at + 5);
  if (start === -1) return;
  const body = runEnd(text, start, BASE64, MAX_TOKEN);
  const end = runEnd(text, body, EQUALS, 2);
  if (end - start < 6) return;
  const credentials = Buffer.from(text.slice(start, end), 'base64').toString('utf8');
  if (/^[^:\0-\x1f\x7f\ufffd]*:[^\0-\x1f\x7f\ufffd]*$/.test(credentials)) scan.add(start, end, 'oauth_token');
}
