import { createJsonObject } from '../copy/json-object.ts';
import { parseExpression } from '../protocol/condition.ts';
import type { ConditionNode } from '../protocol/condition.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { PATH_MARKER } from './path-redaction.ts';
import type { PathRedaction } from './path-redaction.ts';
import type { PathSegment } from './redact-path.ts';

/**
 * The result of an expression with the paths applied to the variables that it reads: `user.card` is redacted in it as it
 * is in `variables`, and what was made of a redacted place (`user.card.number + ""`) is redacted as a whole.
 */
export function redactResult(source: string, value: JsonValue, redaction: PathRedaction): JsonValue {
  if (redaction.paths.length === 0) return value;
  const parsed = parseExpression(source);
  if (!parsed.ok) return value;
  const place = placeOf(parsed.expression);
  if (place !== null) return unwrap(redaction.redact(wrap(value, place)).value, place);
  const reads = placesIn(parsed.expression);
  const isMadeOfRedacted = reads.some((read) => redaction.paths.some((path) => overlaps(read, path)));
  return isMadeOfRedacted && value !== null ? PATH_MARKER : value;
}

/** The steps of `user.card[0]`; null for anything but names and members. */
function placeOf(node: ConditionNode): readonly string[] | null {
  if (node.kind === 'name') return [node.name];
  if (node.kind !== 'member') return null;
  const object = placeOf(node.object);
  return object === null ? null : [...object, node.name];
}

function placesIn(node: ConditionNode): (readonly string[])[] {
  const place = placeOf(node);
  if (place !== null) return [place];
  switch (node.kind) {
    case 'list':
      return node.items.flatMap(placesIn);
    case 'member':
      return placesIn(node.object);
    case 'unary':
      return placesIn(node.operand);
    case 'binary':
      return [...placesIn(node.left), ...placesIn(node.right)];
    default:
      return [];
  }
}

/** True when one is at, above or below the other. */
function overlaps(place: readonly string[], path: readonly PathSegment[]): boolean {
  const shared = Math.min(place.length, path.length);
  return path.slice(0, shared).every((step, index) => step === '*' || step === place[index]);
}

function wrap(value: JsonValue, place: readonly string[]): JsonValue {
  return place.toReversed().reduce<JsonValue>((inner, name) => {
    const outer = createJsonObject();
    outer[name] = inner;
    return outer;
  }, value);
}

function unwrap(value: JsonValue, place: readonly string[]): JsonValue {
  return place.reduce<JsonValue>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as JsonObject)[name]! : inner),
    value,
  );
}
