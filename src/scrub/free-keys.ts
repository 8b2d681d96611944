import type { JsonObject } from '../protocol/json.ts';

/** Keys of an object in which at least one was renamed, in amortised constant time. */
export class FreeKeys {
  readonly #next = new Map<string, number>();

  take(target: JsonObject, key: string): string {
    if (!Object.hasOwn(target, key)) return key;
    let number = this.#next.get(key) ?? 2;
    while (Object.hasOwn(target, `${key}#${number}`)) number++;
    this.#next.set(key, number + 1);
    return `${key}#${number}`;
  }
}
