import { describe, expect, it } from 'vitest';
import { namesAt } from '../../src/inspector/names-at.ts';
import type { NamesAt } from '../../src/inspector/names-at.ts';
import { hazardAt } from '../../src/inspector/place-hazard.ts';
import { MAX_STATEMENT_LENGTH, parseAroundAtOnce } from '../../src/inspector/script-syntax.ts';

/** The names at the `@` of a module. */
function at(text: string, { isModule = true, ownsTopLevel = true, isReturn = false } = {}): NamesAt {
  const offset = text.indexOf('@');
  const source = text.replace('@', '');
  const syntax = parseAroundAtOnce(source, isModule, offset);
  if (syntax === null) throw new Error('not in the language');
  return namesAt(syntax, source.length, ownsTopLevel, isReturn);
}

const scopes = (text: string): Record<string, readonly string[]> =>
  Object.fromEntries(at(text).scopes.map(({ kind, names }) => [kind, names]));

describe('names in scope', () => {
  it('are parameters and locals of the function, in every way to declare one', () => {
    expect(
      scopes(
        'function f(a, { b, c: [d, ...e] }, g = 1, ...h) { var i; let j; const k = 1; class L {} function m() {} @go(); }',
      ),
    ).toEqual({ local: ['a', 'b', 'd', 'e', 'g', 'h', 'i', 'j', 'k', 'L', 'm'] });
  });

  it('are those of the blocks around the line, the nearest first', () => {
    expect(
      scopes(
        'function f() { for (const a of x) { try { y() } catch ({ b }) { let c; switch (c) { case 1: let d; @go(); } } } }',
      ),
    ).toEqual({ block: ['d', 'c', 'b', 'a'] });
  });

  it('are var declarations of inner blocks, but not of inner functions', () => {
    expect(scopes('function f() { if (x) { var a; } () => { var b; }; @go(); }')).toEqual({ local: ['a'] });
  });

  it('are of outer scopes only what the function uses: V8 keeps no others', () => {
    expect(
      scopes(
        'let used, unused; function outer(kept, lost) { const alsoKept = 1; return () => { @kept + alsoKept + used; } }',
      ),
    ).toEqual({ closure: ['alsoKept', 'kept'], module: ['used'] });
  });

  it('are taken once where an inner one hides an outer one', () => {
    expect(scopes('let a, b; function f(a) { { let a; @a + b; } }')).toEqual({ block: ['a'], module: ['b'] });
  });

  it('do not count the name of a member or a key as a use', () => {
    expect(scopes('let a, b, c; function f(o) { @o.a; ({ b: 1 }); o[c]; }')).toEqual({
      local: ['o'],
      module: ['c'],
    });
  });

  it('leave out what V8 cannot read safely: imports, and exports that have no value from the start', () => {
    expect(
      scopes(
        'import d, { i } from "x"; import * as ns from "x"; export let e; export class K {} let l; export { l }; export function g() {} let m; function f() { @[d, i, ns, e, K, l, g, m]; }',
      ),
    ).toEqual({ module: ['ns', 'g', 'm'] });
  });

  it('leave out what is a property of the global object, which may have a getter', () => {
    expect(at('var a; function f(b) { @a; }', { isModule: false, ownsTopLevel: false }).scopes).toEqual([
      { kind: 'local', names: ['b'] },
    ]);
  });

  it('leave out names that mean something else elsewhere', () => {
    expect(at('function f(yield, let, eval, async) { @go(); }', { isModule: false }).scopes).toEqual([
      { kind: 'local', names: ['async'] },
    ]);
  });

  it('are at most 128', () => {
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    expect(at(`function f(${names.join(',')}) { @go(); }`).scopes[0]?.names).toEqual(names.slice(0, 128));
  });
});

describe('at a return', () => {
  it.each([
    [
      'of blocks are not read, nor what they hide',
      'const a = 0; function f(b) { let c; { let a, d; @return a; } }',
      ['b', 'c'],
      ['a', 'd'],
    ],
    [
      'of the body are not read where a parameter has a default',
      'function f(a, b = 1) { var c; let d; @return d; }',
      ['a', 'b', 'c'],
      ['d'],
    ],
    [
      'of the body are read otherwise',
      'function f(a, b) { var c; let d; @return d; }',
      ['a', 'b', 'c', 'd'],
      [],
    ],
  ])('names %s', (_which, text, local, hidden) => {
    const names = at(text, { isReturn: true });
    expect(names.scopes).toEqual([{ kind: 'local', names: local }]);
    expect(names.hidden).toEqual(hidden);
  });
});

describe('this and arguments', () => {
  const receiver = (text: string): unknown => {
    const { hasThis, hasArguments } = at(text);
    return { hasThis, hasArguments };
  };

  it.each([
    ['a function', 'function f() { @go(); }', true, true],
    ['a method', 'class A { m() { @go(); } }', true, true],
    ['an arrow function that uses neither', 'function f() { () => { @go(); } }', false, false],
    ['an arrow function that uses both', 'function f() { () => { @this.x + arguments[0]; } }', true, true],
    [
      'an arrow function in one that uses them',
      'function f() { () => { @(() => this + arguments); } }',
      true,
      true,
    ],
    ['a function in an arrow function', 'const a = () => { this; function f() { @go(); } }', true, true],
    ['the top level', '@go();', false, false],
    ['an arrow function of the top level', 'const a = () => { @this; }', false, false],
    ['a field', 'class A { x = @go(); }', true, false],
    ['a static block', 'class A { static { @go(); } }', true, false],
  ])('of %s', (_where, text, hasThis, hasArguments) => {
    expect(receiver(text)).toEqual({ hasThis, hasArguments });
  });

  it('come with private fields, never with private accessors and methods', () => {
    expect(at('class A { #a = 1; static #b; get #c() {} #d() {} e; m() { @go(); } }').privateFields).toEqual([
      '#a',
      '#b',
    ]);
    expect(at('class A { #a = 1; m() { function f() { @go(); } } }').privateFields).toEqual([]);
  });
});

describe('a place where nothing may be evaluated', () => {
  it.each([
    ['inside of with', 'with (o) { @go(); }', 'with'],
    [
      'in front of super(), with an arrow function',
      'class A extends B { constructor() { () => this; @go(); super(); } }',
      'before_super',
    ],
    [
      'in front of super(), with eval',
      'class A extends B { constructor() { eval(x); { @go(); } super(); } }',
      'before_super',
    ],
    ['in front of an early use', 'function f() { @go(); try { a } catch {} let a = 1; }', 'early_use'],
    [
      'in front of an early use in a case',
      'switch (x) { case 0: @go(); case 1: a; default: let a; }',
      'early_use',
    ],
  ])('%s', (_where, text, hazard) => {
    expect(at(text, { isModule: false }).hazard).toBe(hazard);
  });

  it.each([
    ['behind super()', 'class A extends B { constructor() { () => this; super(); @go(); } }'],
    ['in front of super(), without a closure', 'class A extends B { constructor() { @go(); super(); } }'],
    ['in a class that extends nothing', 'class A { constructor() { () => this; @go(); } }'],
    ['in front of a use behind the declaration', 'function f() { @go(); let a = 1; a; }'],
    [
      'in front of a declaration whose name blocks above mean for themselves',
      'function f() { @go(); if (x) { const a = 1; a; } for (const a of y) a; try {} catch (a) { a; } const a = 2; }',
    ],
    [
      'in front of a declaration that a closure uses',
      'function f() { const g = () => a; @go(); let a = 1; }',
    ],
  ])('is not %s', (_where, text) => {
    expect(at(text).hazard).toBeNull();
  });
});

it.each([
  [12, 'class A { static a = 1; b = @go(); }', 'class_field'],
  [12, 'class A { static { go(); } b = @go(); }', 'class_field'],
  [13, 'class A { static a = 1; b = @go(); }', null],
  [12, 'class A { b = @go(); }', null],
  [12, 'class A { static a = @go(); b = 1; }', null],
  [12, 'class A { static a = 1; b = () => { @go(); }; }', null],
])('keeps V8 %i out of fields that end its process: %s', (v8Major, text, hazard) => {
  const offset = text.indexOf('@');
  const { path } = parseAroundAtOnce(text.replace('@', ''), true, offset) ?? { path: [] };
  expect(hazardAt(path, offset, v8Major)).toBe(hazard);
});

it('says how long the innermost function is, which V8 reads at every hit', () => {
  expect(at('const x = 1; function f() { @go(); }').functionLength).toBe('function f() { go(); }'.length);
  expect(at('@go(); more();').functionLength).toBe('go(); more();'.length);
});

it('takes what is not in the language for unreadable', () => {
  expect(parseAroundAtOnce('let let = ;', true, 0)).toBeNull();
});

it('takes the beginning of a function for a place outside of it, where it is made', () => {
  const outside = at('let a; const f = @(b) => b + a;');
  expect(outside.runsOnce).toBe(true);
  expect(outside.scopes).toEqual([{ kind: 'local', names: ['a', 'f'] }]);
  const inside = at('let a; const f = (b) => @b + a;');
  expect(inside.runsOnce).toBe(false);
  expect(inside.scopes).toEqual([
    { kind: 'local', names: ['b'] },
    { kind: 'module', names: ['a'] },
  ]);
});

it('reads a statement of 1 MB and none that is longer: it would hold up the thread; what else the script has does not count', () => {
  const statement = (length: number): string => `use("${'x'.repeat(length - 7)}");`;
  expect(statement(20)).toHaveLength(21);
  const before = `${statement(MAX_STATEMENT_LENGTH / 2)}\n`.repeat(4);
  expect(parseAroundAtOnce(before + statement(MAX_STATEMENT_LENGTH), false, 0)).not.toBeNull();
  expect(parseAroundAtOnce(before + statement(MAX_STATEMENT_LENGTH + 1), false, 0)).toBeNull();
});
