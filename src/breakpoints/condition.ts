import type { ConditionNode } from '../protocol/condition.ts';
import { CONDITION_FAILURE_REASONS, hasMember, readMember } from './condition-member.ts';
import type { ConditionFailureReason, Refuse } from './condition-member.ts';
import { calculate, isAtMost, isEqual, isLess, negate } from './condition-operator.ts';

export type { ConditionFailureReason } from './condition-member.ts';

/** Why a condition or expression came to nothing. Holds no value of the program. */
export interface ConditionFailure {
  readonly reason: ConditionFailureReason;
  /** For a person; quotes only the condition's own text. */
  readonly message: string;
}

/** What a capture expression came to: the live value, to be copied at once by the caller, or the failure. */
export type ExpressionResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: ConditionFailure };

/**
 * Makes a condition callable. It reads live values without running code of the program: own data properties only, no
 * getter, no Proxy. Anything but true or false is a failure, and a failure must not capture. Never throws.
 */
export function compileCondition(expression: ConditionNode): (scope: unknown) => boolean | ConditionFailure {
  const evaluate = compileExpression(expression);
  const notBoolean = describeFailure('not_boolean', expression);
  return (scope) => {
    const result = evaluate(scope);
    if (!result.ok) return result.failure;
    return typeof result.value === 'boolean' ? result.value : notBoolean;
  };
}

/** Makes a capture expression callable, by the rules of {@link compileCondition} but with any value. Never throws. */
export function compileExpression(expression: ConditionNode): (scope: unknown) => ExpressionResult {
  // Nothing of the program runs during an evaluation, so none can begin inside another.
  let failure: ConditionFailure | null = null;
  const evaluate = compileNode(expression, (found) => {
    failure ??= found;
  });
  const engineFailure = describeFailure('error', expression);
  return (scope) => {
    failure = null;
    try {
      const value = evaluate(scope);
      return failure === null ? { ok: true, value } : { ok: false, failure };
    } catch {
      // The engine itself can refuse: a binding of a module that is not initialised yet, a stack that is used up.
      return { ok: false, failure: engineFailure };
    }
  };
}

type Evaluate = (scope: unknown) => unknown;
/** Keeps the first failure. Evaluation goes on, having no effects, and its value is then not used. */
type Fail = (failure: ConditionFailure) => void;

function compileNode(node: ConditionNode, fail: Fail): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'list': {
      const items = node.items.map((item) => compileNode(item, fail));
      return (scope) => items.map((evaluate) => evaluate(scope));
    }
    case 'name': {
      const refuse = createRefuse(node, fail);
      const { name } = node;
      return (scope) => readMember(scope, name, refuse);
    }
    case 'member': {
      const refuse = createRefuse(node, fail);
      const object = compileNode(node.object, fail);
      const { name } = node;
      return (scope) => readMember(object(scope), name, refuse);
    }
    case 'unary': {
      const operand = compileNode(node.operand, fail);
      const refuse = createRefuse(node, fail);
      if (node.operator === '-') return (scope) => negate(operand(scope), refuse);
      const isTrue = compileTruth(node.operand, operand, fail);
      return (scope) => !isTrue(scope);
    }
    case 'binary':
      return compileBinary(node, fail);
  }
}

function compileBinary(node: ConditionNode & { readonly kind: 'binary' }, fail: Fail): Evaluate {
  const left = compileNode(node.left, fail);
  const right = compileNode(node.right, fail);
  const refuse = createRefuse(node, fail);
  const { operator } = node;
  switch (operator) {
    case '&&':
    case '||': {
      const isLeft = compileTruth(node.left, left, fail);
      const isRight = compileTruth(node.right, right, fail);
      return operator === '&&'
        ? (scope) => isLeft(scope) && isRight(scope)
        : (scope) => isLeft(scope) || isRight(scope);
    }
    case '==':
      return (scope) => isEqual(left(scope), right(scope), refuse);
    case '!=':
      return (scope) => !isEqual(left(scope), right(scope), refuse);
    case '<':
      return (scope) => isLess(left(scope), right(scope), refuse);
    case '>':
      return (scope) => isLess(right(scope), left(scope), refuse);
    case '<=':
      return (scope) => isAtMost(left(scope), right(scope), refuse);
    case '>=':
      return (scope) => isAtMost(right(scope), left(scope), refuse);
    case 'in':
      return (scope) => hasMember(right(scope), left(scope), isEqual, refuse);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return (scope) => calculate(operator, left(scope), right(scope), refuse);
  }
}

/** The operand of `&&`, `||` and `!`: true or false, never something that is taken for it. */
function compileTruth(node: ConditionNode, evaluate: Evaluate, fail: Fail): (scope: unknown) => boolean {
  const notBoolean = describeFailure('not_boolean', node);
  return (scope) => {
    const value = evaluate(scope);
    if (typeof value === 'boolean') return value;
    fail(notBoolean);
    return false;
  };
}

/** Every failure is made when the condition is compiled: one that fails at each hit allocates nothing. */
function createRefuse(node: ConditionNode, fail: Fail): Refuse {
  const failures = new Map(
    CONDITION_FAILURE_REASONS.map((reason) => [reason, describeFailure(reason, node)]),
  );
  return (reason) => {
    const failure = failures.get(reason);
    if (failure !== undefined) fail(failure);
    return undefined;
  };
}

const EXPLANATIONS: Readonly<Record<ConditionFailureReason, string>> = {
  getter: 'is a getter, and getters are never run',
  proxy: 'reaches into a Proxy, and Proxies are never touched',
  type: 'does not work on values of these kinds',
  not_boolean: 'is neither true nor false',
  too_large: 'works on more than a condition may cost',
  error: 'could not be evaluated',
};

function describeFailure(reason: ConditionFailureReason, node: ConditionNode): ConditionFailure {
  return { reason, message: `${describeNode(node)} ${EXPLANATIONS[reason]}.` };
}

function describeNode(node: ConditionNode): string {
  switch (node.kind) {
    case 'literal':
      return node.value === null ? 'nil' : JSON.stringify(node.value);
    case 'list':
      return 'the list';
    case 'name':
      return node.name;
    case 'member':
      return `${describeNode(node.object)}.${node.name}`;
    case 'unary':
    case 'binary':
      return `the operator ${node.operator}`;
  }
}
