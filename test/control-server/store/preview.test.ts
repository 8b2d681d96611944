import { expect, test } from 'vitest';
import { MAX_PREVIEW_LENGTH, previewOf } from '../../../control-server/store/preview.ts';
import type { JsonValue } from '../../../src/protocol/json.ts';

const preview = (variables: JsonValue, logMessage: string | null = null): string =>
  previewOf({ variables, logMessage });

test.each<[JsonValue, string]>([
  [{}, ''],
  [{ a: 1, b: 'x', c: null, d: true }, 'a: 1, b: "x", c: null, d: true'],
  [
    { cart: { items: [1, { id: 2 }], empty: [], none: {} } },
    'cart: {items: [1, {id: 2}], empty: [], none: {}}',
  ],
  [[1, 'two'], '[1, "two"]'],
  ['text', '"text"'],
  [7, '7'],
  [null, ''],
])('%j is shown as %j', (variables, expected) => {
  expect(preview(variables)).toBe(expected);
});

test('a snapshot without variables shows its log message', () => {
  expect(preview({}, 'total 12')).toBe('total 12');
  expect(preview({ a: 1 }, 'total 12')).toBe('a: 1');
});

test('is one line, whatever the names and values hold', () => {
  const line = preview({ 'na\nme': 'line\r\nbreak', log: '\u2028\u2029\u0007' }, null);
  expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(preview({}, 'one\ntwo\u001b[31m')).toBe('one two [31m');
});

test('no value can turn the direction of the rest', () => {
  expect(preview({ a: '\u202egpj.exe' })).toBe('a: " gpj.exe"');
});

test('has at most its length, and says when there was more', () => {
  const room = MAX_PREVIEW_LENGTH - 'a: ""'.length;
  expect(preview({ a: 'x'.repeat(room) })).toBe(`a: "${'x'.repeat(room)}"`);
  const cut = preview({ a: 'x'.repeat(room + 1) });
  expect(cut).toHaveLength(MAX_PREVIEW_LENGTH);
  expect(cut.endsWith('x…')).toBe(true);
});

test('never cuts a character in half', () => {
  for (const shift of ['', 'x']) {
    const cut = preview({}, shift + '😀'.repeat(200));
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(MAX_PREVIEW_LENGTH);
    expect(cut.endsWith('😀…')).toBe(true);
  }
  expect(preview({ a: '\ud800' }).isWellFormed()).toBe(true);
});

test('looks at no more than it shows', () => {
  let reads = 0;
  const elements = new Proxy(
    Array.from({ length: 100_000 }, () => 1),
    {
      get: (target, name, receiver) => {
        reads++;
        return Reflect.get(target, name, receiver) as unknown;
      },
    },
  );
  expect(preview({ elements })).toHaveLength(MAX_PREVIEW_LENGTH);
  expect(reads).toBeLessThan(1_000);
});

test('keeps a property that is called __proto__', () => {
  expect(preview(JSON.parse('{"__proto__":{"a":1}}') as JsonValue)).toBe('__proto__: {a: 1}');
});
