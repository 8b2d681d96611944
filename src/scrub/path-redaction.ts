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
  redact(value: JsonValue): PathRedacted;
}

/**
 * Path redaction with fast-redact, or with a walk of our own where the process disallows making code from strings.
 * @throws ScrubOptionError for a path that is hostile, malformed or of a shape that would leak
 */
export function createPathRedaction(paths: readonly string[]): PathRedaction {
  const parsed = paths.map(parseRedactPath);
  const redactInPlace =
    compile(parsed) ?? ((root, onHit) => parsed.forEach((path) => redactPath(root, path, 0, [], onHit)));
  return {
    redact(value) {
      if (parsed.length === 0 || typeof value !== 'object' || value === null) return { value, pointers: [] };
      const hits: (readonly string[])[] = [];
      // On a clone that is ours, plain and without prototypes: fast-redact mutates, runs getters and skips frozen objects.
      const clone = cloneTree(value);
      redactInPlace(clone as JsonObject | JsonValue[], (path) => hits.push(path));
      // A step into a text (`name.length`) is reported although nothing can be written there.
      const pointers = hits.filter((path) => isRedactedAt(clone, path)).map(pointerOf);
      return { value: clone, pointers };
    },
  };
}

type RedactInPlace = (root: JsonObject | JsonValue[], onHit: (path: readonly string[]) => void) => void;

function compile(paths: readonly (readonly PathSegment[])[]): RedactInPlace | null {
  if (paths.length === 0) return null;
  let onHit: (path: readonly string[]) => void = () => {};
  try {
    const redact = fastRedact({
      paths: paths.map(writeRedactPath),
      serialize: false,
      strict: false,
      censor: (value: unknown, path?: readonly string[]) => {
        if (value === undefined || value === null || value === PATH_MARKER) return value;
        onHit((path ?? []).map((step) => (step.startsWith('["') ? step.slice(2, -2) : step)));
        return PATH_MARKER;
      },
    });
    return (root, report) => {
      onHit = report;
      redact(root);
    };
  } catch {
    // `--disallow-code-generation-from-strings`: each path was checked before, so this cannot be a bad path.
    return null;
  }
}

function redactPath(
  value: JsonValue,
  path: readonly PathSegment[],
  depth: number,
  walked: readonly string[],
  onHit: (path: readonly string[]) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  const step = path[depth]!;
  const container = value as JsonObject;
  for (const key of step === '*' ? Object.keys(container) : [step]) {
    if (!Object.hasOwn(container, key)) continue;
    const member = container[key]!;
    if (depth < path.length - 1) redactPath(member, path, depth + 1, [...walked, key], onHit);
    else if (member !== null && member !== PATH_MARKER) {
      container[key] = PATH_MARKER;
      onHit([...walked, key]);
    }
  }
}

function isRedactedAt(value: JsonValue, path: readonly string[]): boolean {
  let current: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return false;
    current = (current as JsonObject)[step];
  }
  return current === PATH_MARKER;
}

function cloneTree(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneTree);
  const clone = createJsonObject();
  for (const key of Object.keys(value)) clone[key] = cloneTree(value[key]!);
  return clone;
}

/** A copied value with the paths applied: marks at and below a redacted place give way to one that says so. */
export function redactPaths(copied: CopiedValue, redaction: PathRedaction): PathRedacted & CopiedValue {
  const { value, pointers } = redaction.redact(copied.value);
  if (pointers.length === 0) return { ...copied, pointers };
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
