import { cutText } from './cut-text.ts';
import { getOwnPropertyDescriptor, getPrototypeOf, holdsValue, isProxy } from './intrinsics.ts';

/** Prototypes looked at above a value before its class counts as unknown. */
const MAX_PROTOTYPES = 32;
/** Characters kept of the name of a class. */
const MAX_NAME_LENGTH = 128;

/**
 * Name of the class whose instance has this prototype: `constructor.name` of the first prototype that owns a
 * constructor. Undefined where reading it would run code (a getter, a Proxy anywhere on the way) or says nothing.
 */
export function classNameOf(prototype: object | null): string | undefined {
  let current = prototype;
  for (let step = 0; current !== null && step < MAX_PROTOTYPES; step++) {
    if (isProxy(current)) return undefined;
    const constructor = getOwnPropertyDescriptor(current, 'constructor');
    if (constructor !== undefined) {
      return holdsValue(constructor) ? nameOfFunction(constructor.value) : undefined;
    }
    current = getPrototypeOf(current);
  }
  return undefined;
}

/** The `name` that a function owns as plain text; undefined for anything else. Never runs a getter. */
export function nameOfFunction(value: unknown): string | undefined {
  if (typeof value !== 'function' || isProxy(value)) return undefined;
  const name = getOwnPropertyDescriptor(value, 'name');
  if (name === undefined || !holdsValue(name)) return undefined;
  const text: unknown = name.value;
  return typeof text === 'string' && text !== '' ? cutText(text, MAX_NAME_LENGTH) : undefined;
}

/** True when the prototype chain leads to `wanted` without meeting a Proxy. */
export function inheritsFrom(prototype: object | null, wanted: object): boolean {
  let current = prototype;
  for (let step = 0; current !== null && step < MAX_PROTOTYPES; step++) {
    if (current === wanted) return true;
    if (isProxy(current)) return false;
    current = getPrototypeOf(current);
  }
  return false;
}
