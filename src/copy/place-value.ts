import type { JsonValue } from '../protocol/json.ts';
import type { CutReason, ValueKind } from '../protocol/value-mark.ts';
import { cutText } from './cut-text.ts';
import {
  ArrayPrototype,
  createArray,
  getPrototypeOf,
  hasOwn,
  isArgumentsObject,
  isArray,
  isProxy,
  ObjectPrototype,
  typedArrayName,
  min,
} from './intrinsics.ts';
import { createJsonObject } from './json-object.ts';
import { LEFT_OUT, leafOf } from './leaf.ts';
import type { Leaf } from './leaf.ts';
import type { Lineage } from './lineage.ts';
import { utf8Length } from './node-intrinsics.ts';
import { describeObject, subclassName } from './object-leaf.ts';
import type { ContainerKind } from './object-leaf.ts';
import { isKeyed, sizeLeftOut } from './container-size.ts';
import { Pending } from './pending.ts';
import { placeBytes } from './place-bytes.ts';
import { leafOfBigint, leafOfFunction, leafOfNumber, leafOfSymbol } from './primitive-leaf.ts';
import type { Walk } from './walk.ts';

/** Texts below this are taken as one byte a character and without a look at the room that is left for them. */
const SHORT_TEXT = 64;

/** Puts the copy of one value under a key of a container; a container is queued, to be entered later. */
export function placeValue(walk: Walk, owner: Pending, key: string | number, value: unknown): void {
  walk.spend(1);
  switch (typeof value) {
    case 'string':
      return placeString(walk, owner, key, value);
    case 'number':
      if (value - value === 0 && (value !== 0 || 1 / value > 0)) {
        return walk.place(owner, key, value, (value | 0) === value ? 6 : 18);
      }
      return placeLeaf(walk, owner, key, leafOfNumber(value));
    case 'boolean':
      return walk.place(owner, key, value, 5);
    case 'undefined':
      return placeLeaf(walk, owner, key, UNDEFINED);
    case 'bigint':
      return placeBigint(walk, owner, key, value);
    case 'symbol':
      return placeLeaf(walk, owner, key, leafOfSymbol(value, walk.limits.maxStringLength));
    case 'function':
      return placeLeaf(walk, owner, key, leafOfFunction(value));
    case 'object':
      if (value === null) return walk.place(owner, key, null, 4);
      return placeObjectSafely(walk, owner, key, value);
  }
}

const UNDEFINED: Leaf = leafOf(null, 'undefined');
const PROXY: Leaf = leafOf('[Proxy]', 'proxy', undefined, 'proxy');
const CIRCULAR: Leaf = leafOf('[Circular]', 'circular');

/** Puts `[Getter]`: the value is behind code of the program, which a capture never runs. */
export function placeAccessor(walk: Walk, owner: Pending, key: string | number): void {
  walk.spend(1);
  placeLeaf(walk, owner, key, ACCESSOR);
}

const ACCESSOR: Leaf = leafOf('[Getter]', 'accessor', undefined, 'getter');

/** Puts a hole of an array: there is no element. */
export function placeHole(walk: Walk, owner: Pending, key: number): void {
  walk.spend(1);
  placeLeaf(walk, owner, key, HOLE);
}

const HOLE: Leaf = leafOf(null, 'hole');

/** Puts `[...]`, with a mark that says what was left out and why. */
export function placeLeftOut(
  walk: Walk,
  owner: Pending,
  key: string | number,
  kind: ValueKind,
  className: string | undefined,
  reason: CutReason | undefined,
  size: number | undefined,
): void {
  walk.place(owner, key, LEFT_OUT, LEFT_OUT.length + 2);
  walk.mark(owner, key, kind, className, reason, size);
}

function placeString(walk: Walk, owner: Pending, key: string | number, text: string): void {
  const { length } = text;
  const { maxStringLength } = walk.limits;
  if (length < SHORT_TEXT && length <= maxStringLength) return walk.place(owner, key, text, length + 2);
  // Asked before the text is touched: reading the head of one that is still being concatenated is expensive.
  const isHopeless = !walk.hasRoom(min(length, walk.chargedLength));
  if (!isHopeless) walk.join(text);
  const kept = isHopeless ? LEFT_OUT : cutText(text, maxStringLength);
  if (isHopeless || !takeText(walk, kept)) {
    return placeLeftOut(walk, owner, key, 'string', undefined, 'payload', length);
  }
  owner.set(key, kept);
  if (length > maxStringLength) walk.mark(owner, key, 'string', undefined, 'stringLength', length);
}

/** A long text is taken whole or not at all: half of it could hold half of a secret, unknown to the scrubber. */
function takeText(walk: Walk, text: string): boolean {
  return walk.take(min(utf8Length(text), walk.chargedLength) + 2);
}

function placeBigint(walk: Walk, owner: Pending, key: string | number, value: bigint): void {
  const leaf = leafOfBigint(value, walk.limits.maxStringLength);
  if (typeof leaf.value === 'string') walk.spend(leaf.value.length / DIGITS_PER_VALUE);
  placeLeaf(walk, owner, key, leaf);
}

/** Digits of a bigint that take as long as placing one value, where they are many. */
const DIGITS_PER_VALUE = 4;

/** Puts a value that is shown in one piece, with its mark. */
export function placeLeaf(walk: Walk, owner: Pending, key: string | number, leaf: Leaf): void {
  const { value } = leaf;
  if (typeof value !== 'string' || value.length < SHORT_TEXT) {
    walk.place(owner, key, value, typeof value === 'string' ? value.length + 2 : 6);
  } else if (takeText(walk, value)) {
    owner.set(key, value);
  } else {
    const size = leaf.size ?? value.length;
    return placeLeftOut(walk, owner, key, leaf.kind, leaf.className, 'payload', size);
  }
  walk.mark(owner, key, leaf.kind, leaf.className, leaf.reason, leaf.size);
}

/** Whatever an exotic object throws stays here: it is marked `other`, and everything around it survives. */
function placeObjectSafely(walk: Walk, owner: Pending, key: string | number, value: object): void {
  try {
    placeObject(walk, owner, key, value);
  } catch {
    placeLeftOut(walk, owner, key, 'other', undefined, undefined, undefined);
  }
}

function placeObject(walk: Walk, owner: Pending, key: string | number, value: object): void {
  if (isProxy(value)) return placeLeaf(walk, owner, key, PROXY);
  if (owner.isInside(value)) return placeLeaf(walk, owner, key, CIRCULAR);
  const prototype = getPrototypeOf(value);
  if (isArray(value)) {
    const className =
      prototype === ArrayPrototype ? undefined : subclassName(walk.lineageOf(prototype), 'Array');
    return placeContainer(walk, owner, key, value, 'array', className);
  }
  if (prototype === ObjectPrototype) {
    // `arguments` inherits from Object.prototype like a plain object; few others own a `callee`.
    const kind = hasOwn(value, 'callee') && isArgumentsObject(value) ? 'arguments' : 'object';
    return placeContainer(walk, owner, key, value, kind, undefined);
  }
  const lineage = walk.lineageOf(prototype);
  const described = describeObject(value, lineage, walk.limits.maxStringLength);
  if (typeof described !== 'string') return placeLeaf(walk, owner, key, described);
  if (described === 'buffer' || described === 'array_buffer' || described === 'data_view') {
    return placeBytes(walk, owner, key, value, described, lineage);
  }
  placeContainer(walk, owner, key, value, described, containerClassName(value, lineage, described));
}

const IMPLIED_NAMES: Readonly<Record<string, string>> = { map: 'Map', set: 'Set', object: 'Object' };

function containerClassName(value: object, lineage: Lineage, kind: ContainerKind): string | undefined {
  switch (kind) {
    case 'typed_array':
      return typedArrayName(value);
    case 'error':
      return lineage.className;
    case 'module':
    case 'arguments':
      return undefined;
    default:
      if (lineage.prototype === null) return kind === 'object' ? NULL_PROTOTYPE : undefined;
      return subclassName(lineage, IMPLIED_NAMES[kind] ?? '');
  }
}

/** What stands in place of a class name for an object without a prototype, in Node's own words. */
const NULL_PROTOTYPE = '[Object: null prototype]';

function placeContainer(
  walk: Walk,
  owner: Pending,
  key: string | number,
  source: object,
  kind: ContainerKind,
  className: string | undefined,
): void {
  const depth = owner.depth + 1;
  if (depth >= walk.limits.maxDepth) {
    return placeLeftOut(walk, owner, key, kind, className, 'depth', sizeLeftOut(walk, source, kind));
  }
  const target = isKeyed(kind) ? createJsonObject() : createArray<JsonValue>();
  walk.place(owner, key, target, 2);
  walk.enqueue(new Pending(owner, key, depth, source, kind, className, target));
}
