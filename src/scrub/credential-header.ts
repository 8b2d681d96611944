import { isPlainValue } from './assigned-value.ts';
import type { TextScan } from './text-scan.ts';

const MAX_HEADER = 8_192;

/** Parameters of `Authorization: OAuth …`, `Digest …`, `Hawk …` and `AWS4-HMAC-SHA256 …` that prove who asks. */
const PROOFS =
  /\b(?:oauth_token|oauth_signature|oauth_verifier|response|mac|signature|access_token)=\\{0,3}"?([^"\\,;\s]{4,1024})/gi;

/** Adds the proofs among the parameters that begin at `from`; the names and everything public stay. */
export function addParameters(scan: TextScan, from: number): void {
  if (from < scan.headerCursor) return;
  const line = /^[^\r\n]*/.exec(scan.text.slice(from, from + MAX_HEADER))![0];
  scan.headerCursor = from + line.length;
  for (const match of line.matchAll(PROOFS)) {
    const value = match[1]!;
    const end = from + match.index + match[0].length;
    if (!isPlainValue(value, true)) scan.add(end - value.length, end, 'oauth_token');
  }
}

/** Settings of a page that people are not told by: `dark`, `en-US`, `true`, `2`. */
const SETTING = /^(?:[A-Za-z]{1,12}(?:[-_][A-Za-z]{1,12})?|\d{1,3})$/;
/** Names of cookies that carry a session or a person, whatever their value looks like. */
const SESSION = /sess|sid|token|auth|jwt|user|login|remember|csrf|xsrf|key|secret|cred|pass|pwd/i;

/**
 * Adds the values of the cookies between `from` and `end`: of all pairs in a `Cookie`, of the first one in a `Set-Cookie`,
 * where attributes follow it. Names, attributes and plain settings stay.
 */
export function addCookies(scan: TextScan, from: number, end: number, isSet: boolean): void {
  const line = scan.text.slice(from, Math.min(end, from + MAX_HEADER));
  scan.headerCursor = from + line.length;
  // What was redacted before is no value again.
  for (const match of line.matchAll(/(?:^|;[ ]?)([^=;\s]{1,128})=("?)([^;"\u0001]*)/g)) {
    const [whole, name, , value] = match as unknown as [string, string, string, string];
    const stop = from + match.index + whole.length;
    const isSecret = SESSION.test(name) ? value.length >= 2 : !SETTING.test(value);
    if (value !== '' && isSecret && !isPlainValue(value, true))
      scan.add(stop - value.length, stop, 'oauth_token');
    if (isSet) break;
  }
}
