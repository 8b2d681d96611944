import {
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getOwnPropertySymbols,
  holdsValue,
  isArray,
  isMap,
  mapSize,
  ownKeysOf,
  setSize,
  typedArrayLength,
} from './intrinsics.ts';
import { searchParamsSize } from './node-intrinsics.ts';
import type { ContainerKind } from './object-leaf.ts';
import type { Walk } from './walk.ts';

/** True for a container whose contents stand under keys of its own. */
export function isKeyed(kind: ContainerKind): boolean {
  return kind === 'object' || kind === 'error' || kind === 'module';
}

/**
 * How many elements or properties there are in a container that is left out. Undefined for an object when time is up, a
 * wide one was met before or many keys were counted already: then no more are collected for nothing but their number.
 */
export function sizeLeftOut(walk: Walk, source: object, kind: ContainerKind): number | undefined {
  if (!isKeyed(kind)) return sizeOf(walk, source, kind);
  if (!walk.mayCount) return undefined;
  const size = sizeOf(walk, source, kind);
  walk.noteCounted(size);
  return size;
}

/**
 * How many elements or properties a container has. Free but for objects, whose keys V8 collects to count them: 0.02 µs
 * for a few, 15 ms for 100,000, and every other way to even the first key costs the same.
 */
export function sizeOf(walk: Walk, source: object, kind: ContainerKind): number {
  switch (kind) {
    case 'array':
      return isArray(source) ? source.length : 0;
    case 'map':
      return isMap(source) ? mapSize(source) : searchParamsSize(source);
    case 'set':
      return setSize(source);
    case 'typed_array':
      return typedArrayLength(source);
    case 'arguments':
      return lengthOfArguments(source);
    case 'module':
      return getOwnPropertyNames(source).length;
    case 'error':
      return getOwnPropertyNames(source).length + enumerableSymbols(walk, source).length;
    default:
      return ownKeysOf(source).length + enumerableSymbols(walk, source).length;
  }
}

/** The `length` that an `arguments` object owns; 0 when the program made something else of it. */
export function lengthOfArguments(source: object): number {
  const length = getOwnPropertyDescriptor(source, 'length');
  if (length === undefined || !holdsValue(length)) return 0;
  const { value } = length;
  return typeof value === 'number' && value >= 0 && value <= 4_294_967_295 ? value >>> 0 : 0;
}

/** The enumerable symbol keys that an object owns. To find them costs as much as there are others, which count as work. */
export function enumerableSymbols(walk: Walk, source: object): symbol[] {
  const symbols = getOwnPropertySymbols(source);
  if (symbols.length === 0) return symbols;
  walk.noteKeys(symbols.length, 0);
  const enumerable: symbol[] = [];
  for (let index = 0; index < symbols.length; index++) {
    const symbol = symbols[index]!;
    if (getOwnPropertyDescriptor(source, symbol)?.enumerable === true) {
      enumerable[enumerable.length] = symbol;
    }
  }
  return enumerable;
}
