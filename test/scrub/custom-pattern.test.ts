import { describe, expect, test } from 'vitest';
import { createCustomPatterns } from '../../src/scrub/custom-pattern.ts';
import { SCRUB_TYPES, ScrubOptionError, createScrubber } from '../../src/scrub/index.ts';
import type { PiiPattern, Scrubber } from '../../src/scrub/index.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { LINEAR, SUPER_LINEAR } from './patterns.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const scrubberOf = (...piiPatterns: PiiPattern[]): Scrubber =>
  createScrubber({ piiPatterns, budgetMs: UNHURRIED_MS });

/** Code and message of what is thrown for a list that may hold anything. */
function refusalOf(given: unknown): { readonly code: string; readonly message: string } | 'accepted' {
  try {
    createScrubber({ piiPatterns: given as PiiPattern[] });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ScrubOptionError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const codeOf = (pattern: RegExp): string => {
  try {
    createCustomPatterns([{ type: 'mine', pattern }]);
    return 'accepted';
  } catch (error) {
    return error instanceof ScrubOptionError ? error.code : 'other';
  }
};

describe('patterns of the user', () => {
  test('are replaced by their type, made fit for a marker', () => {
    const { scrubText } = scrubberOf({ type: 'Order-ID', pattern: /ORD-\d{6}/ });
    expect(scrubText('see ORD-123456 and ORD-654321, mail a@b.com')).toBe(
      'see [REDACTED:order_id] and [REDACTED:order_id], mail [REDACTED:email]',
    );
  });

  test('flag what they find with their severity, high when none is given', () => {
    const scrubber = scrubberOf(
      { type: 'badge', pattern: /BDG-\d{4}/, severity: 'low' },
      { type: 'order', pattern: /ORD-\d{4}/ },
    );
    expect(scrubber.scrub({ a: 'BDG-1234', b: ['ORD-1234'] }).findings).toEqual([
      { type: 'badge', severity: 'low', path: 'variables/a' },
      { type: 'order', severity: 'high', path: 'variables/b/0' },
    ]);
  });

  test('of one type flag with the highest of their severities', () => {
    const scrubber = scrubberOf(
      { type: 'id', pattern: /BDG-\d{4}/, severity: 'low' },
      { type: 'id', pattern: /ORD-\d{4}/, severity: 'medium' },
    );
    expect(scrubber.scrub('BDG-1234').findings).toEqual([
      { type: 'id', severity: 'medium', path: 'variables' },
    ]);
  });

  test.each(['g', 'y', 'gy'])('work the same with the flags %s, and keep no state between texts', (flags) => {
    const pattern = new RegExp('ORD-\\d{6}', flags);
    const { scrubText } = scrubberOf({ type: 'order', pattern });
    pattern.lastIndex = 3;
    for (let i = 0; i < 3; i++) expect(scrubText('a ORD-123456')).toBe('a [REDACTED:order]');
    expect(pattern.lastIndex).toBe(3);
  });

  test.each([
    [/ord-\d/i, 'x ORD-1', 'x [REDACTED:own]'],
    [/a.b/s, 'xa\nbx', 'x[REDACTED:own]x'],
    [/^b\d/m, 'a\nb1', 'a\n[REDACTED:own]'],
    [/\u{1F600}+/u, 'x😀😀', 'x[REDACTED:own]'],
    [/[\p{L}--[a-z]]\d/v, 'a1 Ä1', 'a1 [REDACTED:own]'],
    [/(?<year>\d{4})-Q\d/d, 'in 2024-Q3', 'in [REDACTED:own]'],
  ])('%s keeps what its flags say', (pattern, text, expected) => {
    expect(scrubberOf({ type: 'own', pattern }).scrubText(text)).toBe(expected);
  });

  test('never touch a marker, so that scrubbing twice changes nothing', () => {
    const { scrubText } = scrubberOf({ type: 'word', pattern: /[A-Za-z]+/ });
    const once = scrubText('mail a@b.com now');
    expect(once).toBe('[REDACTED:word] [REDACTED:email] [REDACTED:word]');
    expect(scrubText(once)).toBe(once);
  });

  test('find what straddles two stretches of a long text', () => {
    const { scrubText } = scrubberOf({ type: 'order', pattern: /ORD-\d{6}/ });
    for (const offset of [6_136, 6_140, 6_144, 8_192, 12_284]) {
      expect(scrubText(`${'x '.repeat(offset / 2)}ORD-123456`)).toBe(
        `${'x '.repeat(offset / 2)}[REDACTED:order]`,
      );
    }
  });

  test('see the beginning, the end and the words of a long text where they are', () => {
    const { scrubText } = scrubberOf(
      { type: 'head', pattern: /^x\b/ },
      { type: 'tail', pattern: /\bx$/ },
      { type: 'word', pattern: /\bxx\b/ },
    );
    const text = 'x '.repeat(10_000);
    expect(scrubText(`${text}x`)).toBe(`[REDACTED:head]${text.slice(1)}[REDACTED:tail]`);
    expect(scrubText('x'.repeat(20_000))).toBe('x'.repeat(20_000));
  });

  test('stop when the time of a scrub is used up: the text does not leave', () => {
    let time = 0;
    let stepMs = 0;
    const { scrubText } = createSnapshotScrubber(
      { piiPatterns: [{ type: 'order', pattern: /ORD-\d{6}/ }] },
      { budgetMs: 10, now: () => (time += stepMs) },
    );
    stepMs = 4;
    expect(scrubText(`${'x '.repeat(20_000)}ORD-123456`)).toBe('[REDACTED:unscanned]');
  });
});

describe('a pattern that is none', () => {
  test.each([
    [{}, 'piiPatterns must be a list of {type, pattern, severity}, not an object.'],
    ['ORD', 'piiPatterns must be a list of {type, pattern, severity}, not "ORD".'],
    [[/x/], 'piiPatterns[0].pattern must be a regular expression, not undefined.'],
    [['ORD'], 'piiPatterns[0] must be {type, pattern, severity}, not "ORD".'],
    [
      [
        { type: 'order', pattern: /x/ },
        { type: 'a', pattern: 'x' },
      ],
      'piiPatterns[1].pattern must be a regular expression, not "x".',
    ],
    [
      [{ type: 'a', pattern: /x/, severity: 'hihg' }],
      'piiPatterns[0].severity must be one of low, medium, high, not "hihg".',
    ],
    [
      [{ name: 'a', pattern: /x/ }],
      'piiPatterns[0]: "name" is not known. A pattern has type, pattern and severity.',
    ],
    [
      [{ pattern: /x/ }],
      'piiPatterns[0].type must be a text with a letter, such as "customer_id", not undefined.',
    ],
    [
      [{ type: '123', pattern: /x/ }],
      'piiPatterns[0].type must be a text with a letter, such as "customer_id", not "123".',
    ],
    [
      [{ type: 'a', pattern: /x*/ }],
      'piiPatterns[0].pattern: /x*/ can match an empty text, which nothing can stand in for. Let it take at least one character.',
    ],
    [
      [{ type: 'a', pattern: /[\q{one|two}]+x/v }],
      'piiPatterns[0].pattern: /[\\q{one|two}]+x/v has a class of texts, whose time cannot be proven. Write them as options: (?:one|two).',
    ],
    [
      [{ type: 'a', pattern: /\p{RGI_Emoji}/v }],
      'piiPatterns[0].pattern: /\\p{RGI_Emoji}/v has a class of texts, whose time cannot be proven. Write them as options: (?:one|two).',
    ],
  ])('%j is refused with what was received', (given, message) => {
    expect(refusalOf(given)).toEqual({ code: 'STILLFRAME_BAD_PATTERN', message });
  });

  test.each([...SCRUB_TYPES, 'path', 'error', 'unscanned', 'Credit Card'])(
    'of the type %s is refused: a marker says what was found',
    (type) => {
      const marked = type.toLowerCase().replace(' ', '_');
      expect(refusalOf([{ type, pattern: /x/ }])).toEqual({
        code: 'STILLFRAME_BAD_PATTERN',
        message: `piiPatterns[0].type: "${marked}" is a type of the scrubber itself. Choose another, so that a marker says what was found.`,
      });
    },
  );

  test('is refused beyond the fiftieth', () => {
    const piiPatterns = Array.from({ length: 51 }, () => ({ type: 'p', pattern: /x/ }));
    expect(refusalOf(piiPatterns)).toEqual({
      code: 'STILLFRAME_TOO_MANY_PATTERNS',
      message: 'piiPatterns: at most 50 patterns; 51 were given.',
    });
    expect(refusalOf(piiPatterns.slice(0, 50))).toBe('accepted');
  });

  test.each([
    /^/,
    /\b/,
    /(?=\d)/,
    /a?|b/,
    /(?:)/,
    /(a*)\1/,
    /(?<!x)/,
    /$/m,
    /a{0}/,
    /(?:x|(?:y*z?))/,
    /(a|a)*$/,
    /^(\w+\s?)*$/,
  ])('%s is refused: it can match an empty text', (pattern) => {
    expect(codeOf(pattern)).toBe('STILLFRAME_BAD_PATTERN');
  });
});

describe('a pattern that is too large', () => {
  const codeOfSource = (source: string): string => codeOf(new RegExp(source));

  test('is refused beyond 16,384 characters', () => {
    expect(codeOfSource(`[${'ab'.repeat(8_191)}]`)).toBe('accepted');
    expect(codeOfSource(`[${'ab'.repeat(8_191)}c]`)).toBe('STILLFRAME_BAD_PATTERN');
  });

  test('is refused beyond 100 groups in each other', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(codeOfSource(nested(100).repeat(2))).toBe('accepted');
    expect(codeOfSource(nested(101))).toBe('STILLFRAME_BAD_PATTERN');
    expect(codeOfSource(nested(3_000))).toBe('STILLFRAME_BAD_PATTERN');
  });

  test('is refused when the engine cannot compile it, and says what to do', () => {
    const pattern = new RegExp('(a)'.repeat(20_000));
    expect(() => pattern.test('')).toThrow(SyntaxError);
    expect(refusalOf([{ type: 'own', pattern }])).toEqual({
      code: 'STILLFRAME_BAD_PATTERN',
      message: `piiPatterns[0].pattern: /${'(a)'.repeat(40).slice(0, 119)}… is too large: longer than 16,384 characters, groups in more than 100 groups, or more than the engine can compile. Make several patterns of it.`,
    });
  });

  test.each([
    '(?:a{1,1000000}b){1,1000000}c',
    '((((ab?){100}){100}){100}){100}b',
    `(?:b${'()'.repeat(2_000)})*c`,
  ])('has no other error than these: /%s/', (source) => {
    expect(codeOfSource(source)).toMatch(/^STILLFRAME_(?:SLOW|BAD)_PATTERN$/);
  });
});

test('an expression with members of its own is read without running them', () => {
  const ran: string[] = [];
  class Own extends RegExp {
    override get source(): string {
      ran.push('source');
      return 'b';
    }
    override get flags(): string {
      ran.push('flags');
      return 'i';
    }
    override exec(text: string): RegExpExecArray | null {
      ran.push('exec');
      return super.exec(text);
    }
  }
  const pattern = new Own('ORD-\\d{6}', 'y');
  for (const key of ['global', 'unicode', 'constructor', Symbol.match, Symbol.matchAll, Symbol.replace])
    Object.defineProperty(pattern, key, { get: () => ran.push(String(key)) });
  expect(scrubberOf({ type: 'order', pattern }).scrubText('bB ORD-123456')).toBe('bB [REDACTED:order]');
  expect(ran).toEqual([]);
  expect(refusalOf([{ type: 'own', pattern: new Proxy(/x/, {}) }])).toMatchObject({
    code: 'STILLFRAME_BAD_PATTERN',
  });
});

describe('the time of a pattern', () => {
  test.each(SUPER_LINEAR)('%s is refused: it can go super-linear', (pattern) => {
    expect(codeOf(pattern)).toBe('STILLFRAME_SLOW_PATTERN');
  });

  test.each(LINEAR)('%s is accepted', (pattern) => {
    expect(codeOf(pattern)).toBe('accepted');
  });

  test('says on which text it showed, and what to do', () => {
    expect(refusalOf([{ type: 'own', pattern: /id:(\d+)+$/ }])).toMatchObject({
      code: 'STILLFRAME_SLOW_PATTERN',
      message: expect.stringMatching(
        /^piiPatterns\[0\]\.pattern: \/id:\(\\d\+\)\+\$\/ takes too many steps for each character \(seen on "id:0" and so on, \d+ characters\)\. Begin it with/,
      ) as string,
    });
  });
});
