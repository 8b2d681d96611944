import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CopiedValue } from '../../src/copy/captured-snapshot.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { withScrubMargin } from '../../src/copy/margin.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import { SPECIMENS } from './specimens.ts';

const clock = (): number => 0;
const copy = (value: unknown): CopiedValue => {
  const { value: shown, marks } = copyValue(value, DEFAULT_LIMITS, clock);
  return { value: shown, marks };
};

let ran: string[] = [];
const trap = (name: string) => (): never => {
  ran[ran.length] = name; // not push: one test patches it
  throw new Error(`${name} ran`);
};

beforeEach(() => {
  ran = [];
});
afterEach(() => {
  expect(ran).toEqual([]);
});

/** A Proxy each of whose traps reports itself. */
function tripwire(target: object): object {
  const handler = Object.fromEntries(
    [
      'get',
      'has',
      'ownKeys',
      'getOwnPropertyDescriptor',
      'getPrototypeOf',
      'isExtensible',
      'apply',
      'construct',
      'set',
      'defineProperty',
    ].map((name) => [name, trap(`proxy ${name}`)]),
  );
  return new Proxy(target, handler);
}

describe('a copy runs no code of the program', () => {
  test('no getter, setter or Proxy trap', () => {
    const value = {
      get own(): unknown {
        return trap('getter')();
      },
      proxies: [
        tripwire({}),
        tripwire([]),
        tripwire(() => {}),
        tripwire(new Map()),
        tripwire(new Error('x')),
      ],
    };
    expect(copy(value).value).toEqual({
      own: '[Getter]',
      proxies: ['[Proxy]', '[Proxy]', '[Proxy]', '[Proxy]', '[Proxy]'],
    });
  });

  test('no revoked Proxy is touched', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(copy([proxy])).toEqual({
      value: ['[Proxy]'],
      marks: [{ path: '/0', kind: 'proxy', reason: 'proxy' }],
    });
  });

  test('no getter of an array element or of arguments', () => {
    const list = [1, 2];
    Object.defineProperty(list, 1, { get: trap('element') });
    expect(copy(list).value).toEqual([1, '[Getter]']);
  });

  test('no trap or getter behind an array: not for its elements, and not for its holes', () => {
    const list = Object.setPrototypeOf([1, undefined, 3], tripwire([])) as unknown[];
    list.length = 4;
    const frozen = Object.freeze(Object.setPrototypeOf(['a'], tripwire([])));
    const behind = Object.setPrototypeOf(
      [5],
      Object.defineProperty([], 0, { get: trap('behind') }),
    ) as unknown;
    expect(copy([list, frozen, behind]).value).toEqual([[1, null, 3, null], ['a'], [5]]);
  });

  test('no toJSON, toString, valueOf, inspect or conversion hook', () => {
    const hooks = {
      toJSON: trap('toJSON'),
      toString: trap('toString'),
      valueOf: trap('valueOf'),
      [Symbol.toPrimitive]: trap('toPrimitive'),
      [Symbol.iterator]: trap('iterator'),
      [Symbol.for('nodejs.util.inspect.custom')]: trap('inspect'),
    };
    class Hooked {
      static [Symbol.hasInstance](): boolean {
        return trap('hasInstance')();
      }
      get [Symbol.toStringTag](): string {
        return trap('toStringTag')();
      }
      readonly field = 1;
    }
    copy({ ...hooks });
    for (const make of [
      () => new Date(0),
      () => new Map([[1, 2]]),
      () => new Set([1]),
      () => [1],
      () => /x/,
    ]) {
      const value = Object.defineProperties(make(), Object.getOwnPropertyDescriptors(hooks));
      copy({ value });
    }
    expect(copy(new Hooked())).toEqual({
      value: { field: 1 },
      marks: [{ path: '', kind: 'object', className: 'Hooked' }],
    });
  });

  test('no overridden method of a subclass of a built-in', () => {
    class LoudMap extends Map {
      override get size(): number {
        return trap('size')();
      }
      override entries(): never {
        return trap('entries')();
      }
      override [Symbol.iterator](): never {
        return trap('iterator')();
      }
    }
    class LoudRegExp extends RegExp {
      override get flags(): string {
        return trap('flags')();
      }
      override get source(): string {
        return trap('source')();
      }
    }
    class LoudDate extends Date {
      override toISOString(): string {
        return trap('toISOString')();
      }
      override getTime(): number {
        return trap('getTime')();
      }
    }
    class LoudUrl extends URL {
      override toString(): string {
        return trap('href')();
      }
    }
    const map = Reflect.construct(Map, [[[1, 2]]], LoudMap) as object;
    const value = [map, new LoudRegExp('a', 'g'), new LoudDate(0), new LoudUrl('http://a.example/')];
    expect(copy(value).value).toEqual([[[1, 2]], '/a/g', '1970-01-01T00:00:00.000Z', 'http://a.example/']);
  });

  test('no replaced toString of the search parameters of a URL', () => {
    const url = new URL('http://a.example/?a=1');
    url.searchParams.set('a', '2');
    url.searchParams.toString = trap('searchParams.toString');
    expect(copy({ url })).toEqual({
      value: { url: '[URL]' },
      marks: [{ path: '/url', kind: 'url', reason: 'getter' }],
    });
  });

  test('no constructor, name or prototype that is a getter or a Proxy', () => {
    const throughGetter = Object.create(
      Object.defineProperty({}, 'constructor', { get: trap('constructor') }),
    ) as object;
    const throughName = Object.create({
      constructor: Object.defineProperty(() => {}, 'name', { get: trap('name') }),
    }) as object;
    const throughProxy = Object.create(tripwire({})) as object;
    const proxyConstructor = Object.create({ constructor: tripwire(() => {}) }) as object;
    expect(copy([throughGetter, throughName, throughProxy, proxyConstructor])).toEqual({
      value: [{}, {}, {}, {}],
      marks: [],
    });
  });

  test('no getter on Object.prototype by the name of a field of ours', () => {
    const names = ['className', 'reason', 'size', 'kind', 'marks', 'costly', 'stringMargin', 'next', 'value'];
    const value = [
      undefined,
      -0,
      10n,
      Symbol('s'),
      () => {},
      new Date(0),
      /x/,
      Object('s'),
      Array(1),
      new Map([[1, 2]]),
    ];
    for (const name of names)
      // oxlint-disable-next-line no-extend-native -- taken away again below
      Object.defineProperty(Object.prototype, name, { get: trap(name), configurable: true });
    try {
      copyValue(value, withScrubMargin(DEFAULT_LIMITS), clock);
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  test('no static name of a class that is code', () => {
    class Named {
      static get name(): string {
        return trap('static name')();
      }
    }
    expect(copy([Named, new Named()]).value).toEqual(['[Class (anonymous)]', {}]);
  });

  test('no name, message, cause or stack of an error that is code', () => {
    class Loud extends Error {
      override get name(): string {
        return trap('name')();
      }
      override get message(): string {
        return trap('message')();
      }
    }
    const error = new Loud();
    Object.defineProperty(error, 'cause', { get: trap('cause') });
    expect(copy(error).value).toEqual({
      name: '[Getter]',
      message: '[Getter]',
      stack: '[Getter]',
      cause: '[Getter]',
    });
    const speaking = Object.assign(new Error('x'), { code: { toString: trap('code') } });
    speaking.message = { toString: trap('message') } as unknown as string;
    expect(copy(speaking).value).toMatchObject({ stack: '[Getter]' });
    copy(Object.setPrototypeOf(new Error('x'), tripwire(Error.prototype)));
  });

  test('no Error.prepareStackTrace: the stack is shown as a getter while one is set', () => {
    const before = Error.prepareStackTrace;
    const error = new Error('x');
    Error.prepareStackTrace = trap('prepareStackTrace');
    try {
      expect(copy({ error }).marks).toContainEqual({
        path: '/error/stack',
        kind: 'accessor',
        reason: 'getter',
      });
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  test('reads the stack of an ordinary error, and of one from a subclass', () => {
    const before = Error.prepareStackTrace;
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    try {
      class Declined extends Error {}
      const { value } = copy({ error: new Declined('no funds') });
      expect((value as { error: { stack: string } }).error.stack).toMatch(
        /^Error: no funds\n {4}at .*no-code-runs\.test\.ts/,
      );
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  test("another realm's error keeps its stack to itself, since that realm's code would format it", () => {
    const context = createContext({ trap });
    const error: unknown = runInContext(
      `Error.prepareStackTrace = trap('foreign prepareStackTrace'); new TypeError('far away')`,
      context,
    );
    expect(copy({ error }).value).toEqual({
      error: { name: 'TypeError', message: 'far away', stack: '[Getter]' },
    });
  });

  test('nothing that was patched into the built-ins after it was loaded', () => {
    const values = Object.values(SPECIMENS).map((make) => make());
    const expected = values.map((value) => JSON.stringify(copy(value)));
    const got: CopiedValue[] = [];
    const patches: {
      holder: object;
      key: PropertyKey;
      original: PropertyDescriptor;
      patched: PropertyDescriptor;
    }[] = [];
    const built: object[] = [
      Array.prototype,
      String.prototype,
      RegExp.prototype,
      Map.prototype,
      Set.prototype,
      Date.prototype,
      Symbol.prototype,
      BigInt.prototype,
      Number.prototype,
      Buffer.prototype,
      Object.getPrototypeOf(Uint8Array.prototype) as object,
      URL.prototype,
      URLSearchParams.prototype,
      Object.getPrototypeOf(new URLSearchParams().entries()) as object,
      WeakMap.prototype,
      WeakRef.prototype,
      Object.getPrototypeOf([].values()) as object,
      Object.getPrototypeOf(new Map().entries()) as object,
      Object.getPrototypeOf(new Set().values()) as object,
      Reflect,
      JSON,
      Math,
      Object,
      Array,
      Buffer,
    ];
    for (const holder of built) {
      for (const key of Reflect.ownKeys(holder)) {
        const original = Object.getOwnPropertyDescriptor(holder, key);
        if (original?.configurable !== true || key === 'constructor' || key === 'prototype') continue;
        const run = trap(`patched ${String(key)}`);
        const patched =
          original.get === undefined
            ? { value: run, configurable: true, writable: true }
            : { get: run, configurable: true };
        patches.push({ holder, key, original, patched });
      }
    }
    const { defineProperty } = Object;
    const count = values.length;
    // Plain loops: from here on to the restoration even the test may not use a built-in method.
    for (let index = 0; index < patches.length; index++) {
      const { holder, key, patched } = patches[index]!;
      defineProperty(holder, key, patched);
    }
    try {
      for (let index = 0; index < count; index++) got[index] = copy(values[index]);
    } finally {
      for (let index = 0; index < patches.length; index++) {
        const { holder, key, original } = patches[index]!;
        defineProperty(holder, key, original);
      }
    }
    // A URL whose searchParams could be asked by the patched code is not read at all.
    const url = Object.keys(SPECIMENS).indexOf('url');
    expect(got[url]?.value).toBe('[URL]');
    got[url] = copy(values[url]);
    expect(got.map((copied) => JSON.stringify(copied))).toEqual(expected);
  });

  test('nothing that was put on Object.prototype is taken for a part of a value', () => {
    const added: PropertyKey[] = ['get', 'set', 'value', 'writable', 'toJSON', 'total', 'done'];
    for (const key of added) {
      // A descriptor that inherits nothing, or it would itself meet what was just added.
      const property = Object.create(null) as PropertyDescriptor;
      property.get = trap(`Object.prototype.${String(key)}`);
      property.set = trap(`Object.prototype.${String(key)}`);
      property.configurable = true;
      // oxlint-disable-next-line no-extend-native -- taken away again below
      Object.defineProperty(Object.prototype, key, property);
    }
    let copied: CopiedValue | undefined;
    try {
      copied = copyValue(
        {
          total: 5,
          get own(): number {
            return trap('own getter')();
          },
          list: [1],
          map: new Map([[1, 2]]),
        },
        DEFAULT_LIMITS,
        clock,
      );
    } finally {
      for (const key of added) Reflect.deleteProperty(Object.prototype, key);
    }
    expect(copied.value).toEqual({ total: 5, own: '[Getter]', list: [1], map: [[1, 2]] });
  });
});
