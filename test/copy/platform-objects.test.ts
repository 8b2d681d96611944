import { describe, expect, test } from 'vitest';
import type { CopiedValue } from '../../src/copy/captured-snapshot.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';

function copy(value: unknown, limits: Partial<CaptureLimits> = {}): CopiedValue {
  const copied = copyValue(value, { ...DEFAULT_LIMITS, ...limits }, () => 0);
  return { value: JSON.parse(JSON.stringify(copied.value)), marks: copied.marks };
}

describe('URLSearchParams', () => {
  test('shows its entries in order, a name that occurs twice too', () => {
    expect(copy(new URL('https://shop.example/?q=tea&token=abc&q=milk').searchParams)).toEqual({
      value: [
        ['q', 'tea'],
        ['token', 'abc'],
        ['q', 'milk'],
      ],
      marks: [{ path: '', kind: 'map', className: 'URLSearchParams' }],
    });
  });

  test('is cut like a Map, and counted without being entered', () => {
    const params = new URLSearchParams('k0=v&k1=v&k2=v&k3=v&k4=v');
    expect(copy({ params }, { maxElements: 1 })).toEqual({
      value: { params: [['k0', 'v']] },
      marks: [
        { path: '/params', kind: 'map', className: 'URLSearchParams', reason: 'collectionSize', size: 5 },
      ],
    });
    expect(copy({ params }, { maxDepth: 1 }).marks).toEqual([
      { path: '/params', kind: 'map', className: 'URLSearchParams', reason: 'depth', size: 5 },
    ]);
  });

  test('that overrides what reads it is read all the same, and one that only inherits is a plain object', () => {
    class Loud extends URLSearchParams {
      override entries(): never {
        throw new Error('entries ran');
      }
    }
    expect(copy([new Loud('a=1'), Object.create(URLSearchParams.prototype)]).value).toEqual([
      [['a', '1']],
      {},
    ]);
  });
});

describe('objects of the web that own nothing', () => {
  test('are told from empty ones, since only their methods know what they hold', () => {
    expect(copy({ headers: new Headers({ accept: '*/*' }) })).toEqual({
      value: { headers: '[Headers]' },
      marks: [{ path: '/headers', kind: 'object', className: 'Headers', reason: 'getter' }],
    });
  });

  test("a program's own class of the same name shows its fields", () => {
    class Headers {
      readonly accept = '*/*';
    }
    expect(copy(new Headers())).toEqual({
      value: { accept: '*/*' },
      marks: [{ path: '', kind: 'object', className: 'Headers' }],
    });
  });
});

describe('DOMException', () => {
  test('tells name, message and stack by the getters of Node', () => {
    const { value, marks } = copy({ error: AbortSignal.abort().reason as unknown }, { maxStringLength: 26 });
    expect(value).toMatchObject({ error: { name: 'AbortError', message: 'This operation was aborted' } });
    expect(marks.at(-1)).toEqual({ path: '/error', kind: 'error', className: 'DOMException' });
  });

  test('whose name is a getter of the program keeps it, and its stack, to itself', () => {
    class Quiet extends DOMException {
      override get name(): string {
        throw new Error('name ran');
      }
    }
    expect(copy(new Quiet('late')).value).toEqual({ name: '[Getter]', message: 'late', stack: '[Getter]' });
  });

  test('an object that only inherits from it is a plain one', () => {
    expect(copy(Object.create(DOMException.prototype)).value).toEqual({});
    const error = Object.setPrototypeOf(new Error('x'), DOMException.prototype) as Error;
    expect(copy(error).value).toMatchObject({ name: '[Getter]', message: 'x', stack: '[Getter]' });
  });
});

describe('elements of an array', () => {
  test('with a setter only are accessors, and undefined and a hole are told apart from them', () => {
    const list: unknown[] = [undefined, 1, 2];
    Object.defineProperty(list, 1, { set: () => {}, enumerable: true, configurable: true });
    const neither: object = { get: undefined, set: undefined };
    Object.defineProperty(list, 2, neither);
    list.length = 4;
    expect(copy(list)).toEqual({
      value: [null, '[Getter]', '[Getter]', null],
      marks: [
        { path: '/0', kind: 'undefined' },
        { path: '/1', kind: 'accessor', reason: 'getter' },
        { path: '/2', kind: 'accessor', reason: 'getter' },
        { path: '/3', kind: 'hole' },
      ],
    });
  });
});

describe('SuppressedError', () => {
  test('shows the error and the one that it suppressed, which it owns without enumerating them', () => {
    const suppressing = Object.defineProperties(new Error('in the block, then on disposal'), {
      error: { value: 'from dispose', enumerable: false },
      suppressed: { value: 'from the block', enumerable: false },
    });
    expect(copy(suppressing).value).toMatchObject({ error: 'from dispose', suppressed: 'from the block' });
  });

  test('fields of these names that another error enumerates are shown once, in their place', () => {
    const error = Object.assign(new Error('x'), { code: 1, error: 'own', suppressed: true });
    expect(Object.keys(copy(error).value as object)).toEqual([
      'name',
      'message',
      'stack',
      'code',
      'error',
      'suppressed',
    ]);
  });
});
