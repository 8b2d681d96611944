import type { ValueKind } from '../protocol/value-mark.ts';
import { cutText } from './cut-text.ts';
import {
  dateTime,
  isAnyArrayBuffer,
  isArgumentsObject,
  isArrayBufferView,
  isBigIntObject,
  isBooleanObject,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isGeneratorObject,
  isMap,
  isMapIterator,
  isModuleNamespaceObject,
  isNativeError,
  isNumberObject,
  isPromise,
  isRegExp,
  isSet,
  isSetIterator,
  isStringObject,
  isWeakMap,
  isWeakSet,
  regExpFlags,
  regExpSource,
  tagOfIterator,
  unboxBigint,
  unboxBoolean,
  unboxNumber,
  unboxString,
  unboxSymbol,
  weakRefTarget,
} from './intrinsics.ts';
import { isoDate } from './iso-date.ts';
import { leafOf } from './leaf.ts';
import type { Leaf } from './leaf.ts';
import type { Lineage } from './lineage.ts';
import { leafOfBigint, leafOfNumber, leafOfSymbol } from './primitive-leaf.ts';
import { isSearchParams, leafOfUrl } from './url-leaf.ts';

/** Kinds whose contents the walk enters. */
export type ContainerKind = Extract<
  ValueKind,
  'array' | 'object' | 'map' | 'set' | 'error' | 'typed_array' | 'arguments' | 'module'
>;

/** Kinds that are shown as the text of their bytes. */
export type BytesKind = Extract<ValueKind, 'buffer' | 'array_buffer' | 'data_view'>;

/**
 * What an object other than an array is: a leaf, or the kind of what is read later. Told by V8's brands, which no program
 * can forge, and never by `instanceof` or `Symbol.toStringTag`, which can run its code.
 * @param maxLength characters kept of a text
 */
export function describeObject(
  value: object,
  lineage: Lineage,
  maxLength: number,
): Leaf | ContainerKind | BytesKind {
  const { prototype, family } = lineage;
  if (isDate(value)) return leafOfDate(value, lineage);
  if (isMap(value)) return 'map';
  if (isSet(value)) return 'set';
  if (isNativeError(value)) return 'error';
  if (isArrayBufferView(value)) {
    if (isDataView(value)) return 'data_view';
    return lineage.family === 'buffer' ? 'buffer' : 'typed_array';
  }
  if (isAnyArrayBuffer(value)) return 'array_buffer';
  if (isRegExp(value)) return leafOfRegExp(value, lineage, maxLength);
  if (isPromise(value)) return tag('promise', 'Promise', lineage);
  if (isBoxedPrimitive(value)) return leafOfBoxed(value, maxLength);
  if (isWeakMap(value)) return tag('weak_map', 'WeakMap', lineage);
  if (isWeakSet(value)) return tag('weak_set', 'WeakSet', lineage);
  if (isGeneratorObject(value)) {
    return leafOf(family === 'async_generator' ? '[AsyncGenerator]' : '[Generator]', 'generator');
  }
  if (isMapIterator(value)) return leafOf('[Map Iterator]', 'iterator');
  if (isSetIterator(value)) return leafOf('[Set Iterator]', 'iterator');
  if (prototype === null) return isModuleNamespaceObject(value) ? 'module' : 'object';
  if (isArgumentsObject(value)) return 'arguments';
  const iteratorTag = tagOfIterator(prototype);
  if (iteratorTag !== undefined) return leafOf(`[${iteratorTag}]`, 'iterator');
  if (family === 'search_params') return isSearchParams(value) ? 'map' : 'object';
  if (family === 'url') return leafOfUrl(value, maxLength) ?? 'object';
  if (family === 'weak_ref' && isWeakRef(value)) return tag('weak_ref', 'WeakRef', lineage);
  return 'object';
}

/** The class name of an instance when it is not the one that its kind implies. */
export function subclassName({ className }: Lineage, implied: string): string | undefined {
  return className === implied ? undefined : className;
}

function tag(kind: ValueKind, name: string, lineage: Lineage): Leaf {
  return leafOf(`[${name}]`, kind, subclassName(lineage, name));
}

function leafOfDate(value: object, lineage: Lineage): Leaf {
  const time = dateTime(value);
  return leafOf(time === time ? isoDate(value, time) : 'Invalid Date', 'date', subclassName(lineage, 'Date'));
}

function leafOfRegExp(value: object, lineage: Lineage, maxLength: number): Leaf {
  const source = regExpSource(value);
  let text = `/${cutText(source, maxLength)}/`;
  for (let index = 0; index < regExpFlags.length; index++) {
    const flag = regExpFlags[index]!;
    if (flag.isSet(value)) text += flag.letter;
  }
  const className = subclassName(lineage, 'RegExp');
  if (source.length <= maxLength) return leafOf(text, 'regexp', className);
  return leafOf(text, 'regexp', className, 'stringLength', source.length);
}

/** `new Number(1)` and its like: the primitive within, as it would be shown by itself. */
function leafOfBoxed(value: object, maxLength: number): Leaf {
  if (isNumberObject(value)) {
    const number = unboxNumber(value);
    // What JSON has no word for is shown as text, negative zero too: the mark speaks of the box.
    const isOrdinary = number - number === 0 && (number !== 0 || 1 / number > 0);
    const shown = isOrdinary ? number : number === 0 ? '-0' : leafOfNumber(number).value;
    return leafOf(shown, 'boxed', 'Number');
  }
  if (isStringObject(value)) {
    const text = unboxString(value);
    if (text.length <= maxLength) return leafOf(text, 'boxed', 'String');
    return leafOf(cutText(text, maxLength), 'boxed', 'String', 'stringLength', text.length);
  }
  if (isBooleanObject(value)) return leafOf(unboxBoolean(value), 'boxed', 'Boolean');
  if (isBigIntObject(value)) {
    return { ...leafOfBigint(unboxBigint(value), maxLength), kind: 'boxed', className: 'BigInt' };
  }
  return { ...leafOfSymbol(unboxSymbol(value), maxLength), kind: 'boxed', className: 'Symbol' };
}

function isWeakRef(value: object): boolean {
  try {
    weakRefTarget(value);
    return true;
  } catch {
    return false;
  }
}
