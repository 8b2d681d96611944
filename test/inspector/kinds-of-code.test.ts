import { describe, expect, it } from 'vitest';
import { fixture, runAt, runAtAll, runLines, runPlain, variablesOf } from './run-lines.ts';

/** Programs in processes of their own, with a breakpoint at each of their markers. */
describe('a line of an ES module', () => {
  it('is captured in every kind of function, and the program comes to the same result', async () => {
    const [plain, run] = await Promise.all([runPlain('kinds.mjs'), runAtAll('kinds.mjs')]);
    expect(run.returned).toEqual(plain.returned);
    expect(variablesOf(run)).toEqual({
      function: {
        order: { price: 10 },
        quantity: 2,
        sub: 20,
        tax: 4,
        calls: 0,
        rate: 0.2,
        arguments: [{ price: 10 }, 2],
      },
      block: {
        rounded: 24,
        order: { price: 10 },
        quantity: 2,
        sub: 20,
        tax: 4,
        total: 24,
        calls: 1,
        rate: 0.2,
        arguments: [{ price: 10 }, 2],
      },
      private: { amount: 5, this: { name: 'main' }, '#balance': 15, '#owner': 'ada', arguments: [5] },
      async: { id: 1, before: 2, after: 3, arguments: [1] },
      generator: { from: 3, n: 3, arguments: [3] },
      'async-generator': { i: 7, from: 7, arguments: [7] },
      closure: { value: 4, scaled: 12, kept: { factor: 3 } },
      tdz: { early: 1, calls: 1, arguments: [] },
    });
  });

  it('is captured with its stack, and its names by scope', async () => {
    const { snapshots } = await runAt('kinds.mjs', 'block');
    expect(snapshots[0]?.scopes).toEqual([
      { kind: 'block', names: ['rounded'] },
      { kind: 'local', names: ['order', 'quantity', 'sub', 'tax', 'total'] },
      { kind: 'module', names: ['calls', 'rate'] },
    ]);
    expect(snapshots[0]?.frames[0]).toEqual({
      functionName: 'price',
      filePath: fixture('kinds.mjs'),
      lineNumber: 11,
      columnNumber: 5,
      origin: 'application',
      isAsync: false,
    });
    expect(snapshots[0]?.frames[1]?.functionName).toBe('run');
  });
});

describe('a line of a CommonJS module', () => {
  it('is captured', async () => {
    const [plain, run] = await Promise.all([runPlain('common.cjs'), runAtAll('common.cjs')]);
    expect(run.returned).toEqual(plain.returned);
    expect(variablesOf(run)).toEqual({
      commonjs: { a: 1, b: 2, sum: 3, count: 1, arguments: [1, 2] },
    });
  });

  it('is captured in the odd corners of the language, without a line of the program being run for it', async () => {
    const [plain, run] = await Promise.all([
      runPlain('odd.cjs'),
      runAtAll('odd.cjs', { isLoadedLate: true }),
    ]);
    expect(run.returned).toEqual(plain.returned);
    const variables = variablesOf(run);
    expect(variables).toMatchObject({
      'before-super': { value: 2, doubled: 4 },
      'static-block': { this: '[Class Fields]' },
      'shadowed-globals': { globalThis: 7, Symbol: 8, inner: 7 },
      sloppy: { first: 2 },
      patterns: { a: 1, b: 2, d: 3, e: [4, 5], rest: [], i: 0, item: 4, traps: 0 },
      switch: { inCase: 'one', traps: 1 },
      hostile: {
        hostile: { boom: '[Getter]', toJSON: '[Function toJSON]' },
        proxy: '[Proxy]',
        trap: '[Proxy]',
      },
    });
    expect(variables).not.toHaveProperty('with');
    if (process.versions.node.startsWith('22.')) {
      const words = run.words.filter(({ breakpointId }) => breakpointId === 'field');
      expect(words.at(-1)).toMatchObject({
        state: 'error',
        reason: expect.stringMatching(/^unsafe_place: V8 of Node 22 /),
      });
    } else {
      // In a class that has instance fields too, V8 of Node 22 knows no name of a static block.
      expect(variables).toMatchObject({ field: { this: { size: 3 } }, 'static-block': { start: 5 } });
    }
  });

  it('of a vm context is refused with the reason', async () => {
    const { words, snapshots } = await runLines({
      file: fixture('odd.cjs'),
      breakpoints: [{ id: 'vm', file_path: fixture('in-context.cjs'), line_number: 6 }],
    });
    expect(words).toMatchObject([
      {
        breakpointId: 'vm',
        state: 'error',
        reason: expect.stringMatching(/^vm_context: .*captureSnapshot\.$/),
      },
    ]);
    expect(snapshots).toEqual([]);
  });
});

describe('a line of TypeScript whose types Node strips', () => {
  it('is captured', async () => {
    const [plain, run] = await Promise.all([runPlain('stripped.ts'), runAtAll('stripped.ts')]);
    expect(run.returned).toEqual(plain.returned);
    expect(variablesOf(run)).toEqual({
      typescript: {
        order: { price: 10 },
        tax: 0.2,
        this: { label: 'cart' },
        '#orders': [{ price: 10 }],
        arguments: [{ price: 10 }],
      },
    });
    expect(run.words[0]).toMatchObject({
      breakpointId: 'typescript',
      state: 'installed',
      reason: expect.stringMatching(/^names_hidden: .*: total\. A line above shows them\.$/),
    });
  });
});

describe.each(['top-level.mjs', 'top-level.cjs'])('the top level of %s', (name) => {
  it('is captured when the file is loaded after its breakpoint was set, which waited for it', async () => {
    const { words, snapshots } = await runAt(name, 'top-level', { isLoadedLate: true });
    expect(words.map(({ state }) => state)).toEqual(['waiting', 'installed', 'emitting']);
    expect(snapshots[0]?.variables.value).toEqual({ first: 1, second: 2 });
  });
});

describe('names that have no value yet', () => {
  it('neither end the program nor change what it does: not one that modules share, nor any other', async () => {
    const [plain, run] = await Promise.all([
      runPlain('tdz.mjs'),
      runAtAll('tdz.mjs', { isLoadedLate: true }),
    ]);
    expect(run.returned).toEqual(plain.returned);
    expect(variablesOf(run)).toMatchObject({
      function: { hoisted: null },
      'static-field': { afterwards: 6 },
    });
    expect(run.words.filter(({ state }) => state === 'error')).toMatchObject([
      {
        breakpointId: 'derived',
        state: 'error',
        reason: expect.stringMatching(/^unsafe_place: In front of super/),
      },
    ]);
  });

  it('of a module that imports in a circle are left alone', async () => {
    const { snapshots } = await runAt('tdz-cycle.mjs', 'cycle', {
      isLoadedLate: true,
      file: fixture('tdz.mjs'),
    });
    expect(snapshots[0]?.variables.value).toMatchObject({ all: { early: '[...]', run: '[Function run]' } });
  });
});

it('leaves the order of ticks, microtasks and immediates as it is', async () => {
  const [plain, run] = await Promise.all([runPlain('order.mjs'), runAtAll('order.mjs')]);
  expect(run.captured).toBe(1);
  expect(run.returned).toEqual(plain.returned);
});
