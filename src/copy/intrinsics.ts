import { types } from 'node:util';
import { getterOf, methodOf, uncurryThis } from './uncurry.ts';
import type { Method } from './uncurry.ts';

// Built-ins are taken off their prototypes here on purpose, by name and with the type that each is known to have.
// oxlint-disable typescript/unbound-method, typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters

/*
 * The built-ins of the language that the copy uses, taken once when this module loads. An application that patches
 * `Array.prototype` or `Map.prototype` later changes nothing here, so none of its code can run inside a capture.
 */

export const min: (a: number, b: number) => number = Math.min;
export const floor: (value: number) => number = Math.floor;
export const max: (a: number, b: number) => number = Math.max;
export const isArray: (value: unknown) => value is unknown[] = Array.isArray;
/** Empty, and of no literal whose objects V8 watches: why that matters stands in `capture/take-snapshot.ts`. */
export const createArray: <T>() => T[] = Array.of.bind(Array);
export const getOwnPropertyDescriptor: (
  value: object,
  key: PropertyKey,
) => TypedPropertyDescriptor<unknown> | undefined = Object.getOwnPropertyDescriptor;
export const defineProperty: <T extends object>(value: T, key: PropertyKey, property: object) => T =
  Object.defineProperty;
export const getOwnPropertyNames: (value: object) => string[] = Object.getOwnPropertyNames;
export const getOwnPropertySymbols: (value: object) => symbol[] = Object.getOwnPropertySymbols;
export const getPrototypeOf: (value: object) => object | null = Object.getPrototypeOf;
export const hasOwn: (value: object, key: PropertyKey) => boolean = Object.hasOwn;
export const ownKeysOf: (value: object) => string[] = Object.keys;
/** The getter of a property, by `__lookupGetter__`: three times cheaper for an index than its descriptor. */
export const lookUpGetter: (self: object, key: PropertyKey) => unknown = methodOf(
  Object.prototype,
  '__lookupGetter__',
);

/**
 * True for the descriptor of a plain value. A look for `value` by `in` costs next to nothing; only where a program put a
 * `get` on Object.prototype, which every descriptor inherits, the descriptor's own properties have to decide.
 */
export function holdsValue(property: TypedPropertyDescriptor<unknown>): boolean {
  return 'value' in property && (!('get' in property) || hasOwn(property, 'value'));
}

export const ObjectPrototype: object = Object.prototype;
export const ArrayPrototype: object = Array.prototype;
export const WeakRefPrototype: object = WeakRef.prototype;
export const ErrorConstructor: object = Error;

export const isAnyArrayBuffer: (value: unknown) => boolean = types.isAnyArrayBuffer;
export const isArgumentsObject: (value: unknown) => boolean = types.isArgumentsObject;
export const isArrayBufferView: (value: unknown) => boolean = types.isArrayBufferView;
export const isBigIntObject: (value: unknown) => boolean = types.isBigIntObject;
export const isBooleanObject: (value: unknown) => boolean = types.isBooleanObject;
export const isBoxedPrimitive: (value: unknown) => boolean = types.isBoxedPrimitive;
export const isDataView: (value: unknown) => boolean = types.isDataView;
export const isDate: (value: unknown) => boolean = types.isDate;
export const isGeneratorObject: (value: unknown) => boolean = types.isGeneratorObject;
export const isMap: (value: unknown) => boolean = types.isMap;
export const isMapIterator: (value: unknown) => boolean = types.isMapIterator;
export const isModuleNamespaceObject: (value: unknown) => boolean = types.isModuleNamespaceObject;
export const isNativeError: (value: unknown) => boolean = types.isNativeError;
export const isNumberObject: (value: unknown) => boolean = types.isNumberObject;
export const isPromise: (value: unknown) => boolean = types.isPromise;
export const isProxy: (value: unknown) => boolean = types.isProxy;
export const isRegExp: (value: unknown) => boolean = types.isRegExp;
export const isSet: (value: unknown) => boolean = types.isSet;
export const isSetIterator: (value: unknown) => boolean = types.isSetIterator;
export const isSharedArrayBuffer: (value: unknown) => boolean = types.isSharedArrayBuffer;
export const isStringObject: (value: unknown) => boolean = types.isStringObject;
export const isWeakMap: (value: unknown) => boolean = types.isWeakMap;
export const isWeakSet: (value: unknown) => boolean = types.isWeakSet;

export const sliceString: (self: string, start: number, end: number) => string = methodOf(
  String.prototype,
  'slice',
);
export const charCodeAt: (self: string, index: number) => number = methodOf(String.prototype, 'charCodeAt');
export const indexOfText: (self: string, search: string) => number = methodOf(String.prototype, 'indexOf');
export const functionSource: (self: unknown) => string = methodOf(Function.prototype, 'toString');
export const symbolDescription: (self: unknown) => string | undefined = getterOf(
  Symbol.prototype,
  'description',
);

export const bigintToString: (self: unknown) => string = methodOf(BigInt.prototype, 'toString');
export const asIntN: (bits: number, value: bigint) => bigint = BigInt.asIntN;

export const dateTime: (self: unknown) => number = methodOf(Date.prototype, 'getTime');
export const dateToISO: (self: unknown) => string = methodOf(Date.prototype, 'toISOString');

export const regExpSource: (self: unknown) => string = getterOf(RegExp.prototype, 'source');
/** The letters of a regular expression's flags with their own getters: the `flags` getter reads overridable ones. */
export const regExpFlags: readonly {
  readonly letter: string;
  readonly isSet: (self: unknown) => boolean;
}[] = [
  { letter: 'd', isSet: getterOf(RegExp.prototype, 'hasIndices') },
  { letter: 'g', isSet: getterOf(RegExp.prototype, 'global') },
  { letter: 'i', isSet: getterOf(RegExp.prototype, 'ignoreCase') },
  { letter: 'm', isSet: getterOf(RegExp.prototype, 'multiline') },
  { letter: 's', isSet: getterOf(RegExp.prototype, 'dotAll') },
  { letter: 'u', isSet: getterOf(RegExp.prototype, 'unicode') },
  { letter: 'v', isSet: getterOf(RegExp.prototype, 'unicodeSets') },
  { letter: 'y', isSet: getterOf(RegExp.prototype, 'sticky') },
];

export const mapSize: (self: unknown) => number = getterOf(Map.prototype, 'size');
export const mapEntries: (self: unknown) => object = methodOf(Map.prototype, 'entries');
export const nextOfMap: (self: unknown) => IteratorResult<readonly [unknown, unknown], undefined> = methodOf(
  Object.getPrototypeOf(new Map().entries()) as object,
  'next',
);
export const setSize: (self: unknown) => number = getterOf(Set.prototype, 'size');
export const setValues: (self: unknown) => object = methodOf(Set.prototype, 'values');
export const nextOfSet: (self: unknown) => IteratorResult<unknown, undefined> = methodOf(
  Object.getPrototypeOf(new Set().values()) as object,
  'next',
);
export const weakRefTarget: (self: unknown) => unknown = methodOf(WeakRef.prototype, 'deref');

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
export const typedArrayLength: (self: unknown) => number = getterOf(TypedArrayPrototype, 'length');
export const typedArrayName: (self: unknown) => string = getterOf(TypedArrayPrototype, Symbol.toStringTag);
export const typedArrayBuffer: (self: unknown) => ArrayBufferLike = getterOf(TypedArrayPrototype, 'buffer');
export const typedArrayOffset: (self: unknown) => number = getterOf(TypedArrayPrototype, 'byteOffset');
export const arrayBufferLength: (self: unknown) => number = getterOf(ArrayBuffer.prototype, 'byteLength');
export const sharedBufferLength: (self: unknown) => number = getterOf(
  SharedArrayBuffer.prototype,
  'byteLength',
);
export const dataViewLength: (self: unknown) => number = getterOf(DataView.prototype, 'byteLength');
export const dataViewBuffer: (self: unknown) => ArrayBufferLike = getterOf(DataView.prototype, 'buffer');
export const dataViewOffset: (self: unknown) => number = getterOf(DataView.prototype, 'byteOffset');
/** `Uint8Array` by its own name, so that a patched global is not used. */
export const ByteView: Uint8ArrayConstructor = Uint8Array;

export const unboxNumber: (self: unknown) => number = methodOf(Number.prototype, 'valueOf');
export const unboxString: (self: unknown) => string = methodOf(String.prototype, 'valueOf');
export const unboxBoolean: (self: unknown) => boolean = methodOf(Boolean.prototype, 'valueOf');
export const unboxBigint: (self: unknown) => bigint = methodOf(BigInt.prototype, 'valueOf');
export const unboxSymbol: (self: unknown) => symbol = methodOf(Symbol.prototype, 'valueOf');

/** V8's own getter of `stack`, which every error of this realm shares; undefined where `stack` is plain data. */
export const stackGetter: unknown =
  Object.getOwnPropertyDescriptor(new Error('the getter of this stack is wanted'), 'stack')?.get ??
  Object.getOwnPropertyDescriptor(Error.prototype, 'stack')?.get;
export const readStack: ((self: unknown) => unknown) | undefined =
  typeof stackGetter === 'function' ? uncurryThis(stackGetter as Method<unknown, [], unknown>) : undefined;

/** Prototypes of the iterators that no brand check tells apart, with the tag that each shows. */
const iteratorTags: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [Object.getPrototypeOf([].values()), 'Array Iterator'],
  [Object.getPrototypeOf(''[Symbol.iterator]()), 'String Iterator'],
  [Object.getPrototypeOf(/(?:)/[Symbol.matchAll]('')), 'RegExp String Iterator'],
  [helperPrototype(), 'Iterator Helper'],
]);

/** Null where Node is too old to have them: the agent is off there, and importing it must do no harm all the same. */
function helperPrototype(): object | null {
  const iterator = [].values() as unknown as { map?: (to: unknown) => object };
  return iterator.map === undefined ? null : Object.getPrototypeOf(iterator.map(String));
}

const getFromMap: (self: unknown, key: unknown) => string | undefined = methodOf(Map.prototype, 'get');
/** The tag of a built-in iterator with this prototype; undefined for anything else. */
export function tagOfIterator(prototype: object): string | undefined {
  return getFromMap(iteratorTags, prototype);
}

async function* asyncGenerator(): AsyncGenerator<never, void> {}
export const AsyncGeneratorPrototype: object | null = Object.getPrototypeOf(asyncGenerator.prototype);
