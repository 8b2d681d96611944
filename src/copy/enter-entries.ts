import type { JsonValue } from '../protocol/json.ts';
import {
  createArray,
  isMap,
  mapEntries,
  mapSize,
  nextOfMap,
  nextOfSet,
  setSize,
  setValues,
  min,
} from './intrinsics.ts';
import { nextOfSearchParams, searchParamsEntries, searchParamsSize } from './node-intrinsics.ts';
import { Pending } from './pending.ts';
import { placeValue } from './place-value.ts';
import type { Walk } from './walk.ts';

/**
 * Copies the first entries of a Map or a `URLSearchParams`, in order, as pairs. Key and value are one level below it.
 */
export function enterMap(walk: Walk, pending: Pending, source: object): void {
  const isGenuine = isMap(source);
  const size = isGenuine ? mapSize(source) : searchParamsSize(source);
  const count = min(size, walk.limits.maxElements);
  const entries = isGenuine ? mapEntries(source) : searchParamsEntries(source);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return walk.finish(pending, stopped, size);
    const entry = isGenuine ? nextOfMap(entries) : nextOfSearchParams(entries);
    if (entry.done === true) break;
    const target: JsonValue[] = createArray();
    const pair = new Pending(pending, index, pending.depth, null, 'array', undefined, target);
    walk.place(pending, index, target, 3);
    walk.siblings = 2 * (count - index) - 1;
    placeValue(walk, pair, 0, entry.value[0]);
    walk.siblings--;
    placeValue(walk, pair, 1, entry.value[1]);
  }
  walk.finish(pending, count < size ? 'collectionSize' : undefined, size);
}

/** Copies the first values of a Set, in order. */
export function enterSet(walk: Walk, pending: Pending, source: object): void {
  const size = setSize(source);
  const count = min(size, walk.limits.maxElements);
  const values = setValues(source);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return walk.finish(pending, stopped, size);
    const next = nextOfSet(values);
    if (next.done === true) break;
    walk.siblings = count - index - 1;
    placeValue(walk, pending, index, next.value);
    walk.charge(1);
  }
  walk.finish(pending, count < size ? 'collectionSize' : undefined, size);
}
