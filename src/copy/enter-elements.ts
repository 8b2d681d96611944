import {
  getOwnPropertyDescriptor,
  hasOwn,
  holdsValue,
  lookUpGetter,
  typedArrayLength,
  min,
} from './intrinsics.ts';
import type { Pending } from './pending.ts';
import { placeAccessor, placeHole, placeValue } from './place-value.ts';
import type { Walk } from './walk.ts';

/** Copies the first elements of an array or of `arguments`. Holes are told from undefined; named properties are not shown. */
export function enterElements(walk: Walk, pending: Pending, source: object, size: number): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object is read by index here
  const elements = source as { readonly [index: number]: unknown };
  const count = min(size, walk.limits.maxElements);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return walk.finish(pending, stopped, size);
    walk.siblings = count - index - 1;
    if (!hasOwn(source, index)) placeHole(walk, pending, index);
    else if (isAccessor(source, index)) placeAccessor(walk, pending, index);
    else placeValue(walk, pending, index, elements[index]);
    walk.charge(1);
  }
  walk.finish(pending, count < size ? 'collectionSize' : undefined, size);
}

/** True for an element that has a getter, a setter or both: of one with a setter only, nothing but undefined is read. */
function isAccessor(source: object, index: number): boolean {
  if (lookUpGetter(source, index) !== undefined) return true;
  if ((source as { readonly [index: number]: unknown })[index] !== undefined) return false;
  const element = getOwnPropertyDescriptor(source, index);
  return element !== undefined && !holdsValue(element);
}

/** Copies the first numbers of a typed array: its elements are never code, whatever its class. */
export function enterTypedArray(walk: Walk, pending: Pending, source: object): void {
  const size = typedArrayLength(source);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by its brand
  const numbers = source as { readonly [index: number]: number | bigint };
  const count = min(size, walk.limits.maxElements);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return walk.finish(pending, stopped, size);
    walk.siblings = count - index - 1;
    placeValue(walk, pending, index, numbers[index]);
    walk.charge(1);
  }
  walk.finish(pending, count < size ? 'collectionSize' : undefined, size);
}
