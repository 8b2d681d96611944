import { SPACE, WORD, isAt, runEnd } from './character-class.ts';
import { isPlainValue, readAssignedValue } from './assigned-value.ts';
import { looksRandom } from './randomness.ts';
import type { FindAt, Trigger } from './text-scan.ts';

const MAX_AUTHORITY = 512;

/** Passwords that stand without a name: user info of URLs, and command lines and SQL that take one. */
export const PASSWORD_TRIGGERS: readonly Trigger[] = [
  { literal: '://', caseless: false, find: findUserInfo },
  { literal: '%3a%2f%2f', caseless: true, find: findUserInfo },
  {
    literal: 'identified by',
    caseless: true,
    find: findBehind(/^identified by[ \t]{1,4}(?:password[ \t]{1,4})?(?!`)/i),
  },
  { literal: 'sshpass', caseless: true, find: findBehind(/^sshpass[ \t]{1,4}-p[ \t]{0,4}/i) },
  {
    literal: 'mysql',
    caseless: true,
    find: findBehind(/^mysql(?:dump|admin)?[ \t][^\n|;]{0,120}?[ \t]-p(?=[^\s])/i),
  },
  {
    literal: 'redis-cli',
    caseless: true,
    find: findBehind(/^redis-cli[ \t][^\n|;]{0,120}?[ \t]-a[ \t]{1,4}/i),
  },
  {
    literal: 'curl ',
    caseless: true,
    find: findBehind(/^curl [^\n|;]{0,120}?(?:-u|--user)[ \t=]{0,4}["']?[^\s:"']{1,64}:(?!\/)/i),
  },
];

/** `scheme://user:password@host`: the password only; user and host are kept. */
function findUserInfo(...[scan, at]: Parameters<FindAt>): void {
  const { text } = scan;
  if (at < scan.urlCursor) return;
  const isEncoded = text[at] === '%';
  const start = at + (isEncoded ? 9 : 3);
  const stop = Math.min(text.length, start + MAX_AUTHORITY);
  let end = start;
  let colon = -1;
  let sign = -1;
  while (end < stop) {
    const unit = text.charCodeAt(end);
    // White space and the blanked out marker's neighbours, `"`, `#`, `'`, `/`, `<`, `>`, `?`, backquote end it.
    if (
      (unit <= 32 && unit !== 1) ||
      unit === 34 ||
      unit === 35 ||
      unit === 39 ||
      unit === 47 ||
      unit === 60 ||
      unit === 62 ||
      unit === 63 ||
      unit === 96
    )
      break;
    if (unit === 58 && colon === -1) colon = end;
    if (unit === 64) sign = end;
    end++;
  }
  scan.urlCursor = end;
  if (sign === -1) return;
  if (colon === -1 || colon > sign) {
    const user = text.slice(start, sign);
    if (user.length >= 20 && looksRandom(user)) scan.add(start, sign, 'oauth_token');
    return;
  }
  const password = text.slice(colon + 1, sign);
  if (password === '' || isPlainPassword(password)) return;
  scan.add(colon + 1, sign, 'password');
}

/** In a URL even a plain word is a password; templates and masks are not. */
function isPlainPassword(password: string): boolean {
  return !/^[A-Za-z]+$/.test(password) && isPlainValue(password, true);
}

function findBehind(command: RegExp): FindAt {
  return (scan, at) => {
    const { text } = scan;
    if (at < scan.urlCursor || isAt(text, at - 1, WORD)) return;
    const before = command.exec(text.slice(at, at + 240));
    scan.urlCursor = Math.max(scan.urlCursor, at + 5);
    if (before === null) return;
    const value = readAssignedValue(scan, runEnd(text, at + before[0].length, SPACE, 4));
    if (value === null || isPlainValue(text.slice(value.start, value.end), value.isQuoted)) return;
    scan.add(value.start, value.end, 'password');
    scan.urlCursor = value.end;
  };
}
