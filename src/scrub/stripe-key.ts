import { ALNUM, BASE64, EQUALS, WORD, runEnd, runStart, startsToken } from './character-class.ts';
import { isPlaceholder } from './randomness.ts';
import type { FindAt, Trigger } from './text-scan.ts';

const MIN_BODY = 10;
const MAX_BODY = 255;

const SECRET_PREFIXES = ['sk', 'rk', 'sk_org', 'ek'].flatMap((kind) =>
  ['live', 'test', 'prod'].map((mode) => `${kind}_${mode}_`),
);
/** The id of an object before its `_secret_`, and how far back it is looked for. */
const INTENT = /(?:pi|seti|cs_test|cs_live|cs|src|tok)_[A-Za-z0-9]{10,40}$/;
const MAX_INTENT = 52;

/** Secret and restricted keys, webhook signing secrets, client secrets of intents. Public keys and ids stay. */
export const STRIPE_TRIGGERS: readonly Trigger[] = [
  ...SECRET_PREFIXES.map((literal): Trigger => ({ literal, caseless: false, find: findKey(literal.length) })),
  {
    literal: 'whsec_',
    caseless: false,
    find(scan, at) {
      const end = runEnd(scan.text, runEnd(scan.text, at + 6, BASE64, MAX_BODY), EQUALS, 2);
      if (end - at - 6 >= 16 && startsToken(scan.text, at)) scan.add(at, end, 'stripe_key');
    },
  },
  { literal: '_secret_', caseless: false, find: findIntentSecret },
];

function findKey(prefixLength: number): FindAt {
  return (scan, at) => {
    const end = runEnd(scan.text, at + prefixLength, ALNUM, MAX_BODY);
    if (end - at - prefixLength < MIN_BODY || !startsToken(scan.text, at)) return;
    if (!isPlaceholder(scan.text.slice(at + prefixLength, end))) scan.add(at, end, 'stripe_key');
  };
}

function findIntentSecret(...[scan, at]: Parameters<FindAt>): void {
  const { text } = scan;
  const end = runEnd(text, at + 8, ALNUM, MAX_BODY);
  if (end - at - 8 < MIN_BODY) return;
  const id = INTENT.exec(text.slice(runStart(text, at, WORD, MAX_INTENT), at));
  if (id !== null && startsToken(text, at - id[0].length)) scan.add(at - id[0].length, end, 'stripe_key');
}
