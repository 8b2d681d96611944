import type { CutReason } from '../protocol/value-mark.ts';
import { lengthOfArguments, sizeLeftOut, sizeOf } from './container-size.ts';
import { enterElements, enterTypedArray } from './enter-elements.ts';
import { enterMap, enterSet } from './enter-entries.ts';
import { enterError } from './enter-error.ts';
import { enterModule, enterObject } from './enter-object.ts';
import type { Pending } from './pending.ts';
import { placeLeftOut } from './place-value.ts';
import type { Walk } from './walk.ts';

/**
 * Copies the children of one container, as many as the limits allow, and marks what was left out. A container of which
 * nothing can be taken any more becomes `[...]`, so that it is never read as an empty one.
 */
export function enterContainer(walk: Walk, pending: Pending): void {
  const { source, parent } = pending;
  if (source === null || parent === null) return;
  try {
    const stopped = walk.stopReason();
    if (stopped === undefined) enter(walk, pending, source);
    else leaveOut(walk, pending, source, parent, stopped);
  } catch {
    // What was copied before something unforeseen happened is true and stays.
    walk.mark(parent, pending.key, 'other', pending.className);
  }
}

function leaveOut(walk: Walk, pending: Pending, source: object, parent: Pending, reason: CutReason): void {
  const { kind, key, className } = pending;
  placeLeftOut(walk, parent, key, kind, className, reason, sizeLeftOut(walk, source, kind));
}

function enter(walk: Walk, pending: Pending, source: object): void {
  switch (pending.kind) {
    case 'object':
      return enterObject(walk, pending, source);
    case 'error':
      return enterError(walk, pending, source);
    case 'module':
      return enterModule(walk, pending, source);
    case 'array':
      return enterElements(walk, pending, source, sizeOf(walk, source, 'array'));
    case 'arguments':
      return enterElements(walk, pending, source, lengthOfArguments(source));
    case 'map':
      return enterMap(walk, pending, source);
    case 'set':
      return enterSet(walk, pending, source);
    case 'typed_array':
      return enterTypedArray(walk, pending, source);
  }
}
