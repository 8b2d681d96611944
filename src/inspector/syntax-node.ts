import type { Node } from 'acorn';

/** A node of acorn's tree, with whatever its kind has. */
export interface SyntaxNode extends Node {
  readonly [field: string]: unknown;
}

/** The nodes directly below a node. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

/** The nodes in a list of a node; holes of an array pattern are none. */
export function nodesOf(value: unknown): SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** True for a node of the tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** True for what V8 runs as a function of its own: functions, and class fields and blocks, which it wraps into one. */
export function isFunctionLike(node: SyntaxNode): boolean {
  return isFunction(node) || node.type === 'StaticBlock' || node.type === 'PropertyDefinition';
}

/** True for a function in its own words. */
export function isFunction({ type }: SyntaxNode): boolean {
  return (
    type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
  );
}
