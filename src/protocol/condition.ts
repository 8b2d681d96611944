import { ConditionSyntaxError, MAX_CONDITION_LENGTH } from './condition-node.ts';
import type { ConditionMistake, ConditionNode, ParsedCondition } from './condition-node.ts';
import { ConditionParser } from './condition-parser.ts';

export { MAX_CONDITION_DEPTH, MAX_CONDITION_LENGTH, MAX_CONDITION_NODES } from './condition-node.ts';
export type { BinaryOperator, ConditionMistake, ConditionNode, ParsedCondition } from './condition-node.ts';

/**
 * The condition of a breakpoint in the portable language: comparison, `&&`, `||`, `!`, `+ - * / %`, member access, `in`,
 * literals and parentheses. The whole text must parse. What can never be true or false (`1 + 2`) is refused as well.
 * Never throws, never runs anything of the text; length, depth and number of nodes are bounded.
 */
export function parseCondition(text: string): ParsedCondition {
  const parsed = parseExpression(text);
  if (!parsed.ok || canBeBoolean(parsed.expression)) return parsed;
  return {
    ok: false,
    message: 'A condition must be true or false: compare this with something.',
    position: 0,
  };
}

/** A capture expression: the same language as {@link parseCondition}, but of any value. */
export function parseExpression(text: string): ParsedCondition {
  return refuseLength(text) ?? attempt(() => ({ ok: true, expression: parseWhole(text) }));
}

/** A piece of a log message: text as it stands, or an expression whose value is put there. */
export type LogMessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly expression: ConditionNode };

/** What parsing a log message came to. */
export type ParsedLogMessage =
  { readonly ok: true; readonly parts: readonly LogMessagePart[] } | ConditionMistake;

/**
 * The message of a logpoint: `total {cart.total}`. `{{` and `}}` stand for the braces themselves; a brace that is
 * neither opened nor closed is a mistake. The bounds of {@link parseExpression} hold for the whole message.
 */
export function parseLogMessage(text: string): ParsedLogMessage {
  return refuseLength(text) ?? attempt(() => ({ ok: true, parts: splitLogMessage(text) }));
}

const LITERAL_TEXT = /(?:[^{}]|\{\{|\}\})+/y;

function splitLogMessage(text: string): LogMessagePart[] {
  const parser = new ConditionParser(text);
  const parts: LogMessagePart[] = [];
  let at = 0;
  while (at < text.length) {
    LITERAL_TEXT.lastIndex = at;
    const literal = LITERAL_TEXT.exec(text)?.[0];
    if (literal !== undefined) {
      parts.push({ kind: 'text', text: literal.replaceAll('{{', '{').replaceAll('}}', '}') });
      at += literal.length;
    } else if (text[at] === '{') {
      const { expression, end } = parser.parse(at + 1, '}');
      parts.push({ kind: 'expression', source: text.slice(at + 1, end - 1).trim(), expression });
      at = end;
    } else {
      throw new ConditionSyntaxError('This } closes nothing: write }} for the character itself.', at);
    }
  }
  return parts;
}

function parseWhole(text: string): ConditionNode {
  return new ConditionParser(text).parse(0, null).expression;
}

function refuseLength(text: string): ConditionMistake | null {
  if (text.length <= MAX_CONDITION_LENGTH) return null;
  return {
    ok: false,
    message: `At most ${MAX_CONDITION_LENGTH} characters are allowed; these are ${text.length}.`,
    position: MAX_CONDITION_LENGTH,
  };
}

function attempt<T>(parse: () => T): T | ConditionMistake {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConditionSyntaxError)) throw error;
    return { ok: false, message: error.message, position: error.position };
  }
}

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/', '%'];

function canBeBoolean(node: ConditionNode): boolean {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'boolean';
    case 'list':
      return false;
    case 'name':
    case 'member':
      return true;
    case 'unary':
      return node.operator === '!';
    case 'binary':
      return !ARITHMETIC.includes(node.operator);
  }
}
