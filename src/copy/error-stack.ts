import {
  ErrorConstructor,
  functionSource,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  holdsValue,
  isProxy,
  readStack,
  stackGetter,
} from './intrinsics.ts';
import { isDomExceptionGetter, readBy } from './node-intrinsics.ts';

/** A property found on a value or its prototypes: plain data, or something that only the program's code could read. */
export type Lookup =
  { readonly found: 'data'; readonly value: unknown } | { readonly found: 'nothing' | 'code' };

const NOTHING: Lookup = { found: 'nothing' };
const CODE: Lookup = { found: 'code' };
const MAX_PROTOTYPES = 32;

/** Looks a property up along the prototypes without running a getter or a Proxy's trap. */
export function lookUp(source: object, key: PropertyKey): Lookup {
  const property = findProperty(source, key);
  if (property === 'nothing') return NOTHING;
  if (property === 'unknown') return CODE;
  return holdsValue(property) ? { found: 'data', value: property.value } : readDomException(source, property);
}

/** What a DOMException says by Node's own getters; such are the errors of an aborted request. */
function readDomException(source: object, property: TypedPropertyDescriptor<unknown>): Lookup {
  if (!isDomExceptionGetter(property.get)) return CODE;
  try {
    return { found: 'data', value: readBy(property.get, source) };
  } catch {
    return CODE;
  }
}

function findProperty(
  source: object,
  key: PropertyKey,
): TypedPropertyDescriptor<unknown> | 'nothing' | 'unknown' {
  let current: object | null = source;
  for (let step = 0; current !== null; step++) {
    if (step === MAX_PROTOTYPES || isProxy(current)) return 'unknown';
    const property = getOwnPropertyDescriptor(current, key);
    if (property !== undefined) return property;
    current = getPrototypeOf(current);
  }
  return 'nothing';
}

/**
 * The stack of an error.
 *
 * V8 keeps it as frames and makes the text on the first read, through an own accessor that all errors of a realm share.
 * Making the text runs `Error.prepareStackTrace` where a program set one, and turns `name`, `message` and (in Node's
 * formatter) `code` into text. So it is read only when none of these can run the program's code.
 */
export function stackOf(error: object): Lookup {
  const property = findProperty(error, 'stack');
  if (property === 'nothing') return NOTHING;
  if (property === 'unknown') return CODE;
  if (holdsValue(property)) return { found: 'data', value: property.value };
  if (readStack === undefined || property.get !== stackGetter || !formatsQuietly(error)) return CODE;
  return { found: 'data', value: readStack(error) };
}

function formatsQuietly(error: object): boolean {
  const errorGlobal = getOwnPropertyDescriptor(globalThis, 'Error');
  if (errorGlobal === undefined || errorGlobal.value !== ErrorConstructor) return false;
  const prepare = lookUp(ErrorConstructor, 'prepareStackTrace');
  if (prepare.found === 'code') return false;
  if (prepare.found === 'data' && typeof prepare.value === 'function' && prepare.value !== nodesPrepare) {
    return false;
  }
  return (
    isPlainText(lookUp(error, 'name')) &&
    isPlainText(lookUp(error, 'message')) &&
    isPlainText(lookUp(error, 'code'))
  );
}

function isPlainText(property: Lookup): boolean {
  if (property.found !== 'data') return property.found === 'nothing';
  const { value } = property;
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

// Node puts a function of its own here, which formats as if there were none. Its source tells it from
// one that was set by a program before this module loaded.
const nodesPrepare: unknown = ((): unknown => {
  const value: unknown = getOwnPropertyDescriptor(ErrorConstructor, 'prepareStackTrace')?.value;
  const isNodes =
    typeof value === 'function' &&
    !isProxy(value) &&
    functionSource(value).includes('internalPrepareStackTrace(');
  return isNodes ? value : undefined;
})();
