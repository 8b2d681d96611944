import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { CopiedValue } from '../../src/copy/captured-snapshot.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { DEFAULT_LIMITS, HARD_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';
import type { JsonValue } from '../../src/protocol/json.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';
import { SPECIMENS } from './specimens.ts';

const clock = (): number => 0;

/** Every promise that holds for any input whatever. */
function expectSound(value: unknown, limits: CaptureLimits = DEFAULT_LIMITS): CopiedValue {
  const copied = copyValue(value, limits, clock);
  const text = JSON.stringify(copied.value);
  expect(JSON.parse(text)).toEqual(copied.value);
  for (const mark of copied.marks) expect(resolve(copied.value, mark.path), mark.path).toBeDefined();
  return copied;
}

function resolve(root: JsonValue, pointer: string): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const segment of pointer.split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined;
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    current = Array.isArray(current) ? current[Number(key)] : current[key];
  }
  return current;
}

const KEYS = ['a', '__proto__', 'constructor', 'toJSON', '', 'a/b', '~', '0', 'length', 'stack', 'Symbol(x)'];

function randomValue(random: () => number, depth: number, seen: unknown[]): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  if (depth === 0 || random() < 0.3) {
    const make = pick(Object.values(SPECIMENS));
    return pick([make, () => pick(seen), () => random() * 1e6, () => 'text'.repeat(random() * 600)])();
  }
  const child = (): unknown => randomValue(random, depth - 1, seen);
  const value = pick([
    (): object => Array.from({ length: random() * 8 }, child),
    (): object => new Map(Array.from({ length: random() * 5 }, () => [child(), child()])),
    (): object => new Set(Array.from({ length: random() * 5 }, child)),
    (): object => Object.assign(new Error('random'), { extra: child() }),
    (): object => Object.create(pick([null, {}, new Map(), new Proxy({}, {}), Error.prototype])) as object,
    (): object => new Proxy((child() as object & (() => void)) ?? {}, {}),
    (): object => ({}),
  ] as (() => object)[]);
  let made: object;
  try {
    made = value();
  } catch {
    made = {};
  }
  seen.push(made);
  for (let index = 0; index < random() * 6; index++) {
    const key = random() < 0.15 ? Symbol('x') : pick(KEYS);
    const property =
      random() < 0.15
        ? {
            get: (): never => {
              throw new Error('a getter ran');
            },
          }
        : { value: child() };
    try {
      Object.defineProperty(made, key, { ...property, enumerable: random() < 0.9, configurable: true });
    } catch {
      // A Proxy or an array's length may refuse: then the value goes without.
    }
  }
  return random() < 0.2 ? Object.freeze(made) : made;
}

describe('whatever it is given', () => {
  test.each(Array.from({ length: 20 }, (_, index) => index))(
    'random values are copied soundly (seed %i)',
    (seed) => {
      const random = mulberry32(seed);
      for (let round = 0; round < 40; round++) {
        const value = randomValue(random, 4, [null]);
        expectSound(value);
        expectSound(value, { ...HARD_LIMITS, maxPayloadBytes: Math.floor(random() * 4_000) });
        expectSound(value, {
          maxDepth: Math.floor(random() * 6),
          maxElements: Math.floor(random() * 5),
          maxProperties: Math.floor(random() * 5),
          maxStringLength: Math.floor(random() * 30),
          maxPayloadBytes: Math.floor(random() * 300),
          maxCopyMs: 1,
          maxFrames: 1,
        });
      }
    },
  );

  test('limits of zero everywhere are kept', () => {
    const nothing = {
      maxDepth: 0,
      maxElements: 0,
      maxProperties: 0,
      maxStringLength: 0,
      maxPayloadBytes: 0,
      maxCopyMs: 0,
      maxFrames: 0,
    };
    for (const make of Object.values(SPECIMENS)) expectSound(make(), nothing);
    expectSound({ a: [1, 'x', { b: 2 }] }, { ...nothing, maxDepth: 3 });
  });

  test('objects whose prototype is a Proxy, a Map, themselves by way of a Proxy, or very far away', () => {
    const loop: object = Object.create(
      new Proxy(
        {},
        {
          getPrototypeOf: () => loop,
        },
      ),
    ) as object;
    let far: object = {};
    for (let step = 0; step < 1_000; step++) far = Object.create(far) as object;
    expect(
      expectSound([Object.create(new Map()), loop, far, Object.setPrototypeOf(new Map([[1, 2]]), null)])
        .value,
    ).toEqual([{}, {}, {}, [[1, 2]]]);
  });

  test('values that only look like built-ins are plain objects', () => {
    const value = [
      { __proto__: Date.prototype, a: 1 },
      { __proto__: Map.prototype, a: 1 },
      { __proto__: Promise.prototype, a: 1 },
      { __proto__: URL.prototype, a: 1 },
      { __proto__: WeakRef.prototype, a: 1 },
      { __proto__: Error.prototype, a: 1 },
      { __proto__: Uint8Array.prototype, a: 1 },
      { __proto__: Buffer.prototype, a: 1 },
    ];
    expect(expectSound(value).value).toEqual(value.map(() => ({ a: 1 })));
  });

  test('detached and emptied buffers, and views that lost their ground', () => {
    const detached = new ArrayBuffer(8);
    const view = new DataView(detached);
    const numbers = new Uint8Array(detached);
    structuredClone(detached, { transfer: [detached] });
    const shrunk = new ArrayBuffer(8, { maxByteLength: 16 });
    const outside = new DataView(shrunk, 4);
    shrunk.resize(2);
    const { value, marks } = expectSound({ detached, view, numbers, outside });
    expect(value).toEqual({ detached: '', view: '[...]', numbers: [], outside: '[...]' });
    expect(marks.filter(({ path }) => path === '/view' || path === '/outside')).toEqual([
      { path: '/view', kind: 'data_view', className: 'DataView' },
      { path: '/outside', kind: 'data_view', className: 'DataView' },
    ]);
  });

  test('arguments that the program changed', () => {
    const collect = function (..._rest: unknown[]): IArguments {
      // oxlint-disable-next-line prefer-rest-params -- the object itself is wanted
      return arguments;
    };
    const lengthIsCode = collect(1);
    Object.defineProperty(lengthIsCode, 'length', {
      get: () => {
        throw new Error('a getter ran');
      },
    });
    const lengthIsHuge = collect(1);
    lengthIsHuge.length = 1e300;
    expect(expectSound([lengthIsCode, lengthIsHuge]).value).toEqual([[], []]);
  });

  test('the global object, and one of another realm', () => {
    expectSound(globalThis);
    expectSound(process);
    expectSound(runInContext('globalThis', createContext({ own: 1 })));
  });

  test('an exhausted call stack gives a marked copy and no exception', () => {
    let worst: unknown;
    const dive = (): void => {
      try {
        const copied = copyValue({ a: { b: [1, new Date(0), new Map([[{}, 'x']])] } }, DEFAULT_LIMITS, clock);
        JSON.stringify(copied.value);
      } catch (error) {
        worst = error;
      }
      dive();
    };
    expect(dive).toThrow(RangeError);
    // Too little room even to enter the function is the caller's own exception; anything later must not be.
    if (worst !== undefined) expect(worst).toBeInstanceOf(RangeError);
  });
});
