import { enumerableSymbols, sizeLeftOut } from './container-size.ts';
import { placeProperties } from './enter-object.ts';
import { lookUp, stackOf } from './error-stack.ts';
import type { Lookup } from './error-stack.ts';
import { getOwnPropertyDescriptor, min, ownKeysOf } from './intrinsics.ts';
import type { Pending } from './pending.ts';
import { placeAccessor, placeValue } from './place-value.ts';
import type { Walk } from './walk.ts';

/** Making the text of a stack costs as much as placing this many values. */
const VALUES_PER_STACK = 48;

/**
 * Copies an error: name and message (inherited ones too), stack, cause, the errors of an AggregateError, then its own
 * enumerable fields. A name, message or stack that only the program's code could tell is shown as `[Getter]`.
 */
export function enterError(walk: Walk, pending: Pending, source: object): void {
  place(walk, pending, 'name', lookUp(source, 'name'));
  place(walk, pending, 'message', lookUp(source, 'message'));
  walk.spend(VALUES_PER_STACK);
  place(walk, pending, 'stack', stackOf(source));
  if (getOwnPropertyDescriptor(source, 'cause') !== undefined) {
    place(walk, pending, 'cause', lookUp(source, 'cause'));
  }
  if (getOwnPropertyDescriptor(source, 'errors') !== undefined) {
    place(walk, pending, 'errors', lookUp(source, 'errors'));
  }
  placeHidden(walk, pending, source, 'error');
  placeHidden(walk, pending, source, 'suppressed');
  const keys = ownKeysOf(source);
  const stopped = placeProperties(walk, pending, source, fieldsAmong(keys), enumerableSymbols(walk, source));
  walk.noteKeys(keys.length, min(keys.length, walk.limits.maxProperties));
  walk.finish(pending, stopped, stopped === undefined ? undefined : sizeLeftOut(walk, source, 'error'));
}

/** A SuppressedError hides both of its errors from enumeration; fields of the same name elsewhere are ordinary ones. */
function placeHidden(walk: Walk, pending: Pending, source: object, key: 'error' | 'suppressed'): void {
  if (getOwnPropertyDescriptor(source, key)?.enumerable === false) {
    place(walk, pending, key, lookUp(source, key));
  }
}

function place(walk: Walk, pending: Pending, key: string, property: Lookup): void {
  if (property.found === 'nothing') return;
  walk.charge(key.length + 4);
  if (property.found === 'data') placeValue(walk, pending, key, property.value);
  else placeAccessor(walk, pending, key);
}

function fieldsAmong(keys: readonly string[]): string[] {
  const fields: string[] = [];
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (!isShownAlready(key)) fields[fields.length] = key;
  }
  return fields;
}

function isShownAlready(key: string): boolean {
  return key === 'name' || key === 'message' || key === 'stack' || key === 'cause' || key === 'errors';
}
