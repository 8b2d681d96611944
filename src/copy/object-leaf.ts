import type { ValueKind } from '../protocol/value-mark.ts';
import { textOfArrayBuffer, textOfBuffer } from './byte-text.ts';
import type { ByteText } from './byte-text.ts';
import { classNameOf, inheritsFrom } from './class-name.ts';
import { cutText } from './cut-text.ts';
import {
  AsyncGeneratorPrototype,
  BufferPrototype,
  dateTime,
  DatePrototype,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  holdsValue,
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
  searchParamsSize,
  searchParamsToString,
  tagOfIterator,
  unboxBigint,
  unboxBoolean,
  unboxNumber,
  unboxString,
  unboxSymbol,
  URLPrototype,
  urlHref,
  urlSearchParams,
  URLSearchParamsPrototype,
  WeakRefPrototype,
  weakRefTarget,
} from './intrinsics.ts';
import { isoDate } from './iso-date.ts';
import type { Leaf } from './leaf.ts';
import { leafOfBigint, leafOfNumber, leafOfSymbol } from './primitive-leaf.ts';

/** Kinds whose contents the walk enters. */
export type ContainerKind = Extract<
  ValueKind,
  'array' | 'object' | 'map' | 'set' | 'error' | 'typed_array' | 'arguments' | 'module'
>;

/**
 * What an object other than an array is: a leaf, or the kind of container. Told by V8's brands, which no program can
 * forge, and never by `instanceof` or `Symbol.toStringTag`, which can run its code.
 * @param maxLength characters kept of a text
 */
export function describeObject(
  value: object,
  prototype: object | null,
  maxLength: number,
): Leaf | ContainerKind {
  if (isDate(value)) return leafOfDate(value, prototype);
  if (isMap(value)) return 'map';
  if (isSet(value)) return 'set';
  if (isNativeError(value)) return 'error';
  if (isArrayBufferView(value)) {
    if (isDataView(value)) return leafOfBytes('data_view', 'DataView', textOfArrayBuffer(value, maxLength));
    if (!inheritsFrom(prototype, BufferPrototype)) return 'typed_array';
    return leafOfBytes('buffer', 'Buffer', textOfBuffer(value, maxLength));
  }
  if (isAnyArrayBuffer(value)) {
    return leafOfBytes('array_buffer', classNameOf(prototype), textOfArrayBuffer(value, maxLength));
  }
  if (isRegExp(value)) return leafOfRegExp(value, prototype, maxLength);
  if (isPromise(value)) return tag('promise', 'Promise', prototype);
  if (isBoxedPrimitive(value)) return leafOfBoxed(value, maxLength);
  if (isWeakMap(value)) return tag('weak_map', 'WeakMap', prototype);
  if (isWeakSet(value)) return tag('weak_set', 'WeakSet', prototype);
  if (isGeneratorObject(value)) {
    const isAsync = AsyncGeneratorPrototype !== null && inheritsFrom(prototype, AsyncGeneratorPrototype);
    return { value: isAsync ? '[AsyncGenerator]' : '[Generator]', kind: 'generator' };
  }
  if (isMapIterator(value)) return { value: '[Map Iterator]', kind: 'iterator' };
  if (isSetIterator(value)) return { value: '[Set Iterator]', kind: 'iterator' };
  if (prototype === null) return isModuleNamespaceObject(value) ? 'module' : 'object';
  if (isArgumentsObject(value)) return 'arguments';
  const iteratorTag = tagOfIterator(prototype);
  if (iteratorTag !== undefined) return { value: `[${iteratorTag}]`, kind: 'iterator' };
  if (inheritsFrom(prototype, URLSearchParamsPrototype)) return isSearchParams(value) ? 'map' : 'object';
  if (inheritsFrom(prototype, URLPrototype)) return leafOfUrl(value, maxLength) ?? 'object';
  if (inheritsFrom(prototype, WeakRefPrototype) && isWeakRef(value)) {
    return tag('weak_ref', 'WeakRef', prototype);
  }
  return 'object';
}

/** The class name of an instance when it is not the one that its kind implies. */
export function subclassName(prototype: object | null, implied: string): string | undefined {
  const name = classNameOf(prototype);
  return name === implied ? undefined : name;
}

function tag(kind: ValueKind, name: string, prototype: object | null): Leaf {
  return { value: `[${name}]`, kind, className: subclassName(prototype, name) };
}

function leafOfDate(value: object, prototype: object | null): Leaf {
  const time = dateTime(value);
  return {
    value: time === time ? isoDate(value, time) : 'Invalid Date',
    kind: 'date',
    className: prototype === DatePrototype ? undefined : subclassName(prototype, 'Date'),
  };
}

function leafOfRegExp(value: object, prototype: object | null, maxLength: number): Leaf {
  const source = regExpSource(value);
  let text = `/${cutText(source, maxLength)}/`;
  for (let index = 0; index < regExpFlags.length; index++) {
    const flag = regExpFlags[index]!;
    if (flag.isSet(value)) text += flag.letter;
  }
  const isCut = source.length > maxLength;
  return {
    value: text,
    kind: 'regexp',
    className: subclassName(prototype, 'RegExp'),
    reason: isCut ? 'stringLength' : undefined,
    size: isCut ? source.length : undefined,
  };
}

function leafOfBytes(kind: ValueKind, className: string | undefined, bytes: ByteText): Leaf {
  return {
    value: bytes.text,
    kind,
    className,
    reason: bytes.isCut ? 'stringLength' : undefined,
    size: bytes.size,
  };
}

/** `new Number(1)` and its like: the primitive within, as it would be shown by itself. */
function leafOfBoxed(value: object, maxLength: number): Leaf {
  if (isNumberObject(value)) {
    const number = unboxNumber(value);
    // What JSON has no word for is shown as text, negative zero too: the mark speaks of the box.
    const isOrdinary = number - number === 0 && (number !== 0 || 1 / number > 0);
    const shown = isOrdinary ? number : number === 0 ? '-0' : leafOfNumber(number).value;
    return { value: shown, kind: 'boxed', className: 'Number' };
  }
  if (isStringObject(value)) {
    const text = unboxString(value);
    const isCut = text.length > maxLength;
    return {
      value: cutText(text, maxLength),
      kind: 'boxed',
      className: 'String',
      reason: isCut ? 'stringLength' : undefined,
      size: isCut ? text.length : undefined,
    };
  }
  if (isBooleanObject(value)) return { value: unboxBoolean(value), kind: 'boxed', className: 'Boolean' };
  if (isBigIntObject(value)) {
    return { ...leafOfBigint(unboxBigint(value), maxLength), kind: 'boxed', className: 'BigInt' };
  }
  return { ...leafOfSymbol(unboxSymbol(value), maxLength), kind: 'boxed', className: 'Symbol' };
}

/** The address of a URL; null when the object only inherits from URL. */
function leafOfUrl(value: object, maxLength: number): Leaf | null {
  let href: string;
  try {
    // A URL whose searchParams changed first calls their toString, which a program may have replaced.
    if (!isGenuineSearchParams(urlSearchParams(value))) {
      return { value: '[URL]', kind: 'url', reason: 'getter' };
    }
    href = urlHref(value);
  } catch {
    return null;
  }
  const isCut = href.length > maxLength;
  return {
    value: cutText(href, maxLength),
    kind: 'url',
    reason: isCut ? 'stringLength' : undefined,
    size: isCut ? href.length : undefined,
  };
}

function isGenuineSearchParams(searchParams: object): boolean {
  if (hasOwn(searchParams, 'toString')) return false;
  if (getPrototypeOf(searchParams) !== URLSearchParamsPrototype) return false;
  const method = getOwnPropertyDescriptor(URLSearchParamsPrototype, 'toString');
  return method !== undefined && holdsValue(method) && method.value === searchParamsToString;
}

/** True for a `URLSearchParams`, whose entries are copied like those of a Map. */
export function isSearchParams(value: object): boolean {
  try {
    return searchParamsSize(value) >= 0;
  } catch {
    return false;
  }
}

function isWeakRef(value: object): boolean {
  try {
    weakRefTarget(value);
    return true;
  } catch {
    return false;
  }
}
