import {
  ALNUM,
  BASE64,
  DASH,
  DIGIT,
  EQUALS,
  SPACE,
  classOf,
  isAt,
  runEnd,
  startsToken,
} from './character-class.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

/** Fewest base64 characters of a key; a placeholder between the armour lines has fewer. */
const MIN_BODY = 24;
/** Longest key block: an RSA key of 16,384 bits with headers fits. */
const MAX_BLOCK = 32_768;
const MAX_TITLE = 60;

/** What `-----END ENCRYPTED PRIVATE KEY-----` and a line break take in base64, at most. */
const ENCODED_END = 80;

/** Private keys: PEM and OpenPGP armour (whole or cut off), PuTTY, age, base64 of PEM, JSON Web Keys in text. */
export const PRIVATE_KEY_TRIGGERS: readonly Trigger[] = [
  { literal: 'BEGIN ', caseless: false, find: findArmour },
  { literal: 'BEGIN%20', caseless: false, find: findEscapedArmour },
  { literal: 'BEGIN+', caseless: false, find: findEscapedArmour },
  { literal: 'Private-Lines:', caseless: false, find: findPutty },
  { literal: 'AGE-SECRET-KEY-', caseless: true, find: findAge },
  { literal: 'LS0tLS1CRUdJTi', caseless: false, find: findEncodedPem },
  { literal: '"kty', caseless: false, find: findJsonWebKey },
];

function findArmour(scan: TextScan, begin: number): void {
  const { text } = scan;
  if (begin < scan.keyBlockCursor) return;
  const dashes = text.slice(Math.max(0, begin - 5), begin);
  const opens = dashes.endsWith('-----') ? '-----' : dashes.endsWith('---- ') ? '---- ' : null;
  if (opens === null) return;
  const close = text.slice(begin, begin + MAX_TITLE + 10).indexOf('----', 6);
  if (close === -1 || !/PRIVATE KEY(?: BLOCK)? ?$/.test(text.slice(begin, begin + close))) return;
  const bodyStart = begin + close + (opens === '-----' ? 5 : 4);
  const end = armourEnd(scan, bodyStart);
  scan.keyBlockCursor = Math.max(bodyStart, end);
  if (bodyLength(text, bodyStart, end) >= MIN_BODY) scan.add(begin - opens.length, end, 'private_key');
}

/** Armour in the body of a form: spaces and line ends are escaped, so that one run holds the whole block. */
function findEscapedArmour(scan: TextScan, begin: number): void {
  const { text } = scan;
  if (begin < scan.keyBlockCursor || !/-{5}$|(?:%2D){5}$/i.test(text.slice(Math.max(0, begin - 15), begin)))
    return;
  const title = /^BEGIN(?:%20|\+)(?:[A-Z0-9]{1,12}(?:%20|\+)){0,3}PRIVATE(?:%20|\+)KEY/.exec(
    text.slice(begin, begin + MAX_TITLE + 20),
  );
  if (title === null) return;
  let end = begin + title[0].length;
  const stop = Math.min(text.length, end + MAX_BLOCK);
  while (end < stop && (isAt(text, end, BASE64 | EQUALS | DASH) || text[end] === '%')) end++;
  scan.keyBlockCursor = end;
  const opens = text.slice(begin - 5, begin) === '-----' ? 5 : 15;
  if (end - begin - title[0].length >= MIN_BODY) scan.add(begin - opens, end, 'private_key');
}

/** The end of the closing line; without one the end of what can still be the body. */
function armourEnd(scan: TextScan, bodyStart: number): number {
  const { text } = scan;
  if (scan.nextKeyEnd < bodyStart) {
    const found = text.indexOf('END ', bodyStart);
    scan.nextKeyEnd = found === -1 ? Number.POSITIVE_INFINITY : found;
  }
  const end = scan.nextKeyEnd;
  if (end - bodyStart <= MAX_BLOCK) {
    const closing = /^---- ?END [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)? ?-{4,5}/;
    const from = text[end - 1] === ' ' ? end - 5 : end - 4;
    const match = closing.exec(text.slice(from, end + MAX_TITLE + 24));
    const next = text.indexOf('-BEGIN ', bodyStart);
    if (match !== null && (next === -1 || next > from)) return from + match[0].length;
  }
  return bodyRunEnd(text, bodyStart);
}

/** How far lines of base64, armour headers and the white space between them go. */
function bodyRunEnd(text: string, from: number): number {
  const stop = Math.min(text.length, from + MAX_BLOCK);
  let end = from;
  let at = from;
  // All lines of a body but the last are as long as the first one, and no blank line stands between them.
  let width = 0;
  while (at < stop) {
    const before = at;
    at = skipLineBreaks(text, at, stop);
    if (width > 0 && /\n[ \t]*\r?\n/.test(text.slice(before, at))) break;
    const header =
      /^(?:Proc-Type|DEK-Info|Comment|Version|Subject|X-[A-Za-z-]{1,20}|Hash): ?[^\r\n\\]{0,200}/.exec(
        text.slice(at, at + 240),
      );
    if (header !== null) {
      at += header[0].length;
      end = at;
      continue;
    }
    const line = runEnd(text, runEnd(text, at, BASE64, stop - at), EQUALS, 2);
    if (line === at || (line - at < MIN_BODY && !isLastLine(text, at, line))) break;
    end = line;
    if (line - at < MIN_BODY || line - at < width) break;
    width = Math.max(width, line - at);
    at = line;
    if (!isLineBreak(text, at)) break;
  }
  return end;
}

/** A short line of base64 ends a body; a word of the text that follows does not belong to it. */
function isLastLine(text: string, from: number, to: number): boolean {
  if (to === text.length) return true;
  if ((to - from) % 4 !== 0 || (to - from < 8 && text[to - 1] !== '=')) return false;
  return isLineBreak(text, to) || '"\'`<)'.includes(text[to]!);
}

function isLineBreak(text: string, at: number): boolean {
  const unit = text[at] ?? '\n';
  return '\r\n\\"\''.includes(unit) || (unit === ' ' && /^ +\r?\n/.test(text.slice(at, at + 80)));
}

function skipLineBreaks(text: string, from: number, stop: number): number {
  let at = from;
  while (at < stop) {
    if (isAt(text, at, SPACE)) at++;
    else if (text[at] === '\\' && 'nrt\\'.includes(text[at + 1] ?? '-')) at += 2;
    else if (text[at] === 'n' && text[at - 1] === '\\') at++;
    else if (
      (text[at] === '"' || text[at] === "'" || text[at] === '+' || text[at] === ',') &&
      /^["'+,\s]+[A-Za-z0-9+/]{24}/.test(text.slice(at, at + 40))
    )
      at++;
    else break;
  }
  return at;
}

/** Base64 characters between the armour lines, without headers; counting stops when there are enough. */
function bodyLength(text: string, from: number, to: number): number {
  let longest = 0;
  let count = 0;
  let hasHeaders = false;
  for (let at = from; at < to && longest < MIN_BODY; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 58) hasHeaders = true;
    if (unit === 92) at++;
    else if ((classOf(unit) & BASE64) !== 0) count++;
    else if ((classOf(unit) & SPACE) === 0) count = 0;
    if (!hasHeaders || text[at - 1] === '\n' || text[at - 1] === 'n') longest = Math.max(longest, count);
    else longest = Math.max(longest, runLength(text, at));
  }
  return longest;
}

function runLength(text: string, at: number): number {
  return isAt(text, at - 1, BASE64) ? 0 : runEnd(text, at, BASE64, MIN_BODY) - at;
}

function findPutty(scan: TextScan, at: number): void {
  const { text } = scan;
  const countStart = runEnd(text, at + 14, SPACE, 4);
  const bodyStart = runEnd(text, countStart, DIGIT, 4);
  const end = bodyRunEnd(text, bodyStart);
  const start = skipLineBreaks(text, bodyStart, end);
  if (end - start >= MIN_BODY) scan.add(start, end, 'private_key');
}

function findAge(scan: TextScan, at: number): void {
  const end = runEnd(scan.text, at + 15, ALNUM, 120);
  if (end - at >= 60 && startsToken(scan.text, at)) scan.add(at, end, 'private_key');
}

function findEncodedPem(scan: TextScan, at: number): void {
  const { text } = scan;
  if (at < scan.keyBlockCursor || !startsToken(text, at)) return;
  const title = Buffer.from(text.slice(at, at + 80).replace(/\s/g, ''), 'base64').toString('latin1');
  if (!/^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(title)) return;
  const line = runEnd(text, runEnd(text, at, BASE64, text.length), EQUALS, 2);
  const end = holdsPemEnd(text, at, line) ? line : bodyRunEnd(text, at);
  scan.keyBlockCursor = end;
  scan.add(at, end, 'private_key');
}

/** True when the armour ends with this line: nothing on the next one belongs to it. */
function holdsPemEnd(text: string, from: number, to: number): boolean {
  const tail = from + Math.max(0, Math.floor((to - from - ENCODED_END) / 4) * 4);
  return Buffer.from(text.slice(tail, to), 'base64').toString('latin1').includes('-----END ');
}

/** The private members of a JSON Web Key that stands as JSON in a text. */
function findJsonWebKey(...[scan, at]: Parameters<FindAt>): void {
  const { text } = scan;
  if (at < scan.keyBlockCursor) return;
  const floor = Math.max(0, at - 2_048);
  const open = floor + Math.max(0, text.slice(floor, at).lastIndexOf('{'));
  const window = text.slice(at, at + 4_096).indexOf('}');
  const stop = window === -1 ? Math.min(text.length, at + 4_096) : at + window;
  const members = /"(?:d|p|q|dp|dq|qi|k)\\{0,3}"\s{0,4}:\s{0,4}\\{0,3}"([A-Za-z0-9_-]{20,2000})/g;
  const region = text.slice(open, stop);
  for (const match of region.matchAll(members)) {
    const start = open + match.index + match[0].length - match[1]!.length;
    scan.add(start, start + match[1]!.length, 'private_key');
  }
  scan.keyBlockCursor = stop;
}
