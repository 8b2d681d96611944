import { describe, expect, it } from 'vitest';
import { buildValueTree } from '../../../control-server/wording/value-node.ts';
import {
  allOpen,
  initiallyOpen,
  visibleRows,
} from '../../../control-server/dashboard/src/snapshot/value-rows.ts';
import { moveInTree } from '../../../control-server/dashboard/src/ui/tree-move.ts';

const root = buildValueTree({ cart: { items: [1, 2] }, user: { name: 'Ana' } }, []);

describe('the visible lines', () => {
  it('are the outermost variables while nothing is open', () => {
    expect(visibleRows(root, new Set()).map((row) => [row.node.pointer, row.level, row.isOpen])).toEqual([
      ['/cart', 1, false],
      ['/user', 1, false],
    ]);
  });

  it('hold the children of what is open, with their place among their siblings', () => {
    const rows = visibleRows(root, new Set(['/cart', '/cart/items']));
    expect(rows.map((row) => [row.node.pointer, row.level, row.position, row.siblings])).toEqual([
      ['/cart', 1, 1, 2],
      ['/cart/items', 2, 1, 1],
      ['/cart/items/0', 3, 1, 2],
      ['/cart/items/1', 3, 2, 2],
      ['/user', 1, 2, 2],
    ]);
  });

  it('are one line for variables that are no object', () => {
    expect(visibleRows(buildValueTree('text', []), new Set())).toHaveLength(1);
    expect(visibleRows(buildValueTree({}, []), new Set())).toHaveLength(1);
  });

  it('let a long text be opened, and a short one not', () => {
    const texts = buildValueTree({ short: 'x'.repeat(360), long: 'x'.repeat(361) }, []);
    expect(visibleRows(texts, new Set()).map((row) => row.isOpen)).toEqual([null, false]);
  });
});

describe('what is open at first', () => {
  it('is everything while it fits', () => {
    expect([...initiallyOpen(root, 6)]).toEqual(['/cart', '/user', '/cart/items']);
  });

  it('is the outline when it does not fit, the outermost first', () => {
    expect([...initiallyOpen(root, 5)]).toEqual(['/cart', '/user']);
    expect([...initiallyOpen(root, 2)]).toEqual([]);
  });

  it('is everything on demand, whatever the size', () => {
    const large = buildValueTree({ list: Array.from({ length: 500 }, () => ({ a: 1 })) }, []);
    expect(allOpen(large).size).toBe(501);
  });
});

describe('keys', () => {
  const rows = visibleRows(root, new Set(['/cart']));

  it.each([
    [0, 'ArrowDown', { kind: 'focus', pointer: '/cart/items' }],
    [2, 'ArrowDown', { kind: 'focus', pointer: '/user' }],
    [0, 'ArrowUp', { kind: 'focus', pointer: '/cart' }],
    [0, 'End', { kind: 'focus', pointer: '/user' }],
    [2, 'Home', { kind: 'focus', pointer: '/cart' }],
    [1, 'ArrowRight', { kind: 'open', pointer: '/cart/items' }],
    [0, 'ArrowRight', { kind: 'focus', pointer: '/cart/items' }],
    [0, 'ArrowLeft', { kind: 'close', pointer: '/cart' }],
    [1, 'ArrowLeft', { kind: 'focus', pointer: '/cart' }],
    [2, 'ArrowLeft', null],
    [1, 'Enter', { kind: 'open', pointer: '/cart/items' }],
    [0, ' ', { kind: 'close', pointer: '/cart' }],
    [0, 'x', null],
    [9, 'ArrowDown', null],
  ])('on line %i, %s does what a tree does', (index, key, move) => {
    expect(moveInTree(rows, index, key)).toEqual(move);
  });
});
