import { isPlainValue } from './assigned-value.ts';
import { COMMAND_TRIGGERS } from './command-password.ts';
import { looksRandom } from './randomness.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

const MAX_AUTHORITY = 512;
const MAX_GO_SOURCE = 200;

/** Passwords that stand without a name: user info of URLs, and command lines and SQL that take one. */
export const PASSWORD_TRIGGERS: readonly Trigger[] = [
  { literal: '://', caseless: false, find: findUserInfo },
  { literal: '%3a%2f%2f', caseless: true, find: findUserInfo },
  ...COMMAND_TRIGGERS,
  { literal: ':5432:', caseless: false, find: findPasswordFile },
  { literal: ':*:', caseless: false, find: findPasswordFile },
  { literal: 'jdbc:oracle:', caseless: true, find: findOracle },
  { literal: '@tcp(', caseless: false, find: findGoSource },
  { literal: '@unix(', caseless: false, find: findGoSource },
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
    if (isEncoded && unit === 37 && /^%(?:2f|3f|23)/i.test(text.slice(end, end + 3))) break;
    if (unit === 58 && colon === -1) colon = end;
    if (unit === 64) sign = end;
    end++;
  }
  // The next URL may begin with the colon before a slash; what is longer than an authority goes on behind its last sign.
  scan.urlCursor = end < stop ? end - 2 : Math.max(start, sign + 1);
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

/** `host:port:database:user:password`: a line of the password file of PostgreSQL. */
function findPasswordFile(scan: TextScan, at: number): void {
  const { text } = scan;
  const rest = /^:(?:5432|\*):[\w.*-]{1,64}:[\w.*-]{1,64}:((?:\\[:\\]|[^\s:\\"']){3,128})(?=$|[\s"'])/.exec(
    text.slice(at, at + 280),
  );
  if (rest === null || !/(?:^|[\s"'])(?:\*|[\w.-]{1,64})$/.test(text.slice(Math.max(0, at - 66), at))) return;
  const end = at + rest[0].length;
  if (!isPlainPassword(rest[1]!)) scan.add(end - rest[1]!.length, end, 'password');
}

/** `jdbc:oracle:thin:user/password@host` */
function findOracle(scan: TextScan, at: number): void {
  const match = /^jdbc:oracle:\w{1,8}:[\w$#.-]{1,64}\/([^\s"'@/]{1,128})@/i.exec(
    scan.text.slice(at, at + 240),
  );
  if (match === null || isPlainPassword(match[1]!)) return;
  const end = at + match[0].length - 1;
  scan.add(end - match[1]!.length, end, 'password');
}

/** `user:password@tcp(host:3306)/name`: what Go's drivers take. */
function findGoSource(scan: TextScan, sign: number): void {
  const before = scan.text.slice(Math.max(0, sign - MAX_GO_SOURCE), sign);
  const password = /(?:^|[\s"'`=])[^\s"'`=:/@]{1,64}:([^\s"'`()\u0001]{1,128})$/.exec(before)?.[1];
  if (password !== undefined && !isPlainPassword(password))
    scan.add(sign - password.length, sign, 'password');
}

/** In a URL even a plain word is a password; templates and masks are not. */
function isPlainPassword(password: string): boolean {
  return !/^[A-Za-z]+$/.test(password) && isPlainValue(password, true);
}
