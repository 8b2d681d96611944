import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ScrubOptionError } from '../../src/scrub/index.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';

const PATHS = ['user.card.number', 'items[*].note', 'headers["x-key"]', '*.z', 'list[1]'];
const VALUE = {
  user: { card: { number: '12', last4: '34' } },
  items: [{ note: 'a' }, { note: 'b', n: 1 }, 3],
  headers: { 'x-key': 'q' },
  other: { z: 1, name: 'length' },
  list: ['x', 'y', 'z'],
};
const EXPECTED = {
  user: { card: { number: '[REDACTED:path]', last4: '34' } },
  items: [{ note: '[REDACTED:path]' }, { note: '[REDACTED:path]', n: 1 }, 3],
  headers: { 'x-key': '[REDACTED:path]' },
  other: { z: '[REDACTED:path]', name: 'length' },
  list: ['x', '[REDACTED:path]', 'z'],
};

const codeOf = (path: string): string => {
  try {
    createSnapshotScrubber({ redactPaths: [path] });
    return 'accepted';
  } catch (error) {
    return error instanceof ScrubOptionError ? error.code : 'other';
  }
};

describe('redactPaths', () => {
  test('replaces the value at each path, marks it, and never writes to the input', () => {
    const before = structuredClone(VALUE);
    const { value, marks } = createSnapshotScrubber({ redactPaths: PATHS }).scrubCopied({
      value: VALUE,
      marks: [{ path: '/user/card/number', kind: 'bigint' }],
    });
    expect(JSON.parse(JSON.stringify(value))).toEqual(EXPECTED);
    expect(VALUE).toEqual(before);
    expect(marks).toContainEqual({ path: '/user/card/number', kind: 'bigint', reason: 'redacted' });
    expect(marks).toContainEqual({ path: '/items/1/note', kind: 'other', reason: 'redacted' });
  });

  test('does the same by its own walk where code may not be made from strings', () => {
    const script = `
      import { createSnapshotScrubber } from ${JSON.stringify(new URL('../../src/scrub/snapshot-scrubber.ts', import.meta.url).href)};
      const { value } = createSnapshotScrubber({ redactPaths: ${JSON.stringify(PATHS)} }).scrubCopied({ value: ${JSON.stringify(VALUE)}, marks: [] });
      process.stdout.write(JSON.stringify(value));`;
    const output = execFileSync(process.execPath, [
      '--disallow-code-generation-from-strings',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(JSON.parse(output.toString())).toEqual(EXPECTED);
  });

  test('leaves texts alone that a path leads into', () => {
    const { value, marks } = createSnapshotScrubber({ redactPaths: ['name.length', 'name[0]'] }).scrubCopied({
      value: { name: 'Jane' },
      marks: [],
    });
    expect(JSON.parse(JSON.stringify(value))).toEqual({ name: 'Jane' });
    expect(marks).toEqual([]);
  });

  test.each([
    "a[globalThis.pwned='yes']",
    'a;globalThis.pwned=1',
    'a.b c',
    '',
    '.a',
    'a.',
    'a..b',
    'a[',
    'a["b]',
    'a[`b`]',
    'a["b\\"]+x["c"]',
    'a[-1]',
    'a\nb',
    '1a',
    'x'.repeat(300),
  ])('refuses %j, and runs none of it', (path) => {
    expect(codeOf(path)).toBe('STILLFRAME_BAD_REDACT_PATH');
    expect(globalThis).not.toHaveProperty('pwned');
  });

  test.each([
    '__proto__.toString',
    'constructor.prototype.x',
    'a.prototype',
    'a["__proto__"].b',
    'orders[*].items[*].n',
    '*.*',
    'a.b.c.d.e.f.g.h.i.j.k',
  ])('refuses %s, which would pollute or leak', (path) => {
    expect(codeOf(path)).toBe('STILLFRAME_UNSUPPORTED_REDACT_PATH');
  });
});
