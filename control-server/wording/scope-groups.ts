import type { VariableScope } from '../../src/protocol/variable-scope.ts';
import type { ValueNode } from './value-node.ts';
import { pointerSegment } from './value-path.ts';

/** Variables that stand together, with the tree of these alone. */
export interface ScopeGroup {
  readonly title: string;
  readonly root: ValueNode;
}

const TITLES: Readonly<Record<VariableScope['kind'], string>> = {
  block: 'Block',
  local: 'Local',
  closure: 'Closure',
  module: 'Module',
};

/**
 * The variables of a line breakpoint by the scope that each stands in, the nearest first, then what stands in none. One
 * group without a title where the snapshot says nothing of scopes.
 */
export function scopeGroups(
  root: ValueNode,
  scopes: readonly VariableScope[] | undefined,
): readonly [ScopeGroup, ...ScopeGroup[]] {
  const left = new Map(root.children.map((child) => [child.pointer, child]));
  const take = (pointers: readonly string[]): ValueNode[] =>
    pointers.flatMap((pointer) => {
      const child = left.get(pointer);
      left.delete(pointer);
      return child ?? [];
    });
  const seen = new Map<string, number>();
  const titleOf = ({ kind }: VariableScope): string => {
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    return nth === 1 ? TITLES[kind] : `${TITLES[kind]} ${nth}, further out`;
  };
  const inScopes = (scopes ?? []).map((scope) => ({
    title: titleOf(scope),
    children: take(scope.names.map((name) => `/${pointerSegment(name)}`)),
  }));
  const isOfThis = ({ name }: ValueNode): boolean => name === 'this' || name.startsWith('#');
  const rest = [...left.values()];
  const groups = [
    ...inScopes,
    { title: 'This', children: rest.filter(isOfThis) },
    { title: 'Arguments', children: rest.filter(({ name }) => name === 'arguments') },
    { title: 'Other', children: rest.filter((node) => !isOfThis(node) && node.name !== 'arguments') },
  ];
  const [first, ...others] = groups
    .filter(({ children }) => children.length > 0)
    .map(({ title, children }) => ({ title, root: { ...root, children } }));
  return scopes === undefined || first === undefined ? [{ title: '', root }] : [first, ...others];
}
