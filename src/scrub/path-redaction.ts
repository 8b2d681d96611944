import fastRedact from 'fast-redact';
import type { CopiedValue } from '../copy/captured-snapshot.ts';
import { createJsonObject } from '../copy/json-object.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { pointerOf } from './mark-tree.ts';
import { parseRedactPath, writeRedactPath } from './redact-path.ts';
import type { PathSegment } from './redact-path.ts';
import { marker } from './scrub-type.ts';

/** What stands in place of a value at a path that the user gave. */
export const PATH_MARKER: string = marker('path');

/** A tree with the values at the given paths replaced, and where that was, as JSON Pointers. */
export interface PathRedacted {
  readonly value: JsonValue;
  readonly pointers: readonly string[];
}

/** Replaces the values at paths that the user gave. Never writes to its input. */
export interface PathRedaction {
  readonly paths: readonly (readonly PathSegment[])[];
  redact(value: JsonValue): PathRedacted;
}

/**
 * The shape of a tree without its values: each container an object without a prototype, each value a frozen empty one.
 * fast-redact writes to what it is given, reads inherited properties (`length` of a text, a getter that an application put
 * on `Array.prototype`) and passes frozen objects over in silence. There is nothing of that in a shape.
 */
interface Shape {
  [key: string]: Shape | typeof PATH_MARKER | null;
}

const LEAF: Shape = Object.freeze(Object.create(null) as Shape);

/**
 * Path redaction with fast-redact, or with a walk of our own where the process disallows making code from strings.
 * @throws ScrubOptionError for a path that is hostile, malformed or of a shape that would leak
 */
export function createPathRedaction(given: readonly string[]): PathRedaction {
  const paths = given.map(parseRedactPath);
  const compiled = compile(paths);
  const redactShape = (value: JsonValue): Shape => {
    const shape = shapeOf(value)!;
    if (compiled?.(shape) === true) return shape;
    const untouched = shapeOf(value)!;
    for (const path of paths) redactPath(untouched, path, 0);
    return untouched;
  };
  return {
    paths,
    redact(value) {
      if (paths.length === 0 || typeof value !== 'object' || value === null) return { value, pointers: [] };
      const pointers: string[] = [];
      return { value: applyShape(value, redactShape(value), [], pointers), pointers };
    },
  };
}

/** Null where no code may be made; otherwise says whether it worked, which it does not for each shape and path. */
function compile(paths: readonly (readonly PathSegment[])[]): ((root: Shape) => boolean) | null {
  if (paths.length === 0) return null;
  try {
    const redact = fastRedact({
      paths: paths.map(writeRedactPath),
      serialize: false,
      strict: false,
      censor: (value: unknown) => (value === undefined || value === null ? value : PATH_MARKER),
    });
    return (root) => {
      try {
        redact(root);
        return true;
      } catch {
        // It keeps its own state under the user's keys in an ordinary object: `toString[*]` finds a method there.
        return false;
      }
    };
  } catch {
    // `--disallow-code-generation-from-strings`: each path was checked before, so this cannot be a bad path.
    return null;
  }
}

function redactPath(container: Shape, path: readonly PathSegment[], depth: number): void {
  const step = path[depth]!;
  for (const key of step === '*' ? Object.keys(container) : [step]) {
    const member = container[key];
    if (member === undefined || member === null || member === PATH_MARKER) continue;
    if (depth === path.length - 1) container[key] = PATH_MARKER;
    else redactPath(member as Shape, path, depth + 1);
  }
}

function shapeOf(value: JsonValue): Shape | null {
  // What is redacted already is not redacted again.
  if (value === null || value === PATH_MARKER) return null;
  if (typeof value !== 'object') return LEAF;
  const shape = createJsonObject() as unknown as Shape;
  const members = value as JsonObject;
  for (const key of Object.keys(members)) shape[key] = shapeOf(members[key]!);
  return shape;
}

/** The value with a marker wherever its shape has one; what does not change is shared with the input. */
function applyShape(
  value: JsonValue,
  shape: Shape[string],
  walked: readonly string[],
  pointers: string[],
): JsonValue {
  if (shape === PATH_MARKER) {
    pointers.push(pointerOf(walked));
    return PATH_MARKER;
  }
  if (typeof value !== 'object' || value === null || shape === null) return value;
  const members = value as JsonObject;
  let changed: JsonObject | null = null;
  for (const key of Object.keys(members)) {
    const redacted = applyShape(members[key]!, (shape as Shape)[key]!, [...walked, key], pointers);
    if (redacted === members[key]) continue;
    changed ??= copyOf(value);
    changed[key] = redacted;
  }
  return changed ?? value;
}

function copyOf(value: JsonObject | JsonValue[]): JsonObject {
  return Array.isArray(value)
    ? (value.slice() as unknown as JsonObject)
    : Object.assign(createJsonObject(), value);
}

/** A copied value with the paths applied: marks at and below a redacted place give way to one that says so. */
export function redactPaths(copied: CopiedValue, redaction: PathRedaction): PathRedacted & CopiedValue {
  const { value, pointers } = redaction.redact(copied.value);
  if (pointers.length === 0) return { value: copied.value, marks: copied.marks, pointers };
  const redacted = new Set(pointers);
  const marks = copied.marks.filter((mark) => !isCoveredBy(mark.path, redacted));
  for (const path of pointers) {
    const kind =
      copied.marks.find((mark) => mark.path === path && mark.kind !== 'symbol_key')?.kind ?? 'other';
    marks.push({ path, kind, reason: 'redacted' });
  }
  return { value, marks, pointers };
}

function isCoveredBy(path: string, redacted: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (redacted.has(path.slice(0, end))) return true;
  }
  return false;
}
