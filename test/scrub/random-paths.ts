import type { JsonObject, JsonValue } from '../../src/protocol/json.ts';
import { createPathRedaction } from '../../src/scrub/path-redaction.ts';
import type { PathRedacted } from '../../src/scrub/path-redaction.ts';
import { createRandom } from './seeded-random.ts';

/** Names that are awkward where they are not only data. */
const KEYS = ['a', 'b', 'c', 'x-y', '0', '1', 'toString', 'length', 'hasOwnProperty', 'map'];
const LEAVES: readonly JsonValue[] = [1, 'text', null, true, '[REDACTED:path]', 0, '', false];

/** What path redaction makes of random values by random paths: the same in every run and every process. */
export function redactRandomValues(count: number): readonly PathRedacted[] {
  const random = createRandom(20_241_121);
  const chance = (oneIn: number): boolean => random.below(oneIn) < 1;
  const upTo = (limit: number): number => Math.floor(random.below(limit));
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length)]!;

  function value(depth: number): JsonValue {
    if (depth === 0 || chance(3)) return pick(LEAVES);
    if (chance(2)) return Array.from({ length: upTo(4) }, () => value(depth - 1));
    const object: JsonObject = {};
    for (let members = upTo(5); members > 0; members--) object[pick(KEYS)] = value(depth - 1);
    return object;
  }

  function path(): string {
    let hasWildcard = false;
    return Array.from({ length: 1 + upTo(4) }, () => {
      if (!hasWildcard && chance(4)) {
        hasWildcard = true;
        return '[*]';
      }
      const key = pick(KEYS);
      return /^\d$/.test(key) ? `[${key}]` : `["${key}"]`;
    }).join('');
  }

  return Array.from({ length: count }, () => {
    const paths = Array.from({ length: 1 + upTo(3) }, path);
    const { value: redacted, pointers } = createPathRedaction(paths).redact(value(5));
    return { value: redacted, pointers };
  });
}
