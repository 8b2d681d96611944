import type { VariableScope } from '../protocol/variable-scope.ts';
import { addPattern, blockNamesOf, hoistedVars } from './declared-names.ts';
import { hazardAt } from './place-hazard.ts';
import type { PlaceHazard } from './place-hazard.ts';
import type { SyntaxAt } from './script-syntax.ts';
import { childrenOf, isFunction, isFunctionLike, isNode, nodesOf } from './syntax-node.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** What a capture at one place can name. */
export interface NamesAt {
  /** The innermost scope first; a name stands only in the scope that it means here. */
  readonly scopes: readonly VariableScope[];
  /** Private fields of `this`, each with its `#`. Fields only: an accessor is code. */
  readonly privateFields: readonly string[];
  readonly hasThis: boolean;
  readonly hasArguments: boolean;
  /** Names of blocks that stand around a return, which V8 does not show there. */
  readonly hidden: readonly string[];
  /** Why nothing may be evaluated here; null where it may. */
  readonly hazard: PlaceHazard | null;
  /** True for code of the script itself outside of any loop: once the script is loaded, it does not run again. */
  readonly runsOnce: boolean;
  /** True in a function that does nothing but hand on a value by its name, as compilers make one for each export. */
  readonly handsOn: boolean;
  /** Characters of the innermost function, which V8 reads again at every hit. */
  readonly functionLength: number;
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);
/** More are left out, the outermost first: each costs a little at every hit. */
const MAX_NAMES = 128;
const MAX_NAME_LENGTH = 256;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
/** Names that mean something else in other code than they mean where they are declared, and `this` and `arguments`, read apart. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'arguments',
  'await',
  'eval',
  'implements',
  'interface',
  'let',
  'package',
  'private',
  'protected',
  'public',
  'static',
  'yield',
]);

/**
 * The names in scope at a place. Of outer scopes those that the innermost function uses: V8 keeps no others for it.
 * @param isReturn V8 stops where the function returns
 * @param ownsTopLevel false: `var`s and functions of the script are properties of the global object, maybe accessors
 */
export function namesAt(
  { path, topLevel, offset }: SyntaxAt,
  scriptLength: number,
  ownsTopLevel: boolean,
  isReturn: boolean,
): NamesAt {
  const innermost = path.findLast(isFunctionLike) ?? null;
  const used = innermost === null ? null : usedIn(innermost);
  const taken = new Set<string>();
  const scopes: VariableScope[] = [];
  const hidden: string[] = [];

  function add(kind: VariableScope['kind'], names: readonly string[]): void {
    const fresh = names.filter(
      (name) => !taken.has(name) && (kind === 'block' || kind === 'local' || used === null || used.has(name)),
    );
    for (const name of names) taken.add(name);
    const readable = [...new Set(fresh)].filter(isReadable);
    const last = scopes.at(-1);
    if (readable.length === 0) return;
    if (last?.kind !== kind) scopes.push({ kind, names: readable });
    else {
      // Parameters come before the names of the body, which is further in.
      const both = kind === 'local' ? [...readable, ...last.names] : [...last.names, ...readable];
      scopes[scopes.length - 1] = { kind, names: both };
    }
  }

  let isOutside = false;
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index]!;
    const isLocal = node === innermost;
    const names: string[] = [];
    namesOf(node, path[index + 1], names);
    const isBody = isBodyOf(path[index - 1], node, innermost);
    if (isReturn && !isOutside && !isLocal && !(isBody && hasSimpleParameters(innermost))) {
      for (const name of names) taken.add(name);
      hidden.push(...names);
      continue;
    }
    add(isOutside ? 'closure' : isLocal || isBody ? 'local' : 'block', names);
    if (isLocal) isOutside = true;
  }
  if (ownsTopLevel) add(innermost === null ? 'local' : 'module', topLevel);

  return {
    scopes: bound(scopes),
    ...readReceiver(path),
    hidden,
    runsOnce: innermost === null && !path.some(({ type }) => LOOPS.has(type)),
    handsOn: innermost !== null && isHandingOn(innermost),
    hazard: hazardAt(path, offset),
    functionLength: innermost === null ? scriptLength : innermost.end - innermost.start,
  };
}

/** `() => name` and `get name() { return name; }`. */
function isHandingOn(innermost: SyntaxNode): boolean {
  const { body } = innermost as { readonly body?: unknown };
  if (!isFunction(innermost) || nodesOf(innermost['params']).length > 0 || !isNode(body)) return false;
  if (body.type !== 'BlockStatement') return body.type === 'Identifier';
  const [statement, ...others] = nodesOf(body['body']);
  if (statement?.type !== 'ReturnStatement' || others.length > 0) return false;
  const { argument } = statement as { readonly argument?: unknown };
  return isNode(argument) && argument.type === 'Identifier';
}

/** True for the block that is a function's body: its names are the function's own. */
function isBodyOf(parent: SyntaxNode | undefined, node: SyntaxNode, innermost: SyntaxNode | null): boolean {
  return parent !== undefined && parent === innermost && parent['body'] === node;
}

/** False where a parameter has a default or is taken apart: then the body is a block of its own. */
function hasSimpleParameters(innermost: SyntaxNode | null): boolean {
  return nodesOf(innermost?.['params']).every(({ type }) => type === 'Identifier');
}

/** Adds what one node around the place declares for it. */
function namesOf(node: SyntaxNode, inner: SyntaxNode | undefined, names: string[]): void {
  if (node.type === 'CatchClause') {
    if (inner === node['body']) addPattern(node['param'], names);
    return;
  }
  blockNamesOf(node, names);
  if (node.type === 'StaticBlock') hoistedVars(node, names);
  if (!isFunction(node)) return;
  for (const parameter of nodesOf(node['params'])) addPattern(parameter, names);
  if (isNode(node['body'])) hoistedVars(node['body'], names);
}

/** Every name that stands in a piece of code, those of functions in it included. */
function usedIn(root: SyntaxNode): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Identifier' && typeof node['name'] === 'string') used.add(node['name']);
    for (const child of childrenOf(node)) {
      const isKey = (child === node['key'] && node['shorthand'] !== true) || child === node['property'];
      if (!isKey || node['computed'] === true) visit(child);
    }
  };
  // Its own name is no use of it.
  for (const child of childrenOf(root)) if (child !== root['id']) visit(child);
  return used;
}

/** What `this` and `arguments` mean at the place, where they can be read. */
function readReceiver(
  path: readonly SyntaxNode[],
): Pick<NamesAt, 'hasThis' | 'hasArguments' | 'privateFields'> {
  const NONE = { hasThis: false, hasArguments: false, privateFields: [] };
  const innermost = path.findLast(isFunctionLike);
  if (innermost === undefined) return NONE;
  const owner = path.findLastIndex((node) => isFunctionLike(node) && node.type !== 'ArrowFunctionExpression');
  if (owner === -1) return NONE;
  const isArrow = innermost.type === 'ArrowFunctionExpression';
  // An arrow function has the `this` of what is around it only where it uses it: otherwise V8 says undefined.
  const hasThis =
    !isArrow || usesOwn(innermost, (node) => node.type === 'ThisExpression' || node.type === 'Super');
  const hasArguments =
    isFunction(path[owner]!) &&
    (!isArrow || usesOwn(innermost, (node) => node.type === 'Identifier' && node['name'] === 'arguments'));
  const body = path.slice(0, owner).findLast(({ type }) => type === 'ClassBody');
  const isMethod = body !== undefined && path.indexOf(body) >= owner - 2;
  return {
    hasThis,
    hasArguments,
    privateFields: hasThis && isMethod ? privateFieldsOf(body) : [],
  };
}

/** True when the function, or an arrow function in it, has such a node. */
function usesOwn(root: SyntaxNode, isWanted: (node: SyntaxNode) => boolean): boolean {
  return childrenOf(root).some(
    (child) =>
      isWanted(child) ||
      ((!isFunctionLike(child) || child.type === 'ArrowFunctionExpression') && usesOwn(child, isWanted)),
  );
}

function privateFieldsOf(body: SyntaxNode): string[] {
  return nodesOf(body['body']).flatMap((member) => {
    const { key } = member as { readonly key?: unknown };
    if (member.type !== 'PropertyDefinition' || !isNode(key) || key.type !== 'PrivateIdentifier') return [];
    const name = String(key['name']);
    return isReadable(name) ? [`#${name}`] : [];
  });
}

function isReadable(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && IDENTIFIER.test(name) && !UNREADABLE.has(name);
}

function bound(scopes: readonly VariableScope[]): VariableScope[] {
  let left = MAX_NAMES;
  return scopes.flatMap(({ kind, names }) => {
    const kept = names.slice(0, left);
    left -= kept.length;
    return kept.length === 0 ? [] : [{ kind, names: kept }];
  });
}
