/** An operator between two operands. */
export type BinaryOperator =
  '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

/** One node of a parsed condition or expression: plain data, safe to keep and to walk. */
export type ConditionNode =
  /** `"text"`, `12.5`, `true`, `nil`; `null` stands for nil. */
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** `[200, 201]`. */
  | { readonly kind: 'list'; readonly items: readonly ConditionNode[] }
  /** A variable of the captured scope. */
  | { readonly kind: 'name'; readonly name: string }
  /** `cart.total`, `items[0]`, `headers["x-id"]`: the name is always known when the text is parsed. */
  | { readonly kind: 'member'; readonly object: ConditionNode; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: ConditionNode }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: ConditionNode;
      readonly right: ConditionNode;
    };

/** Longest condition, expression or log message, in characters. */
export const MAX_CONDITION_LENGTH = 1_024;
/** Deepest nesting of parentheses, lists and prefix operators. */
export const MAX_CONDITION_DEPTH = 32;
/** Most nodes of one text; the expressions of a log message count together. */
export const MAX_CONDITION_NODES = 128;

/** Why a text is not in the language: what is wrong, and the 0-based character at which it is. */
export interface ConditionMistake {
  readonly ok: false;
  /** For a person; names what to write instead where that is known. */
  readonly message: string;
  readonly position: number;
}

/** What parsing one text came to. */
export type ParsedCondition = { readonly ok: true; readonly expression: ConditionNode } | ConditionMistake;

/** Thrown inside the parser only; `condition.ts` turns it into a {@link ConditionMistake}. */
export class ConditionSyntaxError extends Error {
  override readonly name: string = 'ConditionSyntaxError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
