import { describe, expect, test } from 'vitest';
import { TextScan } from '../../src/scrub/text-scan.ts';
import type { Trigger } from '../../src/scrub/text-scan.ts';
import { TriggerIndex } from '../../src/scrub/trigger-index.ts';

/** Where a finder that starts from `key=` looks, and what it finds: nothing, or a secret where `isSecret` says so. */
function placesJudged(text: string, isSecret: (text: string, at: number) => boolean = () => false): number[] {
  const places: number[] = [];
  const trigger: Trigger = {
    literal: 'key=',
    caseless: true,
    find(scan, at) {
      places.push(at);
      if (isSecret(scan.text, at)) scan.add(at, at + 4, 'api_key');
    },
  };
  const index = new TriggerIndex([trigger]);
  index.visit(new TextScan(text, null), index.pass(text), () => {});
  return places;
}

describe('a text that repeats itself', () => {
  test.each(['key=', 'key= "', 'key=1key=22', `key=${'x'.repeat(100)}`])(
    'is judged as often when it is four times as long: %j',
    (part) => {
      const judged = [200_000, 800_000].map(
        (length) => placesJudged(part.repeat(Math.ceil(length / part.length))).length,
      );
      expect(judged[0]).toBeLessThan(1_000);
      expect(judged[1]).toBe(judged[0]);
    },
  );

  test('is judged wherever anything near differs', () => {
    const row = 'key= '.repeat(2_000);
    const judged = placesJudged(`${row}key=7h1s ${row}`);
    const places = Array.from({ length: 41 }, (_, index) => row.length - 100 + 5 * index);
    const differing = places.map((place) => (place > row.length ? place + 4 : place));
    expect(judged).toEqual(expect.arrayContaining(differing));
  });

  test('is judged to its end', () => {
    const text = 'key= '.repeat(2_000);
    expect(placesJudged(text).at(-1)).toBe(text.length - 5);
  });

  test('is judged throughout when there is something to find in it', () => {
    const text = 'key= '.repeat(2_000);
    expect(placesJudged(text, () => true)).toHaveLength(2_000);
  });

  test('is judged throughout when it has few places to judge', () => {
    expect(placesJudged('key= '.repeat(64))).toHaveLength(64);
  });
});
