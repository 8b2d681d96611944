import { BASE64URL, isAt, runEnd } from './character-class.ts';
import type { FindAt, Trigger } from './text-scan.ts';

/** Longest header that is decoded; real ones have a few hundred characters. */
const MAX_HEADER = 4_096;
/** `{"alg":"…"}` */
const MIN_HEADER = 15;

const HEADER_START = /eyJ|ewo|eyA|ew0/;

/** JSON Web Tokens, signed (three segments, or two when the signature was cut off) or encrypted (five). */
export const JWT_TRIGGERS: readonly Trigger[] = ['eyJ', 'ewo', 'eyA', 'ew0'].map((literal) => ({
  literal,
  caseless: false,
  find: findJwt,
}));

function findJwt(...[scan, at]: Parameters<FindAt>): void {
  const { text } = scan;
  if (at < scan.tokenCursor || !scan.startsToken(at)) return;
  const headerEnd = runEnd(text, at, BASE64URL, text.length);
  scan.tokenCursor = headerEnd;
  if (
    text[headerEnd] !== '.' ||
    headerEnd - at > MAX_HEADER ||
    headerEnd - at < MIN_HEADER ||
    !isAt(text, headerEnd + 1, BASE64URL | 64)
  )
    return;
  const header = decodeHeader(text.slice(at, headerEnd));
  if (header === null) return;
  const segments = header.isEncrypted ? 5 : 3;
  let end = headerEnd;
  let last = headerEnd;
  for (let segment = 1; segment < segments && text[end] === '.'; segment++) {
    const next = runEnd(text, end + 1, BASE64URL, text.length);
    // An empty segment occurs inside an encrypted token, at the end of an unsigned one, and where the payload travels
    // apart from its signature; not before a sentence ends.
    const isDetached = segment === 1 && text[next] === '.' && isAt(text, next + 1, BASE64URL);
    if (next === end + 1 && !(header.isEncrypted && segment < 4) && !header.isUnsigned && !isDetached) break;
    last = end + 1;
    end = next;
  }
  // Another one was pasted behind it: the last segment holds its header.
  while (text[end] === '.' && isAt(text, end + 1, BASE64URL) && HEADER_START.test(text.slice(last, end))) {
    for (let segment = 0; segment < 2 && text[end] === '.'; segment++) {
      last = end + 1;
      end = runEnd(text, last, BASE64URL, text.length);
    }
  }
  scan.add(at, end, 'jwt');
  scan.tokenCursor = end;
}

function decodeHeader(text: string): { readonly isEncrypted: boolean; readonly isUnsigned: boolean } | null {
  // Most of what looks like a header is not: told before an exception is made.
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  if (!decoded.includes('"alg"')) return null;
  let header: unknown;
  try {
    header = JSON.parse(decoded);
  } catch {
    return null;
  }
  if (typeof header !== 'object' || header === null || !('alg' in header) || typeof header.alg !== 'string')
    return null;
  return { isEncrypted: 'enc' in header, isUnsigned: header.alg.toLowerCase() === 'none' };
}
