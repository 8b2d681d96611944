import { describe, expect, test } from 'vitest';
import { ScrubOptionError, createScrubber } from '../../src/scrub/index.ts';

const codeOf = (pattern: RegExp, name = 'mine'): string => {
  try {
    createScrubber({ patterns: [{ name, pattern }] });
    return 'accepted';
  } catch (error) {
    return error instanceof ScrubOptionError ? error.code : 'other';
  }
};

describe('patterns of the user', () => {
  test('are replaced by their name, made fit for a marker', () => {
    const { scrubText } = createScrubber({ patterns: [{ name: 'Order-ID', pattern: /ORD-\d{6}/ }] });
    expect(scrubText('see ORD-123456 and ORD-654321, mail a@b.com')).toBe(
      'see [REDACTED:order_id] and [REDACTED:order_id], mail [REDACTED:email]',
    );
  });

  test('work the same with the flags g and y, and keep no state between texts', () => {
    const pattern = /ORD-\d{6}/gy;
    const { scrubText } = createScrubber({ patterns: [{ name: 'order', pattern }] });
    for (let i = 0; i < 3; i++) expect(scrubText('a ORD-123456')).toBe('a [REDACTED:order]');
    expect(pattern.lastIndex).toBe(0);
  });

  test('never touch a marker, so that scrubbing twice changes nothing', () => {
    const { scrubText } = createScrubber({ patterns: [{ name: 'word', pattern: /[A-Za-z]+/ }] });
    const once = scrubText('mail a@b.com now');
    expect(once).toBe('[REDACTED:word] [REDACTED:email] [REDACTED:word]');
    expect(scrubText(once)).toBe(once);
  });

  test('find what straddles two pieces of a long text', () => {
    const { scrubText } = createScrubber({ patterns: [{ name: 'order', pattern: /ORD-\d{6}/ }] });
    for (const offset of [8_180, 8_188, 8_192, 16_300]) {
      expect(scrubText(`${'x '.repeat(offset / 2)}ORD-123456`)).toBe(
        `${'x '.repeat(offset / 2)}[REDACTED:order]`,
      );
    }
  });

  test.each([/(a+)+$/, /(a|aa)+$/, /(\w+\s?)*!/, /^(\d+)*x/, /.*.*=.*;/, /(x+x+)+y/])(
    '%s is refused: it can go super-linear',
    (pattern) => {
      expect(codeOf(pattern)).toBe('STILLFRAME_SLOW_PATTERN');
    },
  );

  test.each([/[A-Z]{3}-\d{4,8}/, /\bemp-[a-z0-9]{6}\b/i, /IBAN [A-Z]{2}\d{2}[A-Z0-9]{10,30}/])(
    '%s is accepted',
    (pattern) => {
      expect(codeOf(pattern)).toBe('accepted');
    },
  );

  test('that match the empty text or have no name are refused', () => {
    expect(codeOf(/x*/)).toBe('STILLFRAME_BAD_PATTERN');
    expect(codeOf(/x/, '123')).toBe('STILLFRAME_BAD_PATTERN');
  });

  test('are at most fifty', () => {
    const patterns = Array.from({ length: 51 }, (_, i) => ({
      name: `p${'abcdefghij'[i % 10]}`,
      pattern: /x/,
    }));
    expect(() => createScrubber({ patterns })).toThrow(ScrubOptionError);
    expect(() => createScrubber({ patterns: patterns.slice(0, 50) })).not.toThrow();
  });
});
