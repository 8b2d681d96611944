import { expect, it } from 'vitest';
import { scopeGroups } from '../../../control-server/wording/scope-groups.ts';
import { buildValueTree } from '../../../control-server/wording/value-node.ts';
import type { VariableScope } from '../../../src/protocol/variable-scope.ts';

const VARIABLES = {
  total: 1,
  'a/b': 2,
  cart: { items: [1, 2] },
  config: {},
  this: { name: 'till' },
  '#secret': 3,
  arguments: [1],
};

function namesIn(scopes: readonly VariableScope[] | undefined, variables = VARIABLES) {
  return scopeGroups(buildValueTree(variables, []), scopes).map(({ title, root }) => [
    title,
    root.children.map(({ name }) => name),
  ]);
}

it('leaves variables together where nothing is said of scopes', () => {
  expect(namesIn(undefined)).toEqual([['', Object.keys(VARIABLES)]]);
});

it('groups variables by their scope, the nearest first, then this and the arguments', () => {
  expect(
    namesIn([
      { kind: 'block', names: ['total', 'a/b'] },
      { kind: 'local', names: [] },
      { kind: 'closure', names: ['cart'] },
      { kind: 'closure', names: ['config', 'total', 'never captured'] },
    ]),
  ).toEqual([
    ['Block', ['total', 'a/b']],
    ['Closure', ['cart']],
    ['Closure 2, further out', ['config']],
    ['This', ['this', '#secret']],
    ['Arguments', ['arguments']],
  ]);
});

it('loses no variable that no scope names', () => {
  expect(namesIn([{ kind: 'module', names: ['config'] }])).toEqual([
    ['Module', ['config']],
    ['This', ['this', '#secret']],
    ['Arguments', ['arguments']],
    ['Other', ['total', 'a/b', 'cart']],
  ]);
});

it('shows nothing but the whole of what has no variables', () => {
  expect(scopeGroups(buildValueTree(null, []), []).map(({ title }) => title)).toEqual(['']);
});
