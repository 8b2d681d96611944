import type { Breakpoint } from '../protocol/breakpoint.ts';
import { parseCondition, parseExpression, parseLogMessage } from '../protocol/condition.ts';
import type { ConditionNode } from '../protocol/condition-node.ts';
import { namesIn } from './condition-names.ts';
import { compileCondition, compileExpression } from './condition.ts';
import type { ConditionFailure, ExpressionResult } from './condition.ts';

/** A capture expression, or an expression within a log message, ready to be evaluated over live variables. */
export interface CompiledExpression {
  /** Its text, as a person wrote it. */
  readonly source: string;
  readonly evaluate: (scope: unknown) => ExpressionResult;
}

/** A breakpoint with its texts checked and compiled to closures: nothing of it is ever evaluated as JavaScript. */
export interface CompiledBreakpoint {
  readonly breakpoint: Breakpoint;
  readonly condition: ((scope: unknown) => boolean | ConditionFailure) | null;
  readonly expressions: readonly CompiledExpression[];
  /** The log message in pieces: text as it stands, or an expression whose value is put there. */
  readonly message: readonly (string | CompiledExpression)[] | null;
  /** The variables that its texts read. */
  readonly names: readonly string[];
  /** Why this breakpoint cannot work here, for a person; null when it can. */
  readonly problem: string | null;
}

const MAX_EXPRESSIONS = 20;

/** Compiles all texts of a breakpoint. Never throws; a text that is not in the language becomes the `problem`. */
export function compileBreakpoint(breakpoint: Breakpoint): CompiledBreakpoint {
  const mistakes: string[] = [];
  const note = (what: string, mistake: { readonly message: string; readonly position: number }): void =>
    void mistakes.push(`${what}: ${mistake.message} (at character ${mistake.position + 1})`);

  const nodes: ConditionNode[] = [];
  let condition: CompiledBreakpoint['condition'] = null;
  if (breakpoint.condition !== null) {
    const parsed = parseCondition(breakpoint.condition);
    if (parsed.ok) {
      condition = compileCondition(parsed.expression);
      nodes.push(parsed.expression);
    } else note('condition', parsed);
  }

  const expressions: CompiledExpression[] = [];
  for (const source of breakpoint.captureExpressions.slice(0, MAX_EXPRESSIONS)) {
    const parsed = parseExpression(source);
    if (parsed.ok) {
      expressions.push({ source, evaluate: compileExpression(parsed.expression) });
      nodes.push(parsed.expression);
    } else note(`capture expression "${source.slice(0, 40)}"`, parsed);
  }

  let message: CompiledBreakpoint['message'] = null;
  if (breakpoint.logMessage !== null) {
    const parsed = parseLogMessage(breakpoint.logMessage);
    if (parsed.ok) {
      message = parsed.parts.map((part) => {
        if (part.kind === 'text') return part.text;
        nodes.push(part.expression);
        return { source: part.source, evaluate: compileExpression(part.expression) };
      });
    } else note('log message', parsed);
  }

  return {
    breakpoint,
    condition,
    expressions,
    message,
    names: [...new Set(nodes.flatMap(namesIn))],
    problem: mistakes.length === 0 ? null : mistakes.join('; '),
  };
}
