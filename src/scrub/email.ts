import { ALNUM, DASH, DOT, UNDERSCORE, classOf, isAt } from './character-class.ts';
import type { TextScan, Trigger } from './text-scan.ts';
import { isTopLevelDomain } from './top-level-domain.ts';

const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** How far before an `@` the `://` of a URL may stand. */
const MAX_AUTHORITY = 300;

const LETTER_OR_NUMBER = /[\p{L}\p{N}\p{M}]/u;
/** Last labels that tell a file name or a package from an address although a top-level domain stands inside. */
const FILE_EXTENSION =
  /^(?:[cm]?[jt]sx?|json|png|jpe?g|gif|svg|webp|css|html?|ya?ml|log|txt|exe|dll|gz|target)$/i;
/** The address of a host instead of its name. */
const ADDRESS_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]{2,45})\]/i;
const MAX_LITERAL = 54;
/** Behind an address: `:/var/www`, `:~/backup`, `:team/app.git` of scp, rsync and git, and the line of a source file. */
const PATH_ON_HOST = /^:(?:\/[^/]|~|[\w.-]+(?:\/[\w.-]+)*\.git\b)/;
const MAX_PATH = 100;
const SOURCE_LINE = /^(?:py|rs|pl|sh|cc|mm|ml|md):\d/;
/** `v1.2.3@main.build`: the version of something. */
const VERSION = /^v\d{1,4}(?:\.\d{1,6}){1,3}$/;
/** Private names of machines: what stands before the `@` is a process. */
const MACHINE = /(?:^|\.)(?:svc|cluster\.local|(?:ec2|compute|docker)\.internal)$/i;
/** Percent escapes that may be part of a local part: `'`, `+`, `-`, `.`, `_`. */
const LOCAL_ESCAPES: readonly string[] = ['27', '2b', '2d', '2e', '5f'];
/** What stands behind the backslash of an escape. */
const ESCAPED = /^(?:[nrt]|u[\da-f]{4}|x[\da-f]{2})/i;
/** Writing without spaces between words: an address in ASCII begins and ends where it meets one of these. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;

/** E-mail addresses in a text that contains an `@`. */
export function findEmails(scan: TextScan): void {
  const { text } = scan;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) findAt(scan, at, at + 1);
}

/** The `@` of an address as a URL, a URL within a URL, JSON and HTML escape it. */
export const EMAIL_TRIGGERS: readonly Trigger[] = ['%40', '%2540', '\\u0040', '\\x40', '&#64;', '&#x40;'].map(
  (literal) => ({
    literal,
    caseless: true,
    find: (scan, at) => findAt(scan, at, at + literal.length),
  }),
);

function findAt(scan: TextScan, at: number, domainStart: number): void {
  const { text } = scan;
  if (at < scan.emailCursor) return;
  const start = localStart(text, at, scan.emailCursor);
  if (start === at) return;
  const end = domainEnd(text, domainStart);
  if (end === -1) return;
  if (
    text[end] === ':' &&
    (text.slice(start, at) === 'git' || PATH_ON_HOST.test(text.slice(end, end + MAX_PATH)))
  )
    return;
  if (isInAuthority(text, start) || VERSION.test(text.slice(start, at))) return;
  scan.add(insideQuotes(text, start, at, end), end, 'email');
  scan.emailCursor = end;
}

/** `N'jane@…'`, `_jane@…_`: a sign before the address that stands behind it as well is not part of it. */
function insideQuotes(text: string, start: number, at: number, end: number): number {
  if (text[end] === "'" && text[start - 1] !== "'") {
    const quote = text.lastIndexOf("'", at);
    if (quote >= start && quote + 1 < at) return quote + 1;
  }
  return text[end] === '_' && text[start] === '_' && !isAt(text, end + 1, ALNUM) ? start + 1 : start;
}

/** Where the local part begins; `at` itself when there is none. */
function localStart(text: string, at: number, floor: number): number {
  const stop = Math.max(floor, at - MAX_LOCAL);
  if (text[at - 1] === '"') return quotedLocalStart(text, at, stop);
  const isAscii = text.charCodeAt(at - 1) < 128;
  let start = at;
  while (start > stop) {
    const unit = text.charCodeAt(start - 1);
    if (
      !isLocal(unit) &&
      !(unit === 37 && LOCAL_ESCAPES.includes(text.slice(start, start + 2).toLowerCase())) &&
      !(unit === 92 && text[start] === '.')
    )
      break;
    if (isAscii && unit > 127 && UNSPACED.test(text[start - 1]!)) break;
    start--;
  }
  // Digits of a percent escape before the address (`%3Djane@…`) and the letter of `\njane@…` are not part of it.
  if (text[start - 1] === '%' && start + 2 <= at)
    start += text.startsWith('%25', at) && text.startsWith('25', start) ? 4 : 2;
  else if (text[start - 1] === '\\')
    start += ESCAPED.exec(text.slice(start, Math.min(at - 1, start + 5)))?.[0].length ?? 0;
  while (start < at && !isAt(text, start, ALNUM | UNDERSCORE) && text.charCodeAt(start) < 128) start++;
  return start;
}

function isLocal(unit: number): boolean {
  if (unit < 128)
    return (
      (classOf(unit) & (ALNUM | UNDERSCORE | DASH | DOT)) !== 0 ||
      "+'!$&*~^".includes(String.fromCharCode(unit))
    );
  return LETTER_OR_NUMBER.test(String.fromCharCode(unit)) || (unit >= 0xd800 && unit <= 0xdfff);
}

function quotedLocalStart(text: string, at: number, stop: number): number {
  const open = text.lastIndexOf('"', at - 2);
  return open < stop || open === at - 2 || text.slice(open, at).includes('\n') ? at : open;
}

/** The end of the domain name that begins at `from`, or -1 when there is none that can be delivered to. */
function domainEnd(text: string, from: number): number {
  if (text[from] === '[') {
    const literal = ADDRESS_LITERAL.exec(text.slice(from, from + MAX_LITERAL));
    return literal === null ? -1 : from + literal[0].length;
  }
  const stop = Math.min(text.length, from + MAX_DOMAIN);
  let end = from;
  while (end < stop) {
    const unit = text.charCodeAt(end);
    const fits =
      unit < 128
        ? (classOf(unit) & (ALNUM | DASH | DOT)) !== 0
        : LETTER_OR_NUMBER.test(String.fromCharCode(unit)) || (unit >= 0xd800 && unit <= 0xdfff);
    // `\.`, as in the source of a regular expression.
    if (!fits && !(unit === 92 && text[end + 1] === '.')) break;
    end++;
  }
  const labels = text.slice(from, end).split('.');
  if (FILE_EXTENSION.test(labels.at(-1)!)) return -1;
  if (labels[0] === '' || labels[0]!.startsWith('-') || /^\dx$/i.test(labels[0]!)) return -1;
  // The version of a package.
  if (/^\d+$/.test(labels[0]!) && /^\d+(?:-|$)/.test(labels[1] ?? '')) return -1;
  // The sentence may go on without a space, so the last label that is a top-level domain ends the address.
  let length = labels[0]!.length;
  let known = -1;
  for (const label of labels.slice(1)) {
    if (label === '') break;
    if (isTopLevelDomain(label)) known = from + length + 1 + label.length;
    else {
      const head = /^[\p{L}]{2,}(?=-)/u.exec(label)?.[0] ?? /^[a-z]{2,}(?=[^\0-\x7f])/i.exec(label)?.[0];
      if (head !== undefined && isTopLevelDomain(head)) known = from + length + 1 + head.length;
    }
    length += 1 + label.length;
  }
  if (known === -1 || MACHINE.test(text.slice(from, known))) return -1;
  const last = text.slice(text.lastIndexOf('.', known - 1) + 1, known + 2);
  return SOURCE_LINE.test(last) || /^so\.\d/.test(last) ? -1 : known;
}

/** True when the text before is the user info of a URL: what stands before that `@` is not an address. */
function isInAuthority(text: string, start: number): boolean {
  for (let i = start - 1; i >= 0 && i >= start - MAX_AUTHORITY; i--) {
    const unit = text.charCodeAt(i);
    if (unit === 47) return i >= 2 && text[i - 1] === '/' && text[i - 2] === ':';
    if (
      unit <= 32 ||
      unit === 34 ||
      unit === 39 ||
      unit === 60 ||
      unit === 62 ||
      unit === 63 ||
      unit === 35 ||
      unit === 64
    ) {
      return false;
    }
  }
  return false;
}
