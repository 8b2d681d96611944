import type { JsonObject } from '../protocol/json.ts';

// A constructor and not Object.create(null): the latter makes a dictionary, three times slower to fill and twice as
// slow to write as JSON. Its prototype is frozen, empty and without a parent, so `__proto__` is a key like any other,
// and neither a setter nor a `toJSON` that an application put on Object.prototype can be reached from the copy.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plain function is the only way to such a prototype
const Constructor = function JsonObject(): void {} as unknown as new () => JsonObject;
(Constructor as { prototype: object }).prototype = Object.freeze(Object.create(null));

// V8 gives the instances of a constructor as many slots of their own as the first ones came to use, and keeps further
// properties in an array beside them that grows by three: filling an object costs a third more without this.
const SLOTS = 8;
for (let made = 0; made < SLOTS; made++) {
  const object = new Constructor();
  for (let slot = 0; slot < SLOTS; slot++) object[`slot${slot}`] = null;
}

/** An empty JSON object that inherits nothing: any key, also `__proto__` or `toJSON`, is plain data in it. */
export function createJsonObject(): JsonObject {
  return new Constructor();
}
