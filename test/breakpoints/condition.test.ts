import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { compileCondition, compileExpression } from '../../src/breakpoints/condition.ts';
import type { ConditionFailure, ExpressionResult } from '../../src/breakpoints/condition.ts';
import { parseCondition, parseExpression } from '../../src/protocol/condition.ts';

function check(text: string, scope: unknown): boolean | ConditionFailure {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return compileCondition(parsed.expression)(scope);
}

function evaluate(text: string, scope: unknown): ExpressionResult {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return compileExpression(parsed.expression)(scope);
}

function trap(): never {
  throw new Error('code of the program ran');
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

class Cart {
  readonly items = [1, 2, 3];
  static readonly currency = 'EUR';
  get total(): number {
    throw new Error('a getter ran');
  }
  checkout(): void {}
}

const scope = {
  status: 200,
  rate: 0.5,
  big: 10n,
  nan: Number.NaN,
  text: 'hello',
  active: true,
  nothing: null,
  cart: new Cart(),
  user: { name: 'Ada', tags: ['beta', 'internal'], settings: null, age: 30 },
  headers: { content_type: 'application/json' },
  map: new Map<unknown, unknown>([['k', 1]]),
  set: new Set([1, 'two']),
  bytes: Buffer.from('abc'),
  sparse: Array.from<string>({ length: 3 }).fill('x', 2),
};

describe('what a condition means', () => {
  it.each([
    ['status == 200', true],
    ['status == 200.0', true],
    ['status != 200', false],
    ['status > 199 && status < 201', true],
    ['status >= 200 && status <= 200', true],
    ['status == "200"', false],
    ['"10" == 10', false],
    ['nil == false', false],
    ['nil == 0', false],
    ['nil == ""', false],
    ['nil == nil', true],
    ['nothing == nil', true],
    ['missing == nil', true],
    ['nan == nan', false],
    ['nan != nan', true],
    ['nan < 1 || nan >= 1', false],
    ['big == 10', true],
    ['big < 10.5', true],
    ['big == "10"', false],
    ['user == user', true],
    ['user == cart', false],
    ['text == "hello"', true],
    ['"a" < "b"', true],
    ['"a" <= "a"', true],
    ['"b" > "a" && "b" >= "b"', true],
    ['"a" < 1', false],
    ['"a" >= 1', false],
    ['nil < 1', false],
    ['nil <= nil', false],
    ['true > false', false],
    ['user < cart', false],
    ['status + 100 == 300', true],
    ['7 / 2 == 3.5', true],
    ['7 % 4 == 3', true],
    ['-status == -200', true],
    ['1 / 0 > 1000', true],
    ['1 % 0 == 0', false],
    ['big + big == 20', true],
    ['big * 2 == 20', true],
    ['big % 3 == 1.0', true],
    ['"a" + "b" == "ab"', true],
    ['active', true],
    ['!active', false],
    ['active && text == "hello"', true],
    ['false || active', true],
    ['false && missing.deep', false],
    ['true || missing.deep', true],
    ['true || false && false', true],
    ['"content_type" in headers', true],
    ['"x" in headers', false],
    ['"toString" in headers', false],
    ['"beta" in user.tags', true],
    ['"gamma" in user.tags', false],
    ['200.0 in [100, 200]', true],
    ['status in [200, 201]', true],
    ['"200" in [200]', false],
    ['"x" in sparse && !("y" in sparse)', true],
    ['"k" in map', true],
    ['"l" in map', false],
    ['"two" in set && 1 in set', true],
    ['"a" in nothing', false],
    ['"a" in missing.deep', false],
  ])('%s is %s', (text, expected) => {
    expect(check(text, scope)).toBe(expected);
  });

  it.each([
    ['user.name', 'Ada'],
    ['user["name"]', 'Ada'],
    ['user.tags[1]', 'internal'],
    ['user.tags[9]', undefined],
    ['user.tags.length', 2],
    ['text.length', 5],
    ['text[1]', 'e'],
    ['text[9]', undefined],
    ['text.trim', undefined],
    ['map.size', 1],
    ['set.size', 2],
    ['bytes.length', 3],
    ['bytes[0]', 97],
    ['missing.deep.deeper[3]', undefined],
    ['user.settings.theme', undefined],
    ['status.foo', undefined],
    ['cart.checkout', undefined],
    ['toString', undefined],
    ['hasOwnProperty', undefined],
    ['cart.items', scope.cart.items],
    ['status + rate', 200.5],
    ['[status, text]', [200, 'hello']],
  ])('the expression %s has the live value', (text, value) => {
    expect(evaluate(text, scope)).toEqual({ ok: true, value });
  });

  it.each([[undefined], [null], [12], ['text']])('finds no variable in a scope that is %j', (odd) => {
    expect(check('a == nil', odd)).toBe(true);
  });
});

describe('a condition that fails', () => {
  it.each([
    ['status', 'not_boolean', 'status is neither true nor false.'],
    ['missing', 'not_boolean', 'missing is neither true nor false.'],
    ['user.name', 'not_boolean', 'user.name is neither true nor false.'],
    ['!user.age', 'not_boolean', 'user.age is neither true nor false.'],
    ['status && true', 'not_boolean', 'status is neither true nor false.'],
    ['missing || true', 'not_boolean', 'missing is neither true nor false.'],
    ['true && 1', 'not_boolean', '1 is neither true nor false.'],
    ['status + "x" == "200x"', 'type', 'the operator + does not work on values of these kinds.'],
    ['missing + 1 == 1', 'type', 'the operator + does not work on values of these kinds.'],
    ['-text == 1', 'type', 'the operator - does not work on values of these kinds.'],
    ['"a" in text', 'type', 'the operator in does not work on values of these kinds.'],
    ['1 in status', 'type', 'the operator in does not work on values of these kinds.'],
    ['97 in bytes', 'type', 'the operator in does not work on values of these kinds.'],
    ['user in headers', 'type', 'the operator in does not work on values of these kinds.'],
    ['cart.total > 1', 'getter', 'cart.total is a getter, and getters are never run.'],
  ])('%s fails as %s', (text, reason, message) => {
    expect(check(text, scope)).toEqual({ reason, message });
  });

  it('says the first thing that failed and forgets it at the next evaluation', () => {
    const parsed = parseCondition('a.b && c');
    if (!parsed.ok) throw new Error(parsed.message);
    const condition = compileCondition(parsed.expression);
    expect(condition({ a: { b: 1 }, c: 2 })).toMatchObject({ message: 'a.b is neither true nor false.' });
    expect(condition({ a: { b: true }, c: true })).toBe(true);
  });

  it('never says a value of the program', () => {
    const secret = 'hunter2';
    for (const text of ['secret', 'secret && true', '-secret == 1', '1 in secret', 'secret + 1 == 2']) {
      expect(JSON.stringify(check(text, { secret }))).not.toContain(secret);
    }
  });

  it('fails on a binding that its module has not initialised yet, where the engine itself throws', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stillframe-condition-'));
    const file = join(folder, 'early.mjs');
    writeFileSync(
      file,
      `import * as early from './early.mjs';
       export const seen = globalThis.stillframeCheck(early);
       export const later = 1;`,
    );
    const importNatively = compileFunction('return import(url)', ['url'], {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    Object.assign(globalThis, { stillframeCheck: (early: unknown) => check('early.later == 1', { early }) });
    try {
      expect(await importNatively(pathToFileURL(file).href)).toMatchObject({ seen: { reason: 'error' } });
    } finally {
      Reflect.deleteProperty(globalThis, 'stillframeCheck');
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a condition and the host', () => {
  it('runs no getter, own or inherited', () => {
    let ran = 0;
    const own = {
      get value() {
        ran += 1;
        return 1;
      },
    };
    const inherited: unknown = Object.create(own);
    const elements: unknown[] = [1];
    Object.defineProperty(elements, 0, { get: () => (ran += 1) });
    expect(check('own.value == 1', { own })).toMatchObject({ reason: 'getter' });
    expect(check('inherited.value == 1', { inherited })).toMatchObject({ reason: 'getter' });
    expect(check('value == 1', own)).toMatchObject({ reason: 'getter' });
    expect(check('elements[0] == 1', { elements })).toMatchObject({ reason: 'getter' });
    expect(check('1 in elements', { elements })).toMatchObject({ reason: 'getter' });
    expect(ran).toBe(0);
  });

  it('fires no trap of a Proxy, at any place', () => {
    const fired: PropertyKey[] = [];
    const handler = new Proxy(
      {},
      {
        get(_target, trap) {
          fired.push(trap);
          return undefined;
        },
      },
    );
    const proxy = new Proxy({ value: 1 }, handler);
    const list = new Proxy([1], handler);
    const child: unknown = Object.create(proxy);
    expect(check('proxy.value == 1', { proxy })).toMatchObject({ reason: 'proxy' });
    expect(check('list.length == 1', { list })).toMatchObject({ reason: 'proxy' });
    expect(check('1 in list', { list })).toMatchObject({ reason: 'proxy' });
    expect(check('child.value == 1', { child })).toMatchObject({ reason: 'proxy' });
    expect(check('value == 1', proxy)).toMatchObject({ reason: 'proxy' });
    expect(check('proxy', { proxy })).toMatchObject({ reason: 'not_boolean' });
    expect(check('proxy == nil || proxy < 1', { proxy })).toBe(false);
    expect(check('proxy + 1 == 1', { proxy })).toMatchObject({ reason: 'type' });
    expect(check('proxy in user', { proxy, user: {} })).toMatchObject({ reason: 'type' });
    expect(evaluate('proxy', { proxy })).toMatchObject({ ok: true });
    expect(fired).toEqual([]);
  });

  it('calls neither valueOf, toString nor Symbol.toPrimitive', () => {
    const hostile = { valueOf: trap, toString: trap, [Symbol.toPrimitive]: trap, toJSON: trap };
    for (const text of ['hostile == 1', 'hostile < 1', 'hostile >= "a"', '1 in [hostile]']) {
      expect(check(text, { hostile })).toBe(false);
    }
    for (const text of ['hostile + 1 == 1', '-hostile == 1', 'hostile in user', 'hostile * hostile == 1']) {
      expect(check(text, { hostile, user: {} })).toMatchObject({ reason: 'type' });
    }
  });

  it('does not use methods that the program has replaced', () => {
    const mapPrototype: object = Map.prototype;
    const original = Object.getOwnPropertyDescriptor(mapPrototype, 'has');
    let ran = 0;
    Object.defineProperty(mapPrototype, 'has', { configurable: true, value: () => (ran += 1) });
    try {
      expect(check('"k" in map', scope)).toBe(true);
    } finally {
      Object.defineProperty(mapPrototype, 'has', original ?? {});
    }
    expect(ran).toBe(0);
  });

  it('is not fooled by a polluted Object.prototype', () => {
    const rootPrototype: object = Object.prototype;
    Object.defineProperty(rootPrototype, 'value', { configurable: true, value: true });
    try {
      const own = {
        get flag() {
          return true;
        },
      };
      expect(check('own.flag', { own })).toMatchObject({ reason: 'getter' });
    } finally {
      Reflect.deleteProperty(rootPrototype, 'value');
    }
  });

  it('takes an object without a prototype for what it is', () => {
    const bare: unknown = Object.assign(Object.create(null), { flag: true });
    expect(check('bare.flag', { bare })).toBe(true);
    expect(check('bare.missing == nil && "flag" in bare', { bare })).toBe(true);
  });

  it('changes nothing that it reads', () => {
    const frozen = structuredClone({ user: scope.user, headers: scope.headers });
    const before = JSON.stringify(frozen);
    check('user.name == "x" || "a" in headers || user.tags.length > 9', frozen);
    expect(JSON.stringify(frozen)).toBe(before);
  });
});

describe('what a condition may cost', () => {
  it('searches a thousand elements and refuses one more that decides nothing', () => {
    expect(check('-1 in list', { list: numbers(1_000) })).toBe(false);
    expect(check('-1 in list', { list: numbers(1_001) })).toMatchObject({ reason: 'too_large' });
    expect(check('999 in list', { list: numbers(1_000_000) })).toBe(true);
  });

  it('joins text up to 16,384 characters', () => {
    const half = 'x'.repeat(8_192);
    expect(check('a + b == "x"', { a: half, b: half })).toBe(false);
    expect(check('a + b == "x"', { a: half, b: `${half}x` })).toMatchObject({ reason: 'too_large' });
  });

  it('compares text up to 16,384 characters, and a longer one only with one of another length', () => {
    const text = 'x'.repeat(16_384);
    const scope = { a: text, b: text, long: `${text}x`, other: `${text}y` };
    expect(check('a == b && a <= b && a in list', { ...scope, list: [text] })).toBe(true);
    expect(check('long == a || long != "x" && long in list', { ...scope, list: [text] })).toBe(false);
    expect(check('a in keys && a in index', { a: text, keys: new Set([text]), index: { [text]: 1 } })).toBe(
      true,
    );
    for (const keys of [new Set([scope.long]), new Map([[scope.long, 1]]), { [scope.long]: 1 }]) {
      expect(check('long in keys', { ...scope, keys })).toMatchObject({ reason: 'too_large' });
    }
    const refused = ['long == other', 'long != other', 'long < a', 'a > long', 'long <= "x"', 'long in list'];
    for (const condition of refused) {
      expect(check(condition, { ...scope, list: [scope.other] })).toMatchObject({ reason: 'too_large' });
    }
  });

  it('calculates with bigints of 64 bits', () => {
    const largest = 2n ** 63n - 1n;
    expect(check('a - a == 0', { a: largest })).toBe(true);
    expect(check('a - a == 0', { a: largest + 1n })).toMatchObject({ reason: 'too_large' });
    expect(check('-a < 0', { a: largest + 1n })).toMatchObject({ reason: 'too_large' });
    expect(check('a == b && a > 1', { a: 10n ** 400n, b: 10n ** 400n })).toBe(true);
    expect(check('a % b == 0', { a: 1n, b: 0n })).toBe(false);
  });
});
