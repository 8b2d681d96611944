import type { BreakpointPatch, NewBreakpoint } from '../../src/protocol/api.ts';
import { parseCondition, parseExpression, parseLogMessage } from '../../src/protocol/condition.ts';
import { ProblemError } from '../http/problem.ts';

/** The breakpoint when it has exactly one place: a label, or a file and a line. Refused otherwise. */
export function requirePlace(breakpoint: NewBreakpoint): NewBreakpoint {
  const { label, filePath, lineNumber, columnNumber } = breakpoint;
  if (label !== undefined && (filePath !== undefined || lineNumber !== undefined)) {
    throw refuse('bad_request', 'label', 'A breakpoint has a label, or a file and a line, not both.');
  }
  if (label !== undefined && columnNumber !== undefined) {
    throw refuse('bad_request', 'columnNumber', 'Only a line has a column.');
  }
  if (label === undefined && (filePath === undefined || lineNumber === undefined)) {
    throw refuse('bad_request', 'label', 'A breakpoint needs a "label", or a "filePath" and a "lineNumber".');
  }
  return breakpoint;
}

/**
 * What no schema can say: conditions, expressions and messages must parse, and an expiry lies ahead. The expiry comes
 * back in UTC, so that the store can compare texts.
 */
export function checkSettings<T extends BreakpointPatch>(settings: T, nowMs: number): T {
  const { condition, captureExpressions = [], logMessage, expireAt } = settings;
  if (typeof condition === 'string') requireParsed('bad_condition', 'condition', parseCondition(condition));
  for (const [index, expression] of captureExpressions.entries()) {
    requireParsed('bad_expression', `captureExpressions/${index}`, parseExpression(expression));
  }
  if (typeof logMessage === 'string') {
    requireParsed('bad_log_message', 'logMessage', parseLogMessage(logMessage));
  }
  return typeof expireAt === 'string' ? { ...settings, expireAt: requireFuture(expireAt, nowMs) } : settings;
}

function requireParsed(
  code: string,
  field: string,
  parsed: { readonly ok: true } | { readonly ok: false; readonly message: string; readonly position: number },
): void {
  if (parsed.ok) return;
  const { message, position } = parsed;
  const detail = `${message.replace(/\.$/, '')}, at character ${position + 1} of "${field}".`;
  throw new ProblemError(400, code, detail, { place: { field, position } });
}

function requireFuture(expireAt: string, nowMs: number): string {
  const time = Date.parse(expireAt);
  if (time > nowMs) return new Date(time).toISOString();
  throw refuse('bad_request', 'expireAt', '"expireAt" must be an RFC 3339 instant in the future.');
}

function refuse(code: string, field: string, detail: string): ProblemError {
  return new ProblemError(400, code, detail, { place: { field } });
}
