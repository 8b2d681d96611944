import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/protocol/json.ts';
import { ScrubOptionError } from '../../src/scrub/index.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { createTestAgent } from '../../src/testing.ts';
import { redactRandomValues } from './random-paths.ts';
import { UNHURRIED_MS } from './unhurried.ts';

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
    const { value, marks } = createSnapshotScrubber(
      { redactPaths: PATHS },
      { budgetMs: UNHURRIED_MS },
    ).scrubCopied({
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

  test('redacts random values by random paths the same with fast-redact and by its own walk', () => {
    const script = `
      import { redactRandomValues } from ${JSON.stringify(new URL('./random-paths.ts', import.meta.url).href)};
      process.stdout.write(JSON.stringify(redactRandomValues(2_000)));`;
    const output = execFileSync(
      process.execPath,
      [
        '--disallow-code-generation-from-strings',
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '--eval',
        script,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const compiled = redactRandomValues(2_000);
    expect(JSON.parse(output.toString())).toEqual(JSON.parse(JSON.stringify(compiled)));
    expect(compiled.filter(({ pointers }) => pointers.length > 0).length).toBeGreaterThan(200);
  });

  test.each([
    ['list.length', { list: [1, 2] }, { list: [1, 2] }],
    ['list.map', { list: [1, 2] }, { list: [1, 2] }],
    ['name.length', { name: 'Jane' }, { name: 'Jane' }],
    ['a.toString', { a: {} }, { a: {} }],
    ['toString[*]', { toString: [1] }, { toString: ['[REDACTED:path]'] }],
    ['hasOwnProperty', { hasOwnProperty: 1 }, { hasOwnProperty: '[REDACTED:path]' }],
    ['[*]', [1, null, { a: 1 }], ['[REDACTED:path]', null, '[REDACTED:path]']],
    ['a', { a: { b: [1] } }, { a: '[REDACTED:path]' }],
    ['a.b', { a: null }, { a: null }],
    ['a["b c"]', { a: { 'b c': 0 } }, { a: { 'b c': '[REDACTED:path]' } }],
    ['*.z', { p: [{ z: 1 }], q: { z: false } }, { p: [{ z: 1 }], q: { z: '[REDACTED:path]' } }],
  ])('%s: of own properties only, whatever they are called', (path, value, expected) => {
    const scrubbed = createSnapshotScrubber({ redactPaths: [path] }, { budgetMs: UNHURRIED_MS }).scrubCopied({
      value: value as JsonValue,
      marks: [],
    });
    expect(JSON.parse(JSON.stringify(scrubbed.value))).toEqual(expected);
  });

  test('runs no getter that an application put on a built-in prototype', () => {
    let ran = 0;
    const getter = { configurable: true, get: () => (ran += 1) };
    const prototypes = [Object.prototype, Array.prototype, String.prototype, Number.prototype];
    for (const prototype of prototypes) Object.defineProperty(prototype, 'trap', getter);
    try {
      const { value } = createSnapshotScrubber({
        redactPaths: ['a.trap', 'b.trap', 'c.trap', 'd.trap', 'd[*].trap', 'trap.x'],
      }).scrubCopied({ value: { a: 'text', b: [1], c: 5, d: { e: 'x' } }, marks: [] });
      expect(JSON.stringify(value)).toBe('{"a":"text","b":[1],"c":5,"d":{"e":"x"}}');
      expect(ran).toBe(0);
    } finally {
      for (const prototype of prototypes) Reflect.deleteProperty(prototype, 'trap');
    }
  });

  test('redacts what is frozen, in a copy', () => {
    const frozen = Object.freeze({ a: Object.freeze({ b: 1 }) }) as unknown as JsonValue;
    const { value } = createSnapshotScrubber(
      { redactPaths: ['a.b'] },
      { budgetMs: UNHURRIED_MS },
    ).scrubCopied({
      value: frozen,
      marks: [],
    });
    expect(JSON.stringify(value)).toBe('{"a":{"b":"[REDACTED:path]"}}');
    expect(JSON.stringify(frozen)).toBe('{"a":{"b":1}}');
  });

  test('goes for the expressions and the log message of a breakpoint too, whatever is made of the place', async () => {
    const agent = createTestAgent({ redactPaths: ['user.card.number', 'orders[*].note'] });
    agent.setBreakpoint('here', {
      captureExpressions: [
        'user.card',
        'user.card.number',
        'user.card.number + 1',
        'orders[0].note',
        'orders',
        'user.name',
        'user.name + "!"',
      ],
      logMessage: 'card {user.card.number} of {user.name}',
    });
    agent.agent.captureSnapshot('here', {
      user: { name: 'Jane', card: { number: 7, type: 'x' } },
      orders: [{ note: 'ring twice' }],
    });
    await agent.settle();
    const [snapshot] = agent.snapshots;
    expect(snapshot?.expressionResults).toEqual({
      'user.card': { number: '[REDACTED:path]', type: 'x' },
      'user.card.number': '[REDACTED:path]',
      'user.card.number + 1': '[REDACTED:path]',
      'orders[0].note': '[REDACTED:path]',
      orders: [{ note: '[REDACTED:path]' }],
      'user.name': 'Jane',
      'user.name + "!"': 'Jane!',
    });
    expect(snapshot?.logMessage).toBe('card [REDACTED:path] of Jane');
    await agent.agent.shutdown(0);
  });

  test('leaves texts alone that a path leads into', () => {
    const { value, marks } = createSnapshotScrubber(
      { redactPaths: ['name.length', 'name[0]'] },
      { budgetMs: UNHURRIED_MS },
    ).scrubCopied({
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
