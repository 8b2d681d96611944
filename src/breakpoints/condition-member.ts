import { types } from 'node:util';
import { HARD_LIMITS } from '../protocol/limits.ts';

/** Why a condition or expression came to nothing. */
export const CONDITION_FAILURE_REASONS = [
  'getter',
  'proxy',
  'type',
  'not_boolean',
  'too_large',
  'error',
] as const;

/** One reason of {@link CONDITION_FAILURE_REASONS}. */
export type ConditionFailureReason = (typeof CONDITION_FAILURE_REASONS)[number];

/** Says that something could not be read without running code of the program, or has the wrong kind. */
export type Refuse = (reason: ConditionFailureReason) => undefined;

// Taken once, before the program can replace them: reading must not run code of the host.
const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const readMapSize = findIntrinsic(Map.prototype, 'size');
const readSetSize = findIntrinsic(Set.prototype, 'size');
const readTypedArrayLength = findIntrinsic(getPrototypeOf(Uint8Array.prototype), 'length');
const mapHas = findIntrinsic(Map.prototype, 'has');
const setHas = findIntrinsic(Set.prototype, 'has');
const { apply } = Reflect;

/** How elements are compared; undefined when that was refused. */
type IsEqual = (left: unknown, right: unknown, refuse: Refuse) => boolean | undefined;

/** Levels of a prototype chain that are searched for a getter of the name. */
const MAX_PROTOTYPES = 32;
/** Elements of an array that `in` compares. */
const MAX_SEARCHED_ELEMENTS = 1_000;

/**
 * An own data property of a live value, without running anything: no getter, no Proxy trap, no inherited value. What
 * is not there is undefined, on nil as well. `length` of text, arrays and typed arrays and `size` of Map and Set are known.
 */
export function readMember(base: unknown, name: string, refuse: Refuse): unknown {
  if (typeof base === 'string') return readTextMember(base, name);
  if (!isObject(base)) return undefined;
  if (types.isProxy(base)) return refuse('proxy');
  const own = getOwnPropertyDescriptor(base, name);
  if (own !== undefined) return hasOwn(own, 'value') ? own.value : refuse('getter');
  if (name === 'size') {
    if (types.isMap(base)) return apply(readMapSize, base, []);
    if (types.isSet(base)) return apply(readSetSize, base, []);
  }
  if (name === 'length' && types.isTypedArray(base)) return apply(readTypedArrayLength, base, []);
  return refuseInheritedGetter(base, name, refuse);
}

/** A getter of the class would have a value for this name: saying nil would be untrue, so it is a failure. */
function refuseInheritedGetter(base: object, name: string, refuse: Refuse): undefined {
  let prototype: object | null = getPrototypeOf(base);
  for (let level = 0; prototype !== null && level < MAX_PROTOTYPES; level += 1) {
    if (types.isProxy(prototype)) return refuse('proxy');
    const inherited = getOwnPropertyDescriptor(prototype, name);
    if (inherited !== undefined) return hasOwn(inherited, 'value') ? undefined : refuse('getter');
    prototype = getPrototypeOf(prototype);
  }
  return undefined;
}

const ARRAY_INDEX = /^\d{1,10}$/;

function readTextMember(text: string, name: string): unknown {
  if (name === 'length') return text.length;
  return ARRAY_INDEX.test(name) ? text[Number(name)] : undefined;
}

/**
 * `item in container`: an element of an array or Set by `isEqual`, a key of a Map or an object. Nothing is in nil. Text,
 * numbers and other containers are refused: what is meant differs from language to language.
 */
export function hasMember(
  container: unknown,
  item: unknown,
  isEqual: IsEqual,
  refuse: Refuse,
): boolean | undefined {
  if (container === undefined || container === null) return false;
  if (!isObject(container)) return refuse('type');
  if (types.isProxy(container)) return refuse('proxy');
  if (Array.isArray(container)) return hasElement(container, item, isEqual, refuse);
  // A key is hashed, or made unique in the whole process, from its first to its last character.
  if (typeof item === 'string' && item.length > HARD_LIMITS.maxStringLength) return refuse('too_large');
  if (types.isSet(container)) return apply(setHas, container, [item]) === true;
  if (types.isMap(container)) return apply(mapHas, container, [item]) === true;
  if (types.isTypedArray(container)) return refuse('type');
  if (typeof item !== 'string' && typeof item !== 'number') return refuse('type');
  return hasOwn(container, item);
}

function hasElement(
  elements: readonly unknown[],
  item: unknown,
  isEqual: IsEqual,
  refuse: Refuse,
): boolean | undefined {
  // `length` of a true array is always an own data property.
  const searched = Math.min(elements.length, MAX_SEARCHED_ELEMENTS);
  for (let index = 0; index < searched; index += 1) {
    const element = getOwnPropertyDescriptor(elements, index);
    if (element === undefined) continue;
    if (!hasOwn(element, 'value')) return refuse('getter');
    if (isEqual(element.value, item, refuse) === true) return true;
  }
  return searched < elements.length ? refuse('too_large') : false;
}

/** True for what can carry properties; a Proxy too, which is told apart by the caller. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function findIntrinsic(owner: object, name: string): Intrinsic {
  const found: { get?: unknown; value?: unknown } | undefined = getOwnPropertyDescriptor(owner, name);
  const intrinsic = found?.get ?? found?.value;
  if (!isIntrinsic(intrinsic)) throw new TypeError(`This runtime does not have ${name}.`);
  return intrinsic;
}

type Intrinsic = (this: unknown, ...parameters: unknown[]) => unknown;

function isIntrinsic(value: unknown): value is Intrinsic {
  return typeof value === 'function';
}
