import { describe, expect, test } from 'vitest';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { ALNUM, HEX, createRandom } from './seeded-random.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const random = createRandom(20);

const alnum = (length: number): string => `7${random.text(ALNUM, length - 2)}q`;
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A text with its secret in it. */
interface Sample {
  readonly text: string;
  readonly secret: string;
}

/** Tokens that tell by themselves what they are, also when they were pasted without anything between. */
const TOKENS: Readonly<Record<string, () => Sample>> = {
  'GitHub token': () => whole(`ghp_${alnum(36)}`),
  'GitLab token': () => whole(`glpat-${alnum(20)}`),
  'Slack token': () => whole(`xoxb-123456789012-${alnum(24)}`),
  'Google key': () => whole(`AIza${alnum(35)}`),
  'OpenAI key': () => whole(`sk-proj-${alnum(48)}`),
  'Anthropic key': () => whole(`sk-ant-api03-${alnum(93)}AA`),
  'SendGrid key': () => whole(`SG.${alnum(22)}.${alnum(43)}`),
  'Stripe key': () => whole(`sk_live_${alnum(24)}`),
  'webhook secret': () => whole(`whsec_${alnum(32)}`),
  'AWS key id': () => whole(`AKIA${random.text('ABCDEFGHJKLMNPQRSTUVWXYZ234567', 16)}`),
  'JSON Web Token': () => {
    const secret = `${base64url({ n: alnum(10) })}.${alnum(43)}`;
    return { text: `${base64url({ alg: 'HS256', typ: 'JWT' })}.${secret}`, secret };
  },
};

/** Secrets that something around them tells. */
const OTHERS: Readonly<Record<string, () => Sample>> = {
  'e-mail address': () => whole(`jane.${random.text(HEX, 8)}@example.com`),
  'quoted password': () => behind('"password":"', alnum(9), '"'),
  password: () => behind('password=', alnum(9)),
  'API key': () => behind('api_key=', alnum(32)),
  'AWS secret': () => behind('aws_secret_access_key=', alnum(40)),
  'bearer token': () => behind('Bearer ', alnum(32)),
  'basic credentials': () => behind('Basic ', Buffer.from(`ada:${alnum(12)}`).toString('base64')),
  'password in a URL': () => behind('postgres://ada:', alnum(9), '@db.example'),
  'password in a URL without a host': () => behind('://ada:', alnum(9), '@'),
  cookie: () => behind('Cookie: sid=', alnum(26)),
  'private key': () => behind('-----BEGIN PRIVATE KEY-----\n', alnum(64), '\n-----END PRIVATE KEY-----'),
};

function whole(secret: string): Sample {
  return { text: secret, secret };
}

function behind(before: string, secret: string, after: string = ''): Sample {
  return { text: `${before}${secret}${after}`, secret };
}

const BETWEEN: readonly string[] = [
  ' ',
  ',',
  ';',
  '|',
  '\n',
  '\t',
  '&',
  '"',
  "'",
  '<',
  '>',
  ')',
  '#',
  '?',
  ':',
];

const { scrubText } = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS });

function expectGone(samples: readonly Sample[], between: string): void {
  const scrubbed = scrubText(samples.map(({ text }) => text).join(between));
  for (const { secret } of samples) expect(scrubbed).not.toContain(secret);
  expect(scrubText(scrubbed)).toBe(scrubbed);
}

describe('two secrets with one sign between them both go', () => {
  const all = { ...TOKENS, ...OTHERS };
  test.each(Object.keys(all))('%s, before and behind any other', (name) => {
    for (const other of Object.values(all)) {
      for (const between of BETWEEN) expectGone([all[name]!(), other()], between);
    }
  });
});

describe('two tokens with nothing between them both go', () => {
  test.each(Object.keys(TOKENS))('%s, before any other', (name) => {
    for (const other of Object.values(TOKENS)) expectGone([TOKENS[name]!(), other()], '');
  });
});

describe('a row of secrets of one kind goes as a whole', () => {
  test.each(Object.entries({ ...TOKENS, ...OTHERS }))('%s', (_, sample) => {
    for (const between of [' ', ',', '\n']) expectGone(Array.from({ length: 40 }, sample), between);
  });

  test('and so do URLs with nothing between them', () => {
    expect(scrubText('://a:b7@://a:c8@://a:d9@')).toBe(
      '://a:[REDACTED:password]@://a:[REDACTED:password]@://a:[REDACTED:password]@',
    );
  });
});
