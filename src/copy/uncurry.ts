// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters

/*
 * Methods and getters of the built-ins as functions of `(self, ...args)`: `Function.prototype.call` bound to them once,
 * which V8 inlines, and which looks nothing up on a prototype when it runs.
 */

export type Method<Self, Args extends unknown[], Result> = (this: Self, ...args: Args) => Result;

/** The method as a function whose first argument is `this`. */
export const uncurryThis = Function.prototype.bind.bind(Function.prototype.call) as <
  Self,
  Args extends unknown[],
  Result,
>(
  method: Method<Self, Args, Result>,
) => (self: Self, ...args: Args) => Result;

/** A built-in getter as a function of the object. */
export function getterOf<Result>(prototype: object, name: PropertyKey): (self: unknown) => Result {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new TypeError(`No getter ${String(name)} among the built-ins`);
  return uncurryThis(getter as Method<unknown, [], Result>);
}

/**
 * A built-in method as a function whose first argument is `this`. Read as a property and not from a descriptor: with
 * `--frozen-intrinsics` Node keeps built-in methods behind getters.
 */
export function methodOf<Args extends unknown[], Result>(
  prototype: object,
  name: PropertyKey,
): (self: unknown, ...args: Args) => Result {
  const method: unknown = (prototype as Readonly<Record<PropertyKey, unknown>>)[name];
  if (typeof method !== 'function') throw new TypeError(`No method ${String(name)} among the built-ins`);
  return uncurryThis(method as Method<unknown, Args, Result>);
}
