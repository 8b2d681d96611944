import { describe, expect, it } from 'vitest';
import {
  MAX_CONDITION_DEPTH,
  MAX_CONDITION_LENGTH,
  MAX_CONDITION_NODES,
  parseCondition,
  parseExpression,
  parseLogMessage,
} from '../../src/protocol/condition.ts';
import type { ConditionNode } from '../../src/protocol/condition.ts';

describe('the condition parser', () => {
  it('builds one node for each value and operator', () => {
    expect(parseCondition('cart.total > 100')).toEqual({
      ok: true,
      expression: {
        kind: 'binary',
        operator: '>',
        left: { kind: 'member', object: { kind: 'name', name: 'cart' }, name: 'total' },
        right: { kind: 'literal', value: 100 },
      },
    });
  });

  it.each([
    ['a || b && c', '(a || (b && c))'],
    ['a && b == c', '(a && (b == c))'],
    ['a == b + c * d', '(a == (b + (c * d)))'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b % c', '((a / b) % c)'],
    ['(a + b) * c', '((a + b) * c)'],
    ['!a.b && c', '((! a.b) && c)'],
    ['-a.b * 2 < 3', '(((- a.b) * 2) < 3)'],
    ['!!a', '(! (! a))'],
    ['items[0].price', 'items.0.price'],
    ['headers["x-id"][12]', 'headers.x-id.12'],
    ["'k' in headers", '("k" in headers)'],
    ['status in [200, 201]', '(status in [200, 201])'],
    ['x in []', '(x in [])'],
    ['inner', 'inner'],
    ['größe.$a_1', 'größe.$a_1'],
    ['a\n  && b\t', '(a && b)'],
  ])('reads %j as %s', (text, tree) => {
    const parsed = parseExpression(text);
    expect(parsed.ok && print(parsed.expression)).toBe(tree);
  });

  it.each([
    ['42', 42],
    ['4.25', 4.25],
    ['4e2', 400],
    ['4.5E-1', 0.45],
    ['true', true],
    ['false', false],
    ['nil', null],
    ['null', null],
    ['"it\'s"', "it's"],
    ['\'say "x"\'', 'say "x"'],
    [String.raw`"a\n\t\r\\\"\'\u00e9"`, 'a\n\t\r\\"\'é'],
    ['""', ''],
  ])('reads the literal %s', (text, value) => {
    expect(parseExpression(text)).toEqual({ ok: true, expression: { kind: 'literal', value } });
  });

  it.each([
    ['', 0, 'missing'],
    ['   ', 3, 'missing'],
    ['a ==', 4, 'ends too early'],
    ['(a', 2, 'expected ")"'],
    ['a b', 2, 'Unexpected b'],
    ['a > 1 garbage', 6, 'Unexpected garbage'],
    ['a > 1)', 5, 'Unexpected )'],
    ['a and b', 2, 'write &&'],
    ['not a', 0, 'write !( … )'],
    ['a && not b', 5, 'write !( … )'],
    ['not && a && b c', 14, 'Unexpected c'],
    ['a === b', 2, 'write =='],
    ['a !== b', 2, 'write !='],
    ['a = b', 2, 'assigned'],
    ['a?.b', 1, 'nil'],
    ['a < b < c', 6, 'do not chain'],
    ['a == b == true', 7, 'do not chain'],
    ['a.', 2, 'ends too early'],
    ['a.1', 2, 'Unexpected 1'],
    ['a[b]', 2, 'whole number or a quoted name'],
    ['a[1.5]', 2, 'whole number or a quoted name'],
    ['a[1', 3, 'expected "]"'],
    ['[1,]', 3, 'Unexpected ]'],
    ['[1 2]', 3, 'expected ","'],
    ['in x', 0, 'Unexpected in'],
    ['"open', 0, 'no closing quote'],
    ['"two\nlines"', 0, 'no closing quote'],
    [String.raw`"\x41"`, 1, 'escapes'],
    [String.raw`"\u00g0"`, 1, 'escapes'],
    ['1.2.3', 0, 'Write numbers as'],
    ['0x1F == 31', 0, 'Write numbers as'],
    ['10n == 10', 0, 'Write numbers as'],
    ['1e999 > 1', 0, 'too large'],
    ['a # b', 2, 'no meaning'],
    ['a ? b : c', 2, 'no choice between two values'],
    ['a }', 2, 'Unexpected }'],
  ])('refuses %j at character %i', (text, position, message) => {
    const parsed = parseExpression(text);
    expect(parsed).toMatchObject({ ok: false, position });
    expect(parsed.ok || parsed.message).toContain(message);
  });

  it.each([
    'process.exit(1)',
    'a.constructor("return process")()',
    'a["constructor"]',
    "a['con\\u0073tructor']",
    '"".constructor.constructor("x")',
    '[].constructor',
    '__proto__.polluted',
    'a.__proto__.b == 1',
    'a["__proto__"]',
    'a.prototype',
    'constructor',
    'require("child_process")',
    'import("fs")',
    'eval("1")',
    '(() => 1)()',
    'function () {}',
    'a => a',
    'x = 1',
    'x += 1',
    'x++',
    'new Date',
    'delete a.b',
    'typeof a == "x"',
    'a, b',
    'a; b',
    '`${a}`',
    'a`b`',
    '/x/.test',
    '{a: 1}',
    'a ** b',
    '~a',
    'a & b',
    'a ?? b',
    'a instanceof b',
    'a.#b',
    'a /* comment */ == 1',
    'a // comment',
    'len(a) > 1',
    'path matches "/api/.*"',
    'contains(a, "@")',
    'a\u0000b',
    '\\u0061 == 1',
  ])('never lets %s through', (text) => {
    expect(parseExpression(text).ok).toBe(false);
    expect(parseCondition(text).ok).toBe(false);
    expect(parseLogMessage(`{ ${text} }`).ok).toBe(false);
  });

  it.each(['1 + 2', '"text"', 'nil', '-a', '[true]', 'a * b', '42'])(
    'refuses the condition %s, which can never be true or false',
    (text) => {
      expect(parseExpression(text).ok).toBe(true);
      expect(parseCondition(text)).toMatchObject({ ok: false, position: 0 });
    },
  );

  it.each(['true', 'false', 'user.active', 'active', '!a', 'a in b', 'a && b', '(1 + 2) == 3'])(
    'takes the condition %s',
    (text) => {
      expect(parseCondition(text).ok).toBe(true);
    },
  );
});

describe('the bounds of a condition', () => {
  it('takes the longest text and refuses one character more', () => {
    const longest = `"${'x'.repeat(MAX_CONDITION_LENGTH - 2)}"`;
    expect(parseExpression(longest).ok).toBe(true);
    expect(parseExpression(`${longest} `)).toMatchObject({ ok: false, position: MAX_CONDITION_LENGTH });
    expect(parseLogMessage('x'.repeat(MAX_CONDITION_LENGTH)).ok).toBe(true);
    expect(parseLogMessage('x'.repeat(MAX_CONDITION_LENGTH + 1)).ok).toBe(false);
  });

  it.each([
    ['parentheses', '(', ')'],
    ['lists', '[', ']'],
    ['negations', '!', ''],
    ['signs', '- ', ''],
  ])('takes the deepest nesting of %s and refuses one level more', (_what, open, close) => {
    const nested = (levels: number): string => open.repeat(levels) + 'a' + close.repeat(levels);
    expect(parseExpression(nested(MAX_CONDITION_DEPTH)).ok).toBe(true);
    expect(parseExpression(nested(MAX_CONDITION_DEPTH + 1))).toMatchObject({ ok: false });
  });

  it('does not count groups that stand beside each other as nested', () => {
    expect(parseExpression(Array.from({ length: 40 }, () => '(a)').join('+')).ok).toBe(true);
  });

  it('takes the most nodes and refuses one more', () => {
    // n names and n - 1 operators, then one sign more.
    const chain = Array.from({ length: MAX_CONDITION_NODES / 2 }, () => 'a').join('+');
    expect(parseExpression(`-${chain}`).ok).toBe(true);
    expect(parseExpression(`- -${chain}`).ok).toBe(false);
    expect(parseExpression(`a${'.b'.repeat(MAX_CONDITION_NODES - 1)}`).ok).toBe(true);
    expect(parseExpression(`a${'.b'.repeat(MAX_CONDITION_NODES)}`).ok).toBe(false);
  });

  it('counts the nodes of all expressions of a log message together', () => {
    expect(parseLogMessage('{a}'.repeat(MAX_CONDITION_NODES)).ok).toBe(true);
    expect(parseLogMessage('{a}'.repeat(MAX_CONDITION_NODES + 1)).ok).toBe(false);
  });
});

describe('the log message parser', () => {
  it('keeps text as it stands and names the source of each expression', () => {
    expect(parseLogMessage('total {cart.total} of { name }!')).toEqual({
      ok: true,
      parts: [
        { kind: 'text', text: 'total ' },
        {
          kind: 'expression',
          source: 'cart.total',
          expression: { kind: 'member', object: { kind: 'name', name: 'cart' }, name: 'total' },
        },
        { kind: 'text', text: ' of ' },
        { kind: 'expression', source: 'name', expression: { kind: 'name', name: 'name' } },
        { kind: 'text', text: '!' },
      ],
    });
  });

  it('takes doubled braces for the characters themselves', () => {
    expect(parseLogMessage('{{not a place}} {{')).toEqual({
      ok: true,
      parts: [{ kind: 'text', text: '{not a place} {' }],
    });
  });

  it('does not end an expression at a brace inside its text', () => {
    const parsed = parseLogMessage('{"}" + a}');
    expect(parsed.ok && parsed.parts).toMatchObject([{ source: '"}" + a' }]);
  });

  it('takes an empty message', () => {
    expect(parseLogMessage('')).toEqual({ ok: true, parts: [] });
  });

  it.each([
    ['a } b', 2],
    ['{}', 1],
    ['{a', 2],
    ['{a b}', 3],
    ['{a {b}}', 3],
    ['{a} {b.constructor}', 7],
  ])('refuses %j at character %i', (text, position) => {
    expect(parseLogMessage(text)).toMatchObject({ ok: false, position });
  });
});

function print(node: ConditionNode): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'list':
      return `[${node.items.map(print).join(', ')}]`;
    case 'name':
      return node.name;
    case 'member':
      return `${print(node.object)}.${node.name}`;
    case 'unary':
      return `(${node.operator} ${print(node.operand)})`;
    case 'binary':
      return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
  }
}
