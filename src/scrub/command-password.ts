import { WORD, isAt } from './character-class.ts';
import { isPlainValue, readAssignedValue } from './assigned-value.ts';
import type { FindAt, Trigger } from './text-scan.ts';

/** How much of a command is looked at, from its program to the password. */
const MAX_COMMAND = 240;

/** Commands that take a password, by the program from which a search starts, and what stands before the password. */
const COMMANDS: readonly (readonly [string, RegExp])[] = [
  ['identified by', /^identified by[ \t]{1,4}(?:password[ \t]{1,4})?(?!`)/i],
  ['sshpass', /^sshpass[ \t]{1,4}-p[ \t]{0,4}/i],
  ['mysql', /^mysql(?:dump|admin)?[ \t](?:[^\n|;]{0,120}?[ \t])?-p(?=[^\s])/i],
  ['redis-cli', /^redis-cli[ \t](?:[^\n|;]{0,120}?[ \t])?-a[ \t]{1,4}/i],
  ['docker login', /^docker login (?:[^\n|;]{0,120}? )?(?:-p|--password)(?:[ \t]{1,4}|=)/i],
  ['podman login', /^podman login (?:[^\n|;]{0,120}? )?(?:-p|--password)(?:[ \t]{1,4}|=)/i],
  ['mongo', /^mongo(?:sh|dump|restore|export|import)?[ \t](?:[^\n|;]{0,120}?[ \t])?-p[ \t]{1,4}/],
  ['sqlcmd', /^sqlcmd[ \t][^\n|;]{0,120}?[ \t]-P[ \t]{0,4}/],
  ...['ldapsearch', 'ldapmodify', 'ldapadd'].map(
    (program) => [program, /^ldap[a-z]{3,8}[ \t][^\n|;]{0,160}?[ \t]-w[ \t]{1,4}/] as const,
  ),
  ['smbclient', /^smbclient[ \t][^\n|;]{0,120}?[ \t]-U[ \t]{0,4}[\w.\\-]{1,64}%/],
  ['useradd', /^useradd[ \t](?:[^\n|;]{0,120}?[ \t])?-p[ \t]{1,4}/],
  ['usermod', /^usermod[ \t](?:[^\n|;]{0,120}?[ \t])?-p[ \t]{1,4}/],
  // `-b` takes the password from the command, `-n` writes to no file.
  [
    'htpasswd',
    /^htpasswd[ \t]{1,4}-(?=[A-Za-z]{0,7}n)(?=[A-Za-z]{0,7}b)[A-Za-z]{2,8}[ \t]{1,4}[^\s-]\S{0,64}[ \t]{1,4}(?!-)/,
  ],
  [
    'htpasswd',
    /^htpasswd[ \t]{1,4}(?:-[A-Zac-mo-z]{1,8}[ \t]{1,4}){0,2}-[A-Zac-mo-z]{0,7}b[A-Za-mo-z]{0,7}[ \t]{1,4}(?:[^\s-]\S{0,80}[ \t]{1,4}){2}(?!-)/,
  ],
  ['net use', /^net use[ \t](?:\S{1,80}[ \t]{1,4}){1,2}\/user:\S{1,80}[ \t]{1,4}(?!\/)/i],
  ['net use', /^net use[ \t](?:[A-Za-z*]:?[ \t]{1,4})?\\\\\S{1,80}[ \t]{1,4}(?![/\s])/i],
  ['net user', /^net user[ \t]{1,4}[^\s/]\S{0,64}[ \t]{1,4}(?![/\s])/i],
  // Redis and mail servers: `AUTH …`, `AUTH PLAIN …`.
  ['AUTH ', /^AUTH (?:PLAIN |LOGIN )?(?=\S{0,128}\d)(?=\S{0,128}[A-Za-z])(?=\S{6})/],
  ['curl ', /^curl [^\n|;]{0,120}?(?:-u|--user)[ \t=]{0,4}["']?[^\s:"']{1,64}:(?!\/)/i],
];

/** Passwords that stand without a name where a command or SQL takes one. */
export const COMMAND_TRIGGERS: readonly Trigger[] = COMMANDS.map(([literal, command]) => ({
  literal,
  caseless: literal === literal.toLowerCase(),
  find: findBehind(command),
}));

function findBehind(command: RegExp): FindAt {
  return (scan, at) => {
    const { text } = scan;
    if (at < scan.urlCursor || isAt(text, at - 1, WORD)) return;
    const before = command.exec(text.slice(at, at + MAX_COMMAND));
    if (before === null) return;
    const value = readAssignedValue(scan, at + before[0].length);
    if (value === null || isPlainValue(text.slice(value.start, value.end), value.isQuoted)) return;
    scan.add(value.start, value.end, 'password');
    scan.urlCursor = value.end;
  };
}
