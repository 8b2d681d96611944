import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/protocol/json.ts';
import type { ValueMark } from '../../../src/protocol/value-mark.ts';
import { missingWords } from '../../../control-server/wording/missing-words.ts';
import { buildValueTree } from '../../../control-server/wording/value-node.ts';
import type { ValueNode } from '../../../control-server/wording/value-node.ts';
import { previewOf } from '../../../control-server/dashboard/src/snapshot/value-preview.ts';
import { leafWords, typeName } from '../../../control-server/wording/value-words.ts';

function only(value: JsonValue, ...marks: ValueMark[]): ValueNode {
  const [child] = buildValueTree({ x: value }, marks).children;
  if (child === undefined) throw new Error('no child');
  return child;
}

function shown(value: JsonValue, ...marks: ValueMark[]): string {
  const node = only(value, ...marks);
  const text = node.children.length > 0 ? previewOf(node) : leafWords(node).text;
  return [typeName(node), text, missingWords(node)]
    .filter((part) => part !== null && part !== '')
    .join(' | ');
}

describe('a value', () => {
  it.each<[string, JsonValue, Omit<ValueMark, 'path'> | null]>([
    ['null', null, null],
    ['undefined', null, { kind: 'undefined' }],
    ['true', true, null],
    ['42', 42, null],
    ['NaN', 'NaN', { kind: 'nan' }],
    ['-0', 0, { kind: 'negative_zero' }],
    ['-Infinity', '-Infinity', { kind: 'negative_infinity' }],
    ['12n', '12', { kind: 'bigint' }],
    ['Symbol(a)', 'Symbol(a)', { kind: 'symbol' }],
    ['text', 'text', null],
    ['ƒ pay', '[Function pay]', { kind: 'function' }],
    ['class Cart', '[Class Cart]', { kind: 'class' }],
    ['Date | 2026-11-21T10:00:00.000Z', '2026-11-21T10:00:00.000Z', { kind: 'date' }],
    ['RegExp | /a/g', '/a/g', { kind: 'regexp' }],
    ['Promise', '[Promise]', { kind: 'promise' }],
    ['Job', '[Promise]', { kind: 'promise', className: 'Job' }],
    ['Map Iterator', '[Map Iterator]', { kind: 'iterator' }],
    ['Buffer(5 B) | hello', 'hello', { kind: 'buffer', className: 'Buffer', size: 5 }],
    ['getter, never run', '[Getter]', { kind: 'accessor', reason: 'getter' }],
    ['Proxy | never read', '[Proxy]', { kind: 'proxy', reason: 'proxy' }],
    ['↺ circular', '[Circular]', { kind: 'circular' }],
    ['empty', null, { kind: 'hole' }],
    ['could not be read', '[...]', { kind: 'other' }],
    ['{}', {}, null],
    ['[]', [], null],
    ['Cart | {}', {}, { kind: 'object', className: 'Cart' }],
    ['Map(0) | []', [], { kind: 'map' }],
    ['[Getter]', '[Getter]', null],
    ['[...]', '[...]', null],
  ])('is shown as %s', (words, value, mark) => {
    expect(shown(value, ...(mark === null ? [] : [{ path: '/x', ...mark }]))).toBe(words);
  });

  it.each<[string, JsonValue, Omit<ValueMark, 'path'>]>([
    [
      'Object | 5 properties not captured · beyond the depth limit',
      '[...]',
      { kind: 'object', reason: 'depth', size: 5 },
    ],
    [
      'Cart | 1 property not captured · beyond the depth limit',
      '[...]',
      { kind: 'object', className: 'Cart', reason: 'depth', size: 1 },
    ],
    [
      'Array(2) | [1, 2, …] | 98 of 100 elements not captured · beyond the element limit',
      [1, 2],
      { kind: 'array', reason: 'collectionSize', size: 100 },
    ],
    [
      '{a: 1, …} | 63 of 64 properties not captured · beyond the property limit',
      { a: 1 },
      { kind: 'object', reason: 'propertyCount', size: 64 },
    ],
    [
      'lor | 5,000 characters in all · beyond the string limit',
      'lor',
      { kind: 'string', reason: 'stringLength', size: 5_000 },
    ],
    [
      '5,000 characters not captured · cut to keep the snapshot within its size',
      '[...]',
      { kind: 'string', reason: 'payload', size: 5_000 },
    ],
    ['not captured · copying ran out of time', '[...]', { kind: 'string', reason: 'timeBudget' }],
    ['URL | [URL] | getters are never run', '[URL]', { kind: 'url', reason: 'getter' }],
  ])('that was cut says so: %s', (words, value, mark) => {
    expect(shown(value, { path: '/x', ...mark })).toBe(words);
  });
});

describe('places', () => {
  it('finds marks behind escaped pointers', () => {
    const root = buildValueTree({ 'a/b~c': { d: null } }, [{ path: '/a~1b~0c/d', kind: 'undefined' }]);
    expect(root.children[0]?.children[0]?.kind).toBe('undefined');
  });

  it('writes paths as one would in code', () => {
    const root = buildValueTree({ cart: { items: [{ 'unit price': 1 }], 'a"b': 2 }, $ok: 3 }, []);
    const [cart, ok] = root.children;
    expect(cart?.children[0]?.children[0]?.children[0]?.path).toBe('cart.items[0]["unit price"]');
    expect(cart?.children[1]?.path).toBe('cart["a\\"b"]');
    expect(ok?.path).toBe('$ok');
  });

  it('shows a Map as keys and values, with the marks of the values', () => {
    const map = only(
      [
        ['a', null],
        [{ id: 1 }, 2],
      ],
      { path: '/x', kind: 'map' },
      { path: '/x/0/1', kind: 'undefined' },
    );
    expect(map.children.map((entry) => [entry.nameKind, entry.name, entry.path, entry.kind])).toEqual([
      ['entry', '"a"', 'x.get("a")', 'undefined'],
      ['entry', '{"id":1}', 'x.get({"id":1})', 'number'],
    ]);
    expect(previewOf(map)).toBe('["a" → undefined, {"id":1} → 2]');
  });

  it('keeps what a symbol key holds, and says that the key is a symbol', () => {
    const node = only(null, { path: '/x', kind: 'undefined' }, { path: '/x', kind: 'symbol_key' });
    expect([node.nameKind, node.kind]).toEqual(['symbol', 'undefined']);
  });

  it('does not take a key that was cut for a value that was', () => {
    const node = only('text', { path: '/x', kind: 'other', reason: 'stringLength', size: 9_000 });
    expect([node.name, node.kind, node.missing]).toEqual(['x…', 'string', null]);
  });

  it('keeps keys that mean something to JavaScript as data', () => {
    const variables = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as JsonValue;
    expect(buildValueTree(variables, []).children.map((child) => child.name)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('the preview of a closed container', () => {
  it('names what it holds, and stops at its length', () => {
    const node = only({ id: 42, name: 'Ana', cart: { items: [1, 2] }, tags: ['a'] });
    expect(previewOf(node)).toBe('{id: 42, name: "Ana", cart: {…}, tags: Array(1)}');
    expect(previewOf(node, 20)).toBe('{id: 42, …}');
  });

  it('is the message of an error', () => {
    const node = only(
      { name: 'TypeError', message: 'no cart' },
      { path: '/x', kind: 'error', className: 'TypeError' },
    );
    expect(previewOf(node)).toBe('no cart');
  });
});
