import { blockNamesOf, blockScoped } from './declared-names.ts';
import { childrenOf, isFunctionLike, isNode, nodesOf } from './syntax-node.ts';
import type { SyntaxNode } from './syntax-node.ts';

/**
 * Why nothing may be evaluated at a place, not even an empty condition.
 * - `with`: every name may run code of the object.
 * - `before_super`: where a closure of a derived constructor holds `this`, V8's debugger gives it a value when it leaves,
 *   and `super()` then throws.
 * - `class_field`: V8 of Node 22 ends the process in a field of an instance whose class has static fields or blocks too.
 * - `early_use`: a `let`, `const` or `class` that is used further up than it is declared; V8's debugger gives it the value
 *   undefined, and the use does not throw any more.
 */
export type PlaceHazard = 'with' | 'before_super' | 'class_field' | 'early_use';

/** The first V8 that bears to be asked in every field. */
const FIRST_SOUND_V8 = 13;

/**
 * @param path the nodes around the place, the innermost last
 * @param v8Major of the V8 that runs it
 */
export function hazardAt(
  path: readonly SyntaxNode[],
  offset: number,
  v8Major: number = Number.parseInt(process.versions.v8, 10),
): PlaceHazard | null {
  if (path.some(({ type }) => type === 'WithStatement')) return 'with';
  const at = path.findLastIndex(isFunctionLike);
  if (isBeforeSuper(path, at, offset)) return 'before_super';
  if (v8Major < FIRST_SOUND_V8 && isFieldBesideStatic(path, at)) return 'class_field';
  return path.slice(at + 1).some((block) => hasEarlyUse(block, offset)) ? 'early_use' : null;
}

function isFieldBesideStatic(path: readonly SyntaxNode[], at: number): boolean {
  const field = path[at];
  const body = path[at - 1];
  if (field?.type !== 'PropertyDefinition' || field['static'] === true || body === undefined) return false;
  return nodesOf(body['body']).some(
    (member) =>
      member.type === 'StaticBlock' || (member.type === 'PropertyDefinition' && member['static'] === true),
  );
}

function isBeforeSuper(path: readonly SyntaxNode[], at: number, offset: number): boolean {
  const constructor = path[at];
  const definition = path[at - 1];
  const owner = path[at - 3];
  if (constructor === undefined || definition?.['kind'] !== 'constructor') return false;
  if (owner === undefined || !isNode(owner['superClass']) || !holdsThis(constructor)) return false;
  const { body } = constructor as { readonly body?: unknown };
  const statements = isNode(body) ? nodesOf(body['body']) : [];
  return !statements.some((statement) => statement.end <= offset && isSuperCall(statement));
}

/** True when an arrow function or an `eval` in it may have `this`. */
function holdsThis(node: SyntaxNode): boolean {
  return childrenOf(node).some(
    (child) =>
      child.type === 'ArrowFunctionExpression' ||
      (child.type === 'Identifier' && child['name'] === 'eval') ||
      (!isFunctionLike(child) && holdsThis(child)),
  );
}

function isSuperCall(statement: SyntaxNode): boolean {
  const { expression } = statement as { readonly expression?: unknown };
  if (statement.type !== 'ExpressionStatement' || !isNode(expression)) return false;
  const { callee } = expression as { readonly callee?: unknown };
  return expression.type === 'CallExpression' && isNode(callee) && callee.type === 'Super';
}

/** True when a block declares a name behind the place that it uses before the declaration. */
function hasEarlyUse(block: SyntaxNode, offset: number): boolean {
  const statements =
    block.type === 'SwitchStatement'
      ? nodesOf(block['cases']).flatMap((one) => nodesOf(one['consequent']))
      : nodesOf(block['body']);
  return statements
    .filter(({ start, type }) => start > offset && type !== 'FunctionDeclaration')
    .some((declaration) => {
      const names: string[] = [];
      blockScoped([declaration], names);
      return names.length > 0 && isUsedBefore(block, declaration.start, new Set(names));
    });
}

/** A closure keeps the name in a context, where V8's debugger leaves it alone. */
function isUsedBefore(node: SyntaxNode, end: number, names: ReadonlySet<string>): boolean {
  return childrenOf(node).some((child) => {
    if (child.start >= end || (child === node['property'] && node['computed'] !== true)) return false;
    if (child === node['key'] && node['computed'] !== true && node['shorthand'] !== true) return false;
    if (child.type === 'Identifier') return names.has(String(child['name']));
    if (isFunctionLike(child)) return false;
    const hidden: string[] = [];
    blockNamesOf(child, hidden);
    // A block in between that declares the name means its own.
    const visible = new Set([...names].filter((name) => !hidden.includes(name)));
    return visible.size > 0 && isUsedBefore(child, end, visible);
  });
}
