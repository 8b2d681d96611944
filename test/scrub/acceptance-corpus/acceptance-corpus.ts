import { API_KEY } from './api-key-acceptance.ts';
import { AWS_KEY, AWS_SECRET } from './aws-acceptance.ts';
import { CREDIT_CARD } from './credit-card-acceptance.ts';
import { EMAIL } from './email-acceptance.ts';
import { JWT } from './jwt-acceptance.ts';
import { OAUTH_TOKEN } from './oauth-token-acceptance.ts';
import { PASSWORD } from './password-acceptance.ts';
import { PHONE } from './phone-acceptance.ts';
import { PRIVATE_KEY } from './private-key-acceptance.ts';
import { SENSITIVE_NAME } from './sensitive-name-acceptance.ts';
import { SSN } from './ssn-acceptance.ts';
import { STRIPE_KEY } from './stripe-key-acceptance.ts';
import { UNSEEN_FORMS } from './unseen-forms.ts';
import { UNSEEN_NAMES } from './unseen-names.ts';
import type { BuildValue, TypeCases, WriteText } from './acceptance-case.ts';
import { createMaterial } from './random-material.ts';

/** Each case is drawn this often, with other material. */
const DRAWS = 2;

/** `unseen` are the cases that were written last, all of them. */
export type Half = 'dev' | 'holdout' | 'unseen';

/** A text with the places that have to be replaced. */
export interface AcceptanceText {
  readonly text: string;
  readonly secrets: readonly string[];
  /** What has to come out, once for each marker that is right. */
  readonly expected: readonly string[];
}

/** A value, built anew at every call, as it is and with markers in place of what has to be replaced. */
export interface AcceptanceValue {
  readonly raw: () => unknown;
  readonly secrets: readonly string[];
  readonly expected: readonly (() => unknown)[];
}

export interface AcceptanceCases {
  readonly type: string;
  readonly texts: readonly AcceptanceText[];
  readonly values: readonly AcceptanceValue[];
  readonly harmlessTexts: readonly string[];
  readonly harmlessValues: readonly (() => unknown)[];
}

const TYPES: readonly TypeCases[] = [
  EMAIL,
  SSN,
  CREDIT_CARD,
  PHONE,
  AWS_KEY,
  AWS_SECRET,
  OAUTH_TOKEN,
  STRIPE_KEY,
  PASSWORD,
  JWT,
  PRIVATE_KEY,
  API_KEY,
  SENSITIVE_NAME,
];

/**
 * The corpus that neither the rules nor the other corpora were written from. The halves were split before the first
 * run: the rules were mended by what `dev` showed, `holdout` says how they do on what they never saw.
 */
export function acceptanceCorpus(half: Half): readonly AcceptanceCases[] {
  return (half === 'unseen' ? [...UNSEEN_FORMS, ...UNSEEN_NAMES] : TYPES).map((cases) => ({
    type: cases.type,
    texts: drawn(cases.texts, `${cases.type} text`, half).map(([write, seed]) =>
      acceptanceText(cases, write, seed),
    ),
    values: drawn(cases.values, `${cases.type} value`, half).map(([build, seed]) =>
      acceptanceValue(cases, build, seed),
    ),
    harmlessTexts: [
      ...new Set(
        drawn(cases.harmlessTexts, `${cases.type} clean text`, half).map(([write, seed]) =>
          write(createMaterial(seed)),
        ),
      ),
    ],
    harmlessValues: drawn(cases.harmlessValues, `${cases.type} clean value`, half).map(
      ([build, seed]) =>
        () =>
          build(createMaterial(seed), (secret) => secret),
    ),
  }));
}

/** `«api_key|npm_…»`: a marker that is right here besides that of the type. */
const OTHER_MARKER = /«([a-z_]+)\|/u;

function acceptanceText({ type, orInTexts = [] }: TypeCases, write: WriteText, seed: number): AcceptanceText {
  const written = write(createMaterial(seed));
  const other = OTHER_MARKER.exec(written)?.[1];
  const labelled = written.replace(OTHER_MARKER, '«');
  const markers = [...(other === undefined ? [] : [other]), type, ...orInTexts];
  const secrets = [...labelled.matchAll(/«([^»]+)»/gsu)].map(([, secret]) => secret ?? '');
  return {
    text: labelled.replaceAll(/[«»]/gu, ''),
    secrets,
    expected: markers.map((marker) => labelled.replaceAll(/«[^»]+»/gsu, `[REDACTED:${marker}]`)),
  };
}

function acceptanceValue(
  { type, orInValues = [] }: TypeCases,
  build: BuildValue,
  seed: number,
): AcceptanceValue {
  const secrets: string[] = [];
  build(createMaterial(seed), (secret) => {
    secrets.push(...leaves(secret));
    return secret;
  });
  return {
    raw: () => build(createMaterial(seed), (secret) => secret),
    secrets,
    expected: [type, ...orInValues].map((marker) => () => build(createMaterial(seed), asMarker(marker))),
  };
}

function leaves(secret: unknown): readonly string[] {
  return typeof secret === 'object' && secret !== null
    ? Object.values(secret).flatMap(leaves)
    : [String(secret)];
}

/** The marker stands where the secret stood, whatever the secret's type was. */
function asMarker(marker: string): <Secret>(secret: Secret) => Secret {
  return () => `[REDACTED:${marker}]` as never;
}

function drawn<Case>(cases: readonly Case[], name: string, half: Half): readonly (readonly [Case, number])[] {
  const seed = hash(name);
  return shuffled(
    cases.map((_, index) => index),
    seed,
  )
    .filter((_, position) => half === 'unseen' || (position % 2 === 0) === (half === 'dev'))
    .flatMap((index) =>
      Array.from(
        { length: DRAWS },
        (_, draw) => [cases[index] as Case, seed + index * 31 + draw * 7919] as const,
      ),
    );
}

function shuffled(indexes: readonly number[], seed: number): readonly number[] {
  const { int } = createMaterial(seed);
  return indexes
    .map((index) => [int(0, 1_000_000), index] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, index]) => index);
}

function hash(text: string): number {
  let code = 7;
  for (const character of text) code = (Math.imul(code, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return code;
}
