import type { ConditionNode } from '../protocol/condition-node.ts';

/** The variables that a condition or an expression reads: `order` of `order.total > 10`. */
export function namesIn(node: ConditionNode): string[] {
  switch (node.kind) {
    case 'name':
      return [node.name];
    case 'member':
      return namesIn(node.object);
    case 'unary':
      return namesIn(node.operand);
    case 'binary':
      return [...namesIn(node.left), ...namesIn(node.right)];
    case 'list':
      return node.items.flatMap(namesIn);
    case 'literal':
      return [];
  }
}
