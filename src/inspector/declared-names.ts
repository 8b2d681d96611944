import { childrenOf, isFunctionLike, isNode, nodesOf } from './syntax-node.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** Adds what a statement declares in the scope that it stands in, the `var`s below it included. */
export function declaredBy(statement: SyntaxNode, names: string[]): void {
  switch (statement.type) {
    case 'ImportDeclaration':
      for (const specifier of nodesOf(statement['specifiers'])) addPattern(specifier['local'], names);
      return;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement as { readonly declaration?: unknown };
      if (isNode(declaration)) declaredBy(declaration, names);
      return;
    }
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      addPattern(statement['id'], names);
      return;
    case 'VariableDeclaration':
      addDeclarators(statement, names);
      return;
    default:
      hoistedVars(statement, names);
  }
}

/**
 * Adds the names that live in a cell which modules share: imports, and what is exported by `let`, `const` or `class`. While
 * such a cell has no value yet, V8's debugger hands out a hole instead of an error, and a program that touches it ends at
 * once. Whether a module was evaluated cannot be known from outside, so they are never read.
 */
export function sharedCellsOf(statement: SyntaxNode, names: string[]): void {
  if (statement.type === 'ImportDeclaration') {
    for (const specifier of nodesOf(statement['specifiers'])) {
      // A namespace is an object of its own, which answers for its members.
      if (specifier.type !== 'ImportNamespaceSpecifier') addPattern(specifier['local'], names);
    }
  } else if (statement.type.startsWith('Export')) {
    const { declaration } = statement as { readonly declaration?: unknown };
    if (isNode(declaration) && !isInitialised(declaration)) declaredBy(declaration, names);
    for (const specifier of nodesOf(statement['specifiers'])) addPattern(specifier['local'], names);
  }
}

/** True for what has a value from the start: a function, and `undefined` of a `var`. */
function isInitialised(declaration: SyntaxNode): boolean {
  return (
    declaration.type === 'FunctionDeclaration' ||
    (declaration.type === 'VariableDeclaration' && declaration['kind'] === 'var')
  );
}

/** Adds the names of `let`, `const`, `class` and functions that stand directly among these statements. */
export function blockScoped(statements: readonly SyntaxNode[], names: string[]): void {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration') {
      if (statement['kind'] !== 'var') addDeclarators(statement, names);
    } else if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      addPattern(statement['id'], names);
    }
  }
}

/** Adds the names of the scope that a block, a loop, a `switch` or a `catch` makes. */
export function blockNamesOf(node: SyntaxNode, names: string[]): void {
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      blockScoped(nodesOf(node['body']), names);
      return;
    case 'SwitchStatement':
      for (const one of nodesOf(node['cases'])) blockScoped(nodesOf(one['consequent']), names);
      return;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement': {
      const head = node.type === 'ForStatement' ? node['init'] : node['left'];
      if (isNode(head) && head.type === 'VariableDeclaration' && head['kind'] !== 'var') {
        addDeclarators(head, names);
      }
      return;
    }
    case 'CatchClause':
      addPattern(node['param'], names);
      return;
    default:
  }
}

/** Adds the `var`s of a piece of code, those of functions in it excluded. */
export function hoistedVars(node: SyntaxNode, names: string[]): void {
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') addDeclarators(node, names);
  for (const child of childrenOf(node)) if (!isFunctionLike(child)) hoistedVars(child, names);
}

function addDeclarators(declaration: SyntaxNode, names: string[]): void {
  for (const declarator of nodesOf(declaration['declarations'])) addPattern(declarator['id'], names);
}

/** Adds the names that a parameter, a destructuring or a plain name declares. */
export function addPattern(pattern: unknown, names: string[]): void {
  if (!isNode(pattern)) return;
  switch (pattern.type) {
    case 'Identifier':
      if (typeof pattern['name'] === 'string') names.push(pattern['name']);
      return;
    case 'ObjectPattern':
      for (const property of nodesOf(pattern['properties'])) {
        addPattern(property.type === 'RestElement' ? property['argument'] : property['value'], names);
      }
      return;
    case 'ArrayPattern':
      for (const element of nodesOf(pattern['elements'])) addPattern(element, names);
      return;
    case 'AssignmentPattern':
      addPattern(pattern['left'], names);
      return;
    case 'RestElement':
      addPattern(pattern['argument'], names);
  }
}
