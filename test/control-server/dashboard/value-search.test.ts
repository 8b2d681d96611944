import { describe, expect, it } from 'vitest';
import { buildValueTree } from '../../../control-server/wording/value-node.ts';
import { searchValues } from '../../../control-server/dashboard/src/snapshot/value-search.ts';

const root = buildValueTree(
  { cart: { items: [{ name: 'Tea' }, { name: 'Teapot' }], total: 42 }, tea: null },
  [{ path: '/cart', kind: 'object', className: 'TeaCart' }],
);

describe('the search in variables', () => {
  it('finds names, values and classes, in any case and in the order in which they are shown', () => {
    expect(searchValues(root, ' TEA ').pointers).toEqual([
      '/cart',
      '/cart/items/0/name',
      '/cart/items/1/name',
      '/tea',
    ]);
    expect(searchValues(root, '42').pointers).toEqual(['/cart/total']);
    expect(searchValues(root, 'null').pointers).toEqual(['/tea']);
  });

  it('says what has to be open to see it, and a long text itself', () => {
    expect([...searchValues(root, 'teapot').open]).toEqual([
      '',
      '/cart',
      '/cart/items',
      '/cart/items/1',
      '/cart/items/1/name',
    ]);
  });

  it('finds nothing for nothing', () => {
    expect(searchValues(root, ' ')).toEqual({ pointers: [], open: new Set() });
    expect(searchValues(root, 'coffee').pointers).toEqual([]);
  });
});
