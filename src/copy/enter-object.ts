import type { CutReason } from '../protocol/value-mark.ts';
import { enumerableSymbols } from './container-size.ts';
import { cutText } from './cut-text.ts';
import {
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  hasOwn,
  holdsValue,
  ownKeysOf,
  min,
} from './intrinsics.ts';
import type { Pending } from './pending.ts';
import { placeAccessor, placeLeftOut, placeValue } from './place-value.ts';
import { textOfSymbol } from './primitive-leaf.ts';
import type { Walk } from './walk.ts';

/** Copies the enumerable own properties of an object: text keys in their order, then symbol keys. */
export function enterObject(walk: Walk, pending: Pending, source: object): void {
  const keys = ownKeysOf(source);
  const symbols = enumerableSymbols(walk, source);
  const size = keys.length + symbols.length;
  if (size === 0 && isWebClass(pending.className)) return placeSealed(walk, pending, pending.className);
  const stopped = placeProperties(walk, pending, source, keys, symbols);
  walk.noteKeys(keys.length, min(keys.length, walk.limits.maxProperties));
  walk.finish(pending, stopped, size);
}

/**
 * True for a class of the web whose instances own no properties. What they hold can only be asked of their methods,
 * which in Node call built-ins that a program may have patched.
 */
function isWebClass(className: string | undefined): className is string {
  return (
    className === 'Headers' || className === 'FormData' || className === 'Request' || className === 'Response'
  );
}

/** Puts `[Headers]` and the like, so that it is never read as an empty one. */
function placeSealed(walk: Walk, { parent, key }: Pending, className: string): void {
  if (parent === null) return;
  parent.set(key, `[${className}]`);
  walk.mark(parent, key, 'object', className, 'getter');
}

/** Copies some properties of an object, as many as fit; returns why some were left out. */
export function placeProperties(
  walk: Walk,
  pending: Pending,
  source: object,
  keys: readonly string[],
  symbols: readonly symbol[],
): CutReason | undefined {
  const size = keys.length + symbols.length;
  const total = min(size, walk.limits.maxProperties);
  const count = min(keys.length, total);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return stopped;
    walk.siblings = total - index - 1;
    const key = keys[index]!;
    const property = getOwnPropertyDescriptor(source, key);
    if (property === undefined) continue;
    const name = placeKey(walk, pending, key);
    if (holdsValue(property)) placeValue(walk, pending, name, property.value);
    else placeAccessor(walk, pending, name);
  }
  if (count < total) {
    const stopped = placeSymbols(walk, pending, source, symbols, total - count);
    if (stopped !== undefined) return stopped;
  }
  return size > total ? 'propertyCount' : undefined;
}

function placeSymbols(
  walk: Walk,
  pending: Pending,
  source: object,
  symbols: readonly symbol[],
  count: number,
): CutReason | undefined {
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return stopped;
    walk.siblings = count - index - 1;
    const symbol = symbols[index]!;
    const property = getOwnPropertyDescriptor(source, symbol);
    if (property === undefined) continue;
    const { text, reason, size } = textOfSymbol(symbol, walk.limits.maxStringLength);
    const name = freeKey(pending, text);
    walk.charge(name.length + 4);
    if (holdsValue(property)) placeValue(walk, pending, name, property.value);
    else placeAccessor(walk, pending, name);
    walk.mark(pending, name, 'symbol_key', undefined, reason, size);
  }
  return undefined;
}

/**
 * Copies the bindings of a module. One that is not initialised yet throws when it is looked at: it becomes `[...]`,
 * marked `other`.
 */
export function enterModule(walk: Walk, pending: Pending, source: object): void {
  const names = getOwnPropertyNames(source);
  walk.noteKeys(names.length, min(names.length, walk.limits.maxProperties));
  const count = min(names.length, walk.limits.maxProperties);
  for (let index = 0; index < count; index++) {
    const stopped = walk.stopReason();
    if (stopped !== undefined) return walk.finish(pending, stopped, names.length);
    walk.siblings = count - index - 1;
    const name = placeKey(walk, pending, names[index]!);
    try {
      placeValue(walk, pending, name, getOwnPropertyDescriptor(source, names[index]!)?.value);
    } catch {
      placeLeftOut(walk, pending, name, 'other', undefined, undefined, undefined);
    }
  }
  walk.finish(pending, count < names.length ? 'propertyCount' : undefined, names.length);
}

/**
 * The key as it stands in the copy. A very long one is cut, and the place gets a mark of its own: kind `other`, reason
 * `stringLength` and the length of the key.
 */
function placeKey(walk: Walk, pending: Pending, key: string): string {
  const { length } = key;
  walk.charge(length + 4);
  if (length < walk.limits.maxStringLength) return key;
  const name = freeKey(pending, cutText(key, walk.limits.maxStringLength));
  if (length > walk.limits.maxStringLength) {
    walk.mark(pending, name, 'other', undefined, 'stringLength', length);
  }
  return name;
}

/** Two keys that would be shown by the same text are told apart by `#2`, `#3` and so on. */
function freeKey(pending: Pending, key: string): string {
  if (!hasOwn(pending.target, key)) return key;
  let number = 2;
  while (hasOwn(pending.target, `${key}#${number}`)) number++;
  return `${key}#${number}`;
}
