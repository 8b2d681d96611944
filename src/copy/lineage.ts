import { nameOfFunction } from './class-name.ts';
import {
  AsyncGeneratorPrototype,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  holdsValue,
  isProxy,
  WeakRefPrototype,
} from './intrinsics.ts';
import { BufferPrototype, URLPrototype, URLSearchParamsPrototype } from './node-intrinsics.ts';

/** Prototypes looked at above a value before its class counts as unknown. */
const MAX_PROTOTYPES = 32;

/** Built-in classes that V8 has no brand check for. */
export type Family = 'async_generator' | 'buffer' | 'url' | 'search_params' | 'weak_ref';

/** What the prototypes of an object say of it, as far as that can be read without running code. */
export interface Lineage {
  readonly prototype: object | null;
  /**
   * `constructor.name` of the first prototype that owns a constructor. Undefined where reading it would run code (a
   * getter, a Proxy anywhere on the way) or says nothing.
   */
  readonly className: string | undefined;
  /** The first of these classes that the object inherits from; whether it is a genuine one is another question. */
  readonly family: Family | undefined;
}

/** That of an object without a prototype. */
export const NO_LINEAGE: Lineage = { prototype: null, className: undefined, family: undefined };

/** Follows the prototypes of an object upwards, until a Proxy or the end. */
export function readLineage(prototype: object | null): Lineage {
  let className: string | undefined;
  let isNamed = false;
  let family: Family | undefined;
  let current = prototype;
  for (let step = 0; current !== null && step < MAX_PROTOTYPES; step++) {
    if (isProxy(current)) break;
    if (!isNamed) {
      const constructor = getOwnPropertyDescriptor(current, 'constructor');
      isNamed = constructor !== undefined;
      if (constructor !== undefined && holdsValue(constructor)) className = nameOfFunction(constructor.value);
    }
    family ??= familyOf(current);
    current = getPrototypeOf(current);
  }
  return { prototype, className, family };
}

function familyOf(prototype: object): Family | undefined {
  switch (prototype) {
    case BufferPrototype:
      return 'buffer';
    case URLPrototype:
      return 'url';
    case URLSearchParamsPrototype:
      return 'search_params';
    case WeakRefPrototype:
      return 'weak_ref';
    case AsyncGeneratorPrototype:
      return 'async_generator';
    default:
      return undefined;
  }
}
