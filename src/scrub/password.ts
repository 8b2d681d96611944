import { SPACE, WORD, isAt, runEnd } from './character-class.ts';
import { isPlainValue, readAssignedValue } from './assigned-value.ts';
import { looksRandom } from './randomness.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

const MAX_AUTHORITY = 512;
const MAX_GO_SOURCE = 200;

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
    find: findBehind(/^mysql(?:dump|admin)?[ \t](?:[^\n|;]{0,120}?[ \t])?-p(?=[^\s])/i),
  },
  {
    literal: 'redis-cli',
    caseless: true,
    find: findBehind(/^redis-cli[ \t](?:[^\n|;]{0,120}?[ \t])?-a[ \t]{1,4}/i),
  },
  ...['docker', 'podman'].map((program): Trigger => ({
    literal: `${program} login`,
    caseless: true,
    find: findBehind(/^(?:docker|podman) login (?:[^\n|;]{0,120}? )?(?:-p|--password)(?:[ \t]{1,4}|=)/i),
  })),
  {
    literal: 'mongo',
    caseless: true,
    find: findBehind(/^mongo(?:sh|dump|restore|export|import)?[ \t](?:[^\n|;]{0,120}?[ \t])?-p[ \t]{1,4}/),
  },
  { literal: 'sqlcmd', caseless: true, find: findBehind(/^sqlcmd[ \t][^\n|;]{0,120}?[ \t]-P[ \t]{0,4}/) },
  ...['ldapsearch', 'ldapmodify', 'ldapadd'].map((literal): Trigger => ({
    literal,
    caseless: true,
    find: findBehind(/^ldap[a-z]{3,8}[ \t][^\n|;]{0,160}?[ \t]-w[ \t]{1,4}/),
  })),
  {
    literal: 'smbclient',
    caseless: true,
    find: findBehind(/^smbclient[ \t][^\n|;]{0,120}?[ \t]-U[ \t]{0,4}[\w.\\-]{1,64}%/),
  },
  // Redis and mail servers: `AUTH …`, `AUTH PLAIN …`.
  {
    literal: 'AUTH ',
    caseless: false,
    find: findBehind(/^AUTH (?:PLAIN |LOGIN )?(?=\S{0,128}\d)(?=\S{0,128}[A-Za-z])(?=\S{6})/),
  },
  { literal: 'jdbc:oracle:', caseless: true, find: findOracle },
  { literal: '@tcp(', caseless: false, find: findGoSource },
  { literal: '@unix(', caseless: false, find: findGoSource },
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
