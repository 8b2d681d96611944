import { runInNewContext } from 'node:vm';

class Order {
  id = 7;
  #secret = 'hidden';
  get total(): number {
    throw new Error(`no getter runs ${this.#secret}`);
  }
}

class PaymentError extends Error {
  readonly status = 402;
  override readonly name = 'PaymentError';
}

/** An error whose stack is plain data, so that it is the same on every machine. */
function withStack<E extends Error>(error: E, stack: string): E {
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

function circular(): object {
  const customer: Record<string, unknown> = { name: 'Ada' };
  customer['self'] = customer;
  customer['orders'] = [customer];
  return customer;
}

function shared(): object {
  const address = { city: 'London' };
  return { billing: address, shipping: address };
}

function nullPrototype(): object {
  const bag = Object.create(null) as Record<string, unknown>;
  bag['a'] = 1;
  return bag;
}

/** One value of each kind that has a golden file: `test/fixtures/wire/values/<name>.json`. */
export const SPECIMENS: Readonly<Record<string, () => unknown>> = {
  plain: () => ({
    text: 'a',
    number: 1.5,
    yes: true,
    nothing: null,
    list: [1, 'two', { three: 3 }],
    empty: {},
  }),
  undefined: () => undefined,
  nan: () => NaN,
  infinity: () => Infinity,
  negative_infinity: () => -Infinity,
  negative_zero: () => -0,
  bigint: () => [0n, -12345678901234567890n],
  symbol: () => [Symbol('x'), Symbol(), Symbol.iterator, Symbol.for('shared')],
  string: () => ({ long: 'x'.repeat(1_025), marker: '[Getter]' }),
  array: () => Array.from({ length: 101 }, () => 0),
  array_subclass: () => {
    class Lines extends Array<number> {}
    return Lines.from([1, 2]);
  },
  object: () => new Order(),
  null_prototype: nullPrototype,
  function: () => [
    function named(): void {},
    (() => (): void => {})(),
    async function load(): Promise<void> {},
    { class(): void {} }.class,
    parseInt,
  ],
  class: () => [Order, (() => class extends Set {})(), class Special extends Map {}],
  date: () => [new Date(1_700_000_000_123), new Date(NaN)],
  regexp: () => [/a\/b"c/giu, new RegExp('')],
  map: () =>
    new Map<unknown, unknown>([
      ['a', 1],
      [{ key: 1 }, new Map([['inner', undefined]])],
    ]),
  set: () => new Set<unknown>([1, 'a', new Set(['inner'])]),
  weak_map: () => new WeakMap(),
  weak_set: () => new WeakSet(),
  weak_ref: () => new WeakRef(circular()),
  error: () =>
    withStack(
      new PaymentError('card declined', {
        cause: withStack(new TypeError('no such card'), 'TypeError: no such card\n    at bank.js:1:1'),
      }),
      'PaymentError: card declined\n    at pay.js:2:2',
    ),
  aggregate_error: () =>
    withStack(
      new AggregateError([withStack(new Error('one'), 'Error: one'), 'two'], 'all failed'),
      'AggregateError: all failed',
    ),
  dom_exception: () =>
    withStack(new DOMException('took too long', 'TimeoutError'), 'TimeoutError: took too long'),
  promise: () => [Promise.resolve(1), (async (): Promise<void> => {})()],
  generator: () => [(function* (): Generator {})(), (async function* (): AsyncGenerator {})()],
  iterator: () => [
    [].values(),
    new Map().entries(),
    new Set().values(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
    ([].values() as unknown as { map: (to: unknown) => object }).map(String),
  ],
  typed_array: () => [
    new Uint8Array([1, 255]),
    new Float64Array([1.5, NaN, -0]),
    new BigInt64Array([-1n]),
    new Uint16Array(101),
  ],
  buffer: () => [Buffer.from('grüße\n'), Buffer.from([0, 1, 65, 92, 255]), Buffer.alloc(1_025, 'x')],
  array_buffer: () => [new Uint8Array([104, 105]).buffer, new SharedArrayBuffer(1)],
  data_view: () => new DataView(new Uint8Array([0, 104, 105]).buffer, 1),
  url: () => new URL('https://shop.example/a?b=c#d'),
  url_search_params: () => new URLSearchParams('q=tea&page=2&q=milk'),
  web_object: () => new Headers({ accept: '*/*' }),
  boxed: () => [
    Object(1),
    Object('text'),
    Object(false),
    Object(5n),
    Object(Symbol('boxed')),
    Object(NaN),
    Object(-0),
  ],
  arguments: () =>
    (function collect(..._rest: unknown[]): unknown {
      // oxlint-disable-next-line prefer-rest-params -- the object itself is wanted
      return arguments;
    })(1, 'two'),
  accessor: () => ({
    get secret(): string {
      throw new Error('no getter runs');
    },
    set only(_value: number) {
      throw new Error('no setter runs');
    },
  }),
  proxy: () => [new Proxy({ a: 1 }, {}), new Proxy((): void => {}, {})],
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what is wanted
  hole: () => [1, , undefined],
  circular,
  shared,
  symbol_key: () => ({ [Symbol('id')]: 1, 'Symbol(id)': 'text key', plain: true, [Symbol('id')]: undefined }),
  proto_key: () => JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toJSON":"x"}'),
  key_escapes: () => ({ 'a/b~c': undefined, '': { '~1': undefined } }),
  depth: () => ({ a: { b: { c: { d: 1 } } }, list: [[[[1]]]], map: new Map([[1, { deep: { deeper: 1 } }]]) }),
  cross_realm: () =>
    runInNewContext(
      `({ plain: { a: 1 }, list: [1, , 3], map: new Map([[1, 2]]), date: new Date(0), re: /x/g,
          instance: new (class Point { x = 1 })() })`,
    ),
  other: () => ({ [`k${'e'.repeat(1_024)}`]: 1 }),
};
