import {
  GLUED_ENDS,
  KEY_QUALIFIER_SET,
  METADATA_FIRST_SET,
  METADATA_LAST_SET,
  PLACE_QUALIFIER_SET,
  SECRET_PAIR_SET,
  SECRET_WORD_SET,
  TICKET_QUALIFIER_SET,
  TOKEN_WORD_SET,
} from './name-words.ts';
import { isThingName } from './other-number.ts';
import { isPhoneName } from './phone-words.ts';
import type { ScrubType } from './scrub-type.ts';
import { MAX_NAME, splitWords } from './split-words.ts';
import type { TextHint } from './text-scan.ts';

/** What a name says about the value beside it. */
export interface NameRule {
  /** Type of the secret when the name and the value stand in a text; null when the name is harmless. */
  readonly secret: ScrubType | null;
  /** A number under this name is a count (`tokens: 1500`), not the secret. */
  readonly keepsNumbers: boolean;
  /** A word under this name is a name too (`storageKey: 'theme'`), not the secret. */
  readonly needsRandom: boolean;
  /** A path under this name is the working directory of a shell (`PWD`), not the secret. */
  readonly keepsPaths: boolean;
  /** What a harmless name says about the kind of value. */
  readonly hint: TextHint;
}

/** Judges names. */
export interface NameJudge {
  judge(name: string): NameRule;
  /** A harmless name together with the word before it in a text: `API key`, `session id`. */
  judgeBehind(word: string, name: string): NameRule;
}

/**
 * True for what a form or a table of messages says under a sensitive name, which is the name in words: `Password`,
 * `Mot de passe`, `Forgot your password?`, `DB_PASSWORD`. A password in words has no such word in it.
 */
export function isLabel(text: string): boolean {
  if (text.length > MAX_LABEL || !(LABEL.test(text) || VARIABLE.test(text))) return false;
  return secretOf(splitWords(text)) !== null;
}

/** What a name says that says nothing. */
export const HARMLESS: NameRule = {
  secret: null,
  keepsNumbers: true,
  needsRandom: false,
  keepsPaths: false,
  hint: null,
};

const MARKERS = /\[REDACTED:[a-z][a-z_\d]{0,41}\](?:#\d+)?/g;
const MAX_LABEL = 80;
/** Words with spaces between, the first one with a capital letter or in a script that has none. */
const LABEL =
  /^(?:\p{Lu}\p{Ll}*|[\p{Lo}\p{Lm}]+)(?:[ ’'-](?:\p{Lu}?\p{Ll}+|[\p{Lo}\p{Lm}]+)){0,11} ?[.?!:*…]{0,3}$/u;
/** `AWS_SECRET_ACCESS_KEY`: the name of a variable that has the secret. */
const VARIABLE = /^[A-Z]{2,20}(?:_[A-Z]{2,20}){1,5}$/;
/** Names that a judge remembers. */
const MAX_KNOWN = 1_000;

/** The name in the one form in which user lists compare: words joined by a space. */
function normalise(name: string): string {
  return splitWords(name).join('');
}

/**
 * A judge of names with a bounded memory of its own: the names of a program repeat.
 * @param redactNames names that are always sensitive
 * @param allowNames names that never are, whatever the words say; wins over `redactNames`
 */
export function createNameJudge(redactNames: readonly string[], allowNames: readonly string[]): NameJudge {
  const redacted = new Set(redactNames.map(normalise));
  const allowed = new Set(allowNames.map(normalise));
  const judge = (written: string): NameRule => {
    // `[REDACTED:aws_key]`: what a key was says nothing of its value.
    const name = written.includes('[REDACTED:') ? written.replace(MARKERS, ' ') : written;
    if (redacted.size + allowed.size > 0) {
      const normal = normalise(name);
      if (allowed.has(normal)) return HARMLESS;
      if (redacted.has(normal)) return { ...HARMLESS, secret: 'sensitive_name', keepsNumbers: false };
    }
    return judgeWords(splitWords(name));
  };
  const known = new Map<string, NameRule>();
  const remember = (name: string): NameRule => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const rule = judge(name);
    if (known.size >= MAX_KNOWN) known.clear();
    if (name.length <= MAX_NAME) known.set(name, rule);
    return rule;
  };
  const hasLists = redacted.size + allowed.size > 0;
  return {
    judge: remember,
    // Words before a name hardly repeat: judging each pair would cost a text of nothing but `key=…` 4 µs a time.
    judgeBehind: (word, name) => (hasLists || canQualify(word) ? remember(`${word} ${name}`) : HARMLESS),
  };
}

const FIRST_OF_PAIR: ReadonlySet<string> = new Set(
  Array.from(SECRET_PAIR_SET, (pair) => pair.split(' ')[0]!),
);

/** Whether a word before a harmless name can make a sensitive one of the two. */
function canQualify(word: string): boolean {
  if (/\p{Ll}\p{Lu}/u.test(word)) return true;
  const lower = word.toLowerCase();
  return (
    FIRST_OF_PAIR.has(lower) ||
    KEY_QUALIFIER_SET.has(lower) ||
    SECRET_WORD_SET.has(lower) ||
    TOKEN_WORD_SET.has(lower) ||
    lower === 'connect' ||
    lower.endsWith('api') ||
    GLUED_ENDS.some((end) => lower.endsWith(end))
  );
}

function judgeWords(words: readonly string[]): NameRule {
  const core = withoutNumbers(words);
  if (core.length === 0) return HARMLESS;
  const secret = secretOf(core);
  if (secret === null || isMetadata(core)) return { ...HARMLESS, hint: hintOf(core) };
  return {
    secret,
    keepsNumbers: isCounter(core),
    needsRandom: core.at(-2) === 'storage',
    keepsPaths: words.length === 1 && words[0] === 'pwd',
    hint: hintOf(core),
  };
}

/** `tokens: 1500`, `pass: 12`: under such names a number counts something. */
function isCounter(words: readonly string[]): boolean {
  if (words.length === 1 && words[0] === 'pass') return true;
  return words.some((word) => TOKEN_WORD_SET.has(word)) && !words.some((word) => SECRET_WORD_SET.has(word));
}

/** `password2`, `secret_1`: the number is not a word of the name. */
function withoutNumbers(words: readonly string[]): string[] {
  return words
    .map((word) => (/\d$/.test(word) && !SECRET_WORD_SET.has(word) ? word.replace(/\d+$/, '') : word))
    .filter((word) => word !== '');
}

function secretOf(words: readonly string[]): ScrubType | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = words[i + 1];
    if (next !== undefined && SECRET_PAIR_SET.has(`${word} ${next}`)) return typeOf(words);
    if (SECRET_WORD_SET.has(word) && !(word === 'pass' && isOrdinaryPass(words, i))) return typeOf(words);
    if (TOKEN_WORD_SET.has(word) && !(/^tokens?$/.test(word) && PLACE_QUALIFIER_SET.has(words[i - 1] ?? '')))
      return typeOf(words);
    // A `sid` is a session's id by itself (`sid`, `connect.sid`), elsewhere the id of an account or a message.
    if (word === 'sid' && (words.length === 1 || words[i - 1] === 'connect' || words[i - 1] === 'session'))
      return typeOf(words);
    if (
      /^(?:keys?|schlüssel|ключ)$/.test(word) &&
      i > 0 &&
      (KEY_QUALIFIER_SET.has(words[i - 1]!) || words[i - 1]!.endsWith('api'))
    )
      return typeOf(words);
    if (
      GLUED_ENDS.some((end) => word.endsWith(end) && word !== `no${end}`) &&
      !(/^tokens?$/.test(word) && i > 0)
    )
      return typeOf(words);
  }
  return null;
}

/** `passRate`, `boardingPass`: a pass that is no password. */
function isOrdinaryPass(words: readonly string[], index: number): boolean {
  return index === 0 ? words.length > 1 : TICKET_QUALIFIER_SET.has(words[index - 1]!);
}

function isMetadata(words: readonly string[]): boolean {
  if (words.length < 2) return false;
  const last = words.at(-1)!;
  if (METADATA_FIRST_SET.has(words[0]!)) return true;
  if (last === 'check') return /^cv[cv]$/.test(words.at(-2)!);
  if (!METADATA_LAST_SET.has(last)) return false;
  return !SECRET_PAIR_SET.has(`${words.at(-2)!} ${last}`);
}

function typeOf(words: readonly string[]): ScrubType {
  const name = words.join('');
  if (/aws(?:session|security)token|amzsecuritytoken|(?:aws|amazon).*secret|secretaccesskey/.test(name))
    return 'aws_secret';
  if (
    /privatekey|sshkey|signingkey|encryptionkey|presharedkey|(?:seed|recovery|mnemonic)phrase|mnemonic/.test(
      name,
    )
  )
    return 'private_key';
  if (/ssn|socialsecurity/.test(name)) return 'ssn';
  if (
    /pass|pwd|pswd|^pw$|credential|creds?$|contrase|clave|wort|senha|motde|mdp|wacht|senord|has[lł]o|heslo|[sş]ifre|parola|salasana|парол|密码|密碼|口令|パスワード|暗証|비밀번호|암호|connectionstring/.test(
      name,
    )
  ) {
    return 'password';
  }
  if (/^(?:[cp]?vv2?|cvc2?|csc|pin|pincode|otp|totp|hotp|mfa.*|.*code|.*codes|.*answer)$/.test(name))
    return 'sensitive_name';
  if (/token|jwt|bearer|authorization|authheader|cookie|sid$|sess|csrf|xsrf|clientsecret/.test(name))
    return 'oauth_token';
  if (/key|schlüssel|ключ|^api|密钥|密鑰/.test(name)) return 'api_key';
  return 'password';
}

function hintOf(words: readonly string[]): TextHint {
  if (isThingName(words)) return 'thing';
  if (METADATA_LAST_SET.has(words.at(-1)!)) return null;
  if (isPhoneName(words)) return 'phone';
  for (const word of words) {
    if (/^(?:ssn|itin)$/.test(word)) return 'ssn';
    if (/^(?:card|pan|creditcard|cardnumber|ccnum|ccnumber)$/.test(word)) return 'credit_card';
  }
  return words.join(' ').startsWith('social security') ? 'ssn' : null;
}
