import { ConditionSyntaxError, MAX_CONDITION_DEPTH, MAX_CONDITION_NODES } from './condition-node.ts';
import type { BinaryOperator, ConditionNode } from './condition-node.ts';
import { readConditionToken } from './condition-token.ts';
import type { ConditionToken } from './condition-token.ts';

/** Names through which JavaScript reaches prototypes and constructors: never readable, in any spelling. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['constructor', '__proto__', 'prototype']);

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['nil', null],
  ['null', null],
]);

/** What other languages put between operands or in front of one, and what to write instead. */
const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map([
  ['and', 'write &&'],
  ['or', 'write ||'],
  ['not', 'write !( … )'],
  ['is', 'write =='],
  ['matches', 'patterns are not part of the language'],
  ['contains', 'write "x" in list for a list; searching in text is not part of the language'],
  ['?', 'there is no choice between two values; write what is to be true'],
]);

const LOGICAL_OR: readonly BinaryOperator[] = ['||'];
const LOGICAL_AND: readonly BinaryOperator[] = ['&&'];
const COMPARISONS: readonly BinaryOperator[] = ['==', '!=', '<', '<=', '>', '>=', 'in'];
const SUMS: readonly BinaryOperator[] = ['+', '-'];
const PRODUCTS: readonly BinaryOperator[] = ['*', '/', '%'];

/** Recursive descent over one text, with bounds on what it builds. Every mistake is a thrown {@link ConditionSyntaxError}. */
export class ConditionParser {
  readonly #text: string;
  #token: ConditionToken = { kind: 'end', start: 0, end: 0 };
  #nodes = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The expression from `from` up to where it cannot go on; `closing` (or the end of the text) must stand there. */
  parse(from: number, closing: '}' | null): { readonly expression: ConditionNode; readonly end: number } {
    this.#token = readConditionToken(this.#text, from);
    if (this.#isEnd() || this.#isSymbol('}')) {
      throw new ConditionSyntaxError('An expression is missing.', this.#token.start);
    }
    const expression = this.#parseOr();
    if (!(closing === null ? this.#isEnd() : this.#isSymbol(closing))) this.#refuseToken(closing);
    return { expression, end: this.#token.end };
  }

  #parseOr(): ConditionNode {
    return this.#parseChain(LOGICAL_OR, () => this.#parseChain(LOGICAL_AND, () => this.#parseComparison()));
  }

  /** Comparisons do not chain: `a < b < c` means something else in every language. */
  #parseComparison(): ConditionNode {
    const left = this.#parseSum();
    const operator = this.#takeOperator(COMPARISONS);
    if (operator === null) return left;
    const node = this.#build({ kind: 'binary', operator, left, right: this.#parseSum() });
    const second = this.#token;
    if (this.#takeOperator(COMPARISONS) !== null) {
      throw new ConditionSyntaxError('Comparisons do not chain: join two of them with &&.', second.start);
    }
    return node;
  }

  #parseSum(): ConditionNode {
    return this.#parseChain(SUMS, () => this.#parseChain(PRODUCTS, () => this.#parsePrefix()));
  }

  #parseChain(operators: readonly BinaryOperator[], parseOperand: () => ConditionNode): ConditionNode {
    let left = parseOperand();
    for (;;) {
      const operator = this.#takeOperator(operators);
      if (operator === null) return left;
      left = this.#build({ kind: 'binary', operator, left, right: parseOperand() });
    }
  }

  #parsePrefix(): ConditionNode {
    const token = this.#token;
    if (token.kind !== 'symbol' || (token.value !== '!' && token.value !== '-')) return this.#parseMembers();
    const operator = token.value;
    this.#advance();
    return this.#nest(token.start, () =>
      this.#build({ kind: 'unary', operator, operand: this.#parsePrefix() }),
    );
  }

  #parseMembers(): ConditionNode {
    let node = this.#parsePrimary();
    for (;;) {
      if (this.#isSymbol('.')) {
        this.#advance();
        if (this.#token.kind !== 'name') this.#refuseToken(null);
        node = this.#buildMember(node, this.#token.value, this.#token.start);
        this.#advance();
      } else if (this.#isSymbol('[')) {
        this.#advance();
        node = this.#buildMember(node, this.#takeIndex(), this.#token.start);
        this.#advance();
        this.#take(']');
      } else if (this.#isSymbol('(')) {
        throw new ConditionSyntaxError('Nothing can be called from a condition.', this.#token.start);
      } else {
        return node;
      }
    }
  }

  #takeIndex(): string {
    const token = this.#token;
    if (token.kind === 'string') return token.value;
    if (token.kind === 'number' && Number.isSafeInteger(token.value)) return String(token.value);
    throw new ConditionSyntaxError('Between [ and ] stands a whole number or a quoted name.', token.start);
  }

  #parsePrimary(): ConditionNode {
    const token = this.#token;
    switch (token.kind) {
      case 'number':
      case 'string':
        this.#advance();
        return this.#build({ kind: 'literal', value: token.value });
      case 'name': {
        if (token.value === 'in') this.#refuseToken(null);
        if (token.value === 'not' && this.#isOperandNext()) this.#refuseToken(null);
        this.#advance();
        const literal = LITERALS.get(token.value);
        if (literal !== undefined) return this.#build({ kind: 'literal', value: literal });
        refuseForbidden(token.value, token.start);
        return this.#build({ kind: 'name', name: token.value });
      }
      case 'symbol':
        if (token.value === '(') {
          this.#advance();
          const inner = this.#nest(token.start, () => this.#parseOr());
          this.#take(')');
          return inner;
        }
        if (token.value === '[') return this.#nest(token.start, () => this.#parseList());
    }
    return this.#refuseToken(null);
  }

  #parseList(): ConditionNode {
    this.#advance();
    const items: ConditionNode[] = [];
    while (!this.#isSymbol(']')) {
      if (items.length > 0) this.#take(',');
      items.push(this.#parseOr());
    }
    this.#advance();
    return this.#build({ kind: 'list', items });
  }

  #buildMember(object: ConditionNode, name: string, position: number): ConditionNode {
    refuseForbidden(name, position);
    return this.#build({ kind: 'member', object, name });
  }

  #build(node: ConditionNode): ConditionNode {
    this.#nodes += 1;
    if (this.#nodes > MAX_CONDITION_NODES) {
      throw new ConditionSyntaxError(
        `At most ${MAX_CONDITION_NODES} values and operators are allowed.`,
        this.#token.start,
      );
    }
    return node;
  }

  #nest(position: number, parse: () => ConditionNode): ConditionNode {
    this.#depth += 1;
    if (this.#depth > MAX_CONDITION_DEPTH) {
      throw new ConditionSyntaxError(
        `At most ${MAX_CONDITION_DEPTH} levels of nesting are allowed.`,
        position,
      );
    }
    const node = parse();
    this.#depth -= 1;
    return node;
  }

  #takeOperator(operators: readonly BinaryOperator[]): BinaryOperator | null {
    const token = this.#token;
    if (token.kind !== 'symbol' && token.kind !== 'name') return null;
    const operator = operators.find((known) => known === token.value) ?? null;
    if (operator !== null) this.#advance();
    return operator;
  }

  #take(symbol: string): void {
    if (!this.#isSymbol(symbol)) this.#refuseToken(symbol);
    this.#advance();
  }

  #isSymbol(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.value === symbol;
  }

  /** Then the name at hand is no variable: two operands never follow each other. */
  #isOperandNext(): boolean {
    const { kind } = readConditionToken(this.#text, this.#token.end);
    return kind === 'name' || kind === 'number' || kind === 'string';
  }

  #isEnd(): boolean {
    return this.#token.kind === 'end';
  }

  #advance(): void {
    this.#token = readConditionToken(this.#text, this.#token.end);
  }

  #refuseToken(wanted: string | null): never {
    const token = this.#token;
    const hope = wanted === null ? '' : `: expected "${wanted}"`;
    if (token.kind === 'end') {
      throw new ConditionSyntaxError(`The text ends too early${hope}.`, token.start);
    }
    const advice =
      token.kind === 'name' || token.kind === 'symbol' ? FOREIGN_WORDS.get(token.value) : undefined;
    const found = this.#text.slice(token.start, Math.min(token.end, token.start + 40));
    throw new ConditionSyntaxError(
      `Unexpected ${found}${advice === undefined ? hope : `: ${advice}`}.`,
      token.start,
    );
  }
}

function refuseForbidden(name: string, position: number): void {
  if (FORBIDDEN_NAMES.has(name)) {
    throw new ConditionSyntaxError(`"${name}" cannot be read from a condition.`, position);
  }
}
