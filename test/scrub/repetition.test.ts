import { describe, expect, test } from 'vitest';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { CURSORS, TextScan } from '../../src/scrub/text-scan.ts';
import type { FindAt, Span, Trigger } from '../../src/scrub/text-scan.ts';
import { TriggerIndex } from '../../src/scrub/trigger-index.ts';
import { ALNUM, createRandom } from './seeded-random.ts';
import { UNHURRIED_MS } from './unhurried.ts';

/** Where a finder that starts from `key=` looks, when there is nothing to find. */
function placesJudged(text: string): number[] {
  return judge(text, () => {}).places;
}

/** Where a finder that starts from `key=` looks, and what is found. */
function judge(text: string, findAt: FindAt): { readonly places: number[]; readonly spans: readonly Span[] } {
  const places: number[] = [];
  const trigger: Trigger = {
    literal: 'key=',
    caseless: true,
    find(scan, at) {
      places.push(at);
      findAt(scan, at);
    },
  };
  const index = new TriggerIndex([trigger]);
  const scan = new TextScan(text, null);
  index.visit(scan, index.pass(text), () => {});
  return { places, spans: scan.spans };
}

/** Finds what stands behind the name, up to the next space, and reads nothing twice. */
function findValue(scan: TextScan, at: number): void {
  if (at < scan.nameCursor) return;
  const end = scan.text.indexOf(' ', at + 4);
  scan.nameCursor = end === -1 ? scan.text.length : end;
  scan.add(at + 4, scan.nameCursor, 'api_key');
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

  test.each(['key=a1 ', 'key=key= ', 'key=key=key= key=', `key=${'x'.repeat(80)} `])(
    'has every finding of it found, by a few looks: %j',
    (part) => {
      const text = part.repeat(2_000);
      const { places, spans } = judge(text, findValue);
      const values = [...text.matchAll(/(?<=key=)\S+/g)];
      expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(values.map(([value]) => value));
      expect(spans.map(({ start }) => start)).toEqual(values.map(({ index }) => index));
      expect(places.length).toBeLessThan(600);
    },
  );

  test('is judged throughout where findings are longer than what is compared', () => {
    const text = `key=${'x'.repeat(300)} `.repeat(200);
    const { places, spans } = judge(text, findValue);
    expect(places).toHaveLength(200);
    expect(spans).toHaveLength(200);
  });

  test('is judged throughout where a finder looks far', () => {
    const text = `key=a1 ${'-'.repeat(20)} `.repeat(2_000);
    const { places } = judge(text, (scan, at) => {
      scan.readsFar = true;
      findValue(scan, at);
    });
    expect(places).toHaveLength(2_000);
  });

  test('is judged throughout when it has few places to judge', () => {
    expect(placesJudged('key= '.repeat(64))).toHaveLength(64);
  });
});

test('every cursor is compared before anything is found again', () => {
  const scan = new TextScan('', null);
  for (const [index, cursor] of CURSORS.entries()) scan[cursor] = index + 1;
  const read = new Int32Array(CURSORS.length);
  scan.readCursors(read);
  expect([...read]).toEqual(CURSORS.map((_, index) => index + 1));
  const places = Object.keys(scan).filter((key) => key.endsWith('Cursor'));
  expect(CURSORS).toEqual(expect.arrayContaining(places));
});

describe('a text that is nothing but short secrets', () => {
  const random = createRandom(3);
  const secretEvery = (length: number): string =>
    Array.from({ length: 4_000 }, () => `key=${random.text(ALNUM, 3)} `.padEnd(length)).join('');

  test.each([8, 12, 16])('is judged for a while, and its rest goes as one: one in %i units', (length) => {
    const text = secretEvery(length);
    const { places, spans } = judge(text, findValue);
    expect(places.length).toBeLessThan(256 + text.length / 24);
    const rest = spans.at(-1)!;
    expect(rest.end).toBe(text.length);
    // It begins before whatever the place that came next could have looked at.
    expect(rest.start).toBeLessThan(places.at(-1)! - 2_048);
  });

  test('is judged throughout when they are as far from each other as names and values are', () => {
    const { places, spans } = judge(secretEvery(25), findValue);
    expect(places).toHaveLength(4_000);
    expect(spans).toHaveLength(4_000);
  });

  test('leaves nothing of them, and is left alone by a second scrub', () => {
    const { scrubText } = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS });
    const scrubbed = scrubText(secretEvery(8).replaceAll('key', 'pwd'));
    expect(scrubbed).toMatch(/^(?:pwd=\[REDACTED:password\] )+\[REDACTED:password\]$/);
    expect(scrubText(scrubbed)).toBe(scrubbed);
  });

  test('is no list of short codes under one name', () => {
    const codes = Array.from({ length: 320 }, () => random.text(ALNUM, 8));
    const { scrubText } = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS });
    expect(scrubText(JSON.stringify({ tokens: codes, page: 1 }))).toBe(
      JSON.stringify({ tokens: codes.map(() => '[REDACTED:oauth_token]'), page: 1 }),
    );
  });
});
