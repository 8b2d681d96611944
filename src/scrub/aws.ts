import {
  BASE64,
  DIGIT,
  EQUALS,
  LOWER,
  UNDERSCORE,
  DASH,
  UPPER,
  WORD,
  isAt,
  runEnd,
  runStart,
} from './character-class.ts';
import { isNextToken } from './issuer-token.ts';
import { classesIn, entropyOf, isIdentifier, isPlaceholder } from './randomness.ts';
import type { TextScan, Trigger } from './text-scan.ts';

const SECRET_LENGTH = 40;
/** How far from a word that speaks of AWS a secret key may stand. */
const WINDOW = 80;

/** A name or a scheme right before the value that says that it is something else; the value is found by that name. */
const OTHER_SECRET =
  /(?:(?<!security[_-]?)token|sess(?:ion)?|api[_-]?key|(?<![a-z_\s-])key|client[_-]?secret|password)["']?\s{0,4}[:=]{1,2}>?\s{0,4}["']?$|\b(?:bearer|basic|bot|apikey)[ \t]{1,4}$/;

/** Access key ids: `AKIA…`, `ASIA…`, `ABIA…`, `ACCA…`; and 40 characters near a word that speaks of AWS. */
export const AWS_TRIGGERS: readonly Trigger[] = [
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((literal): Trigger => ({
    literal,
    caseless: false,
    find: findKeyId,
  })),
  ...['aws', 'secret', 'access key', 'access_key', 'access-key', 'accesskey'].map((literal): Trigger => ({
    literal,
    caseless: true,
    find: findSecretsNear,
  })),
];

/** True for a text that is an access key id and nothing else. */
export function isAwsKeyId(text: string): boolean {
  return /^(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}$/.test(text);
}

/** True for 40 characters that look like a secret access key. */
export function isAwsSecret(text: string): boolean {
  if (text.length !== SECRET_LENGTH || isIdentifier(text)) return false;
  const needed = UPPER | LOWER | DIGIT;
  if ((classesIn(text) & needed) !== needed) return false;
  // `MyApp/Prod/Database/Credentials/Primary1`: the name of a secret.
  if (text.includes('/') && text.split('/').every((part) => /^[A-Za-z]{3,}\d{0,3}$/.test(part))) return false;
  return entropyOf(text) >= 4 && (text.match(/\//g)?.length ?? 0) <= 4;
}

function findKeyId(scan: TextScan, at: number): void {
  const { text } = scan;
  const end = at + 20;
  const id = text.slice(at, end);
  if (!isAwsKeyId(id) || !scan.startsToken(at) || isPlaceholder(id.slice(4))) return;
  if (isAt(text, end, WORD) && !isNextToken(text, end)) return;
  if (
    id.startsWith('ASIA') &&
    !/\d/.test(id) &&
    !/aws|access|key|amz|credential/.test(scan.before(at, WINDOW))
  )
    return;
  scan.add(at, end, 'aws_key');
  findSecretsNear(scan, at);
}

function findSecretsNear(scan: TextScan, at: number): void {
  const { text } = scan;
  const stop = Math.min(text.length, at + WINDOW + SECRET_LENGTH);
  let from = Math.max(scan.windowCursor, at - WINDOW - SECRET_LENGTH);
  while (from < stop) {
    if (!isAt(text, from, BASE64)) {
      from++;
      continue;
    }
    const start = runStart(text, from, BASE64, SECRET_LENGTH + 1);
    const end = runEnd(text, from, BASE64, SECRET_LENGTH + 1 + (stop - from));
    // Three letters of the run itself say nothing of it.
    if (end - start >= SECRET_LENGTH && (at < start || at >= end)) judge(scan, start, end);
    from = end;
  }
  scan.windowCursor = Math.max(scan.windowCursor, from);
}

function judge(scan: TextScan, runFrom: number, end: number): void {
  const { text } = scan;
  // `=` and `/` of `key=/…` belong to the syntax: the secret is what fills the run from its end.
  const start = end - runFrom > SECRET_LENGTH && endsEscapeLetter(text, runFrom) ? runFrom + 1 : runFrom;
  if (end - start !== SECRET_LENGTH) return;
  if (isAt(text, end, EQUALS | UNDERSCORE | DASH) || isAt(text, start - 1, UNDERSCORE | DASH)) return;
  const before = scan.before(start, WINDOW);
  if (/arn:aws[^\s"']*$/.test(before) || OTHER_SECRET.test(before)) return;
  if (isAwsSecret(text.slice(start, end))) scan.add(start, end, 'aws_secret');
}

function endsEscapeLetter(text: string, start: number): boolean {
  return text[start - 1] === '\\' && 'nrt'.includes(text[start]!);
}
