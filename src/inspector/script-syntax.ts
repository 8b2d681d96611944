import { Parser, tokTypes } from 'acorn';
import type { TokenType } from 'acorn';
import { declaredBy, sharedCellsOf } from './declared-names.ts';
import { childrenOf, isFunction } from './syntax-node.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** One place in a script, in the words of the language. */
export interface SyntaxAt {
  /** The nodes around the place, the statement of the script first and the innermost last; empty between statements. */
  readonly path: readonly SyntaxNode[];
  /** The place, in characters. */
  readonly offset: number;
  /** What the script declares at its top level, as far as it may be read here. */
  readonly topLevel: readonly string[];
}

/**
 * Characters of one statement that are parsed: it cannot be done in pieces, and this much takes some 100 ms of the thread.
 * Bundlers that wrap all of their code in one function make larger ones.
 */
export const MAX_STATEMENT_LENGTH: number = 1024 * 1024;

/** Lets long work be done in pieces: called between statements of the script. */
export type Breathe = () => Promise<void>;

/**
 * Parses a script statement by statement, and keeps only the one around the place, so that a large bundle neither holds up
 * the thread nor fills memory.
 * @returns null for what is not in the language that acorn knows, and for a statement that is too long
 */
export async function parseAround(
  source: string,
  isModule: boolean,
  offset: number,
  breathe: Breathe,
): Promise<SyntaxAt | null> {
  const reading = readAround(source, isModule, offset);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}

/** The same at once, for a script that is about to run. */
export function parseAroundAtOnce(source: string, isModule: boolean, offset: number): SyntaxAt | null {
  const reading = readAround(source, isModule, offset);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

function* readAround(source: string, isModule: boolean, offset: number): Generator<void, SyntaxAt | null> {
  let path: readonly SyntaxNode[] = [];
  const declared: string[] = [];
  const unsafe: string[] = [];
  try {
    for (const statement of statementsOf(source, isModule)) {
      declaredBy(statement, declared);
      sharedCellsOf(statement, unsafe);
      if (statement.start <= offset && offset < statement.end) path = pathTo(statement, offset);
      yield;
    }
  } catch {
    return null;
  }
  const unreadable = new Set(unsafe);
  return { path, offset, topLevel: declared.filter((name) => !unreadable.has(name)) };
}

/** What acorn's own `parse` does with a program, one statement at a time. These methods are what its plug-ins build on. */
interface StatementParser {
  readonly type: TokenType;
  /** Where the token that is read now begins. */
  readonly start: number;
  maxEnd: number;
  nextToken(): void;
  parseStatement(context: null, topLevel: boolean, exported: object): SyntaxNode;
}

class OpenParser extends Parser {
  declare readonly start: number;
  maxEnd = Number.POSITIVE_INFINITY;

  /** Called for every token. */
  nextToken(): void {
    if (this.start > this.maxEnd) throw new RangeError('the statement is too long');
    nextToken.call(this);
  }

  static at(source: string, isModule: boolean): StatementParser {
    const parser: unknown = new OpenParser(
      {
        ecmaVersion: 'latest',
        sourceType: isModule ? 'module' : 'script',
        allowHashBang: true,
        // The body of a CommonJS module is that of a function.
        allowReturnOutsideFunction: true,
        allowSuperOutsideMethod: true,
      },
      source,
    );
    return parser as StatementParser;
  }
}

/** Acorn's own, which its types do not show. */
// oxlint-disable-next-line typescript/unbound-method -- called with the parser that reads
const { nextToken } = Parser.prototype as unknown as { nextToken(this: Parser): void };

function* statementsOf(source: string, isModule: boolean): Generator<SyntaxNode> {
  const parser = OpenParser.at(source, isModule);
  const exported = Object.create(null) as object;
  parser.nextToken();
  while (parser.type !== tokTypes.eof) {
    parser.maxEnd = parser.start + MAX_STATEMENT_LENGTH;
    yield parser.parseStatement(null, true, exported);
  }
}

function pathTo(statement: SyntaxNode, offset: number): SyntaxNode[] {
  const path = [statement];
  for (;;) {
    // Where a function begins, it is made: that is done outside of it.
    const inner = childrenOf(path[path.length - 1] ?? statement).find(
      (node) => (isFunction(node) ? node.start < offset : node.start <= offset) && offset < node.end,
    );
    if (inner === undefined) return path;
    path.push(inner);
  }
}
