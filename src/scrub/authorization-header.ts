import { DASH, DOT, WORD, runEnd } from './character-class.ts';
import { isPlainValue, lineEnd, readAssignedValue } from './assigned-value.ts';
import { addCookies, addParameters } from './credential-header.ts';
import type { TextScan } from './text-scan.ts';

/** Characters of a value that are looked at to tell whether it is one. */
const MAX_JUDGED = 256;
const MAX_VALUE = 4_096;

/** `Authorization: Basic …`: everything behind the scheme, to the end of the line. */
export function acceptAuthorization(scan: TextScan, from: number): number | null {
  const { text } = scan;
  const opener = /^\\{0,7}["']?/.exec(text.slice(from, from + 9))![0].length;
  const end = lineEnd(scan, from + opener);
  const scheme =
    /^(?:Token[ \t]{1,4}token=|(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey|Api-Key|Key|SSWS|Hawk|OAuth|GenieKey|Bot|AWS4-HMAC-SHA256)[ \t]{1,4})/i.exec(
      text.slice(from + opener, Math.min(end, from + opener + 32)),
    )?.[0];
  let start = from + opener + (scheme?.length ?? 0);
  if (scheme?.endsWith('=') === true) {
    const value = readAssignedValue(scan, start);
    if (value === null || isPlainValue(text.slice(value.start, value.end), value.isQuoted)) return null;
    scan.add(value.start, value.end, 'oauth_token');
    return value.end;
  }
  if (start >= end) return null;
  if (scheme !== undefined && /^(?:Digest|Hawk|OAuth|AWS4)/i.test(scheme)) {
    addParameters(scan, start);
    return null;
  }
  let stop = end;
  if (scheme !== undefined && /^(?:Bearer|Basic|Token|Api-?Key|Key|Bot)/i.test(scheme)) {
    stop = Math.min(end, runEnd(text, start, WORD | DASH | DOT | 32 | 128, MAX_VALUE));
  } else if (scheme === undefined && !text.slice(start, Math.min(end, start + MAX_JUDGED)).includes('=')) {
    const value = readAssignedValue(scan, start);
    if (value === null) return null;
    start = value.start;
    stop = value.end;
    if (stop - start < 16 && !/\d/.test(text.slice(start, stop))) return null;
  }
  const content = text.slice(start, Math.min(stop, start + MAX_JUDGED));
  if (content.length < 4 || isPlainValue(content, false)) return null;
  scan.add(start, stop, scheme !== undefined && /^(?:Api-?)?Key/i.test(scheme) ? 'api_key' : 'oauth_token');
  return stop;
}

/** `Cookie: a=b; c=d`: the values, to the end of the line. */
export function acceptCookies(scan: TextScan, name: string, from: number): null {
  if (from < scan.headerCursor) return null;
  const opener = /^\\{0,7}["']?/.exec(scan.text.slice(from, from + 9))![0].length;
  addCookies(scan, from + opener, lineEnd(scan, from + opener), /^set-/i.test(name));
  return null;
}
