import { expect, test } from 'vitest';
import { createLineMemory } from '../../src/delivery/line-memory.ts';
import type { KeptLine } from '../../src/delivery/line-memory.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';

function read(line: KeptLine): string {
  const target = Buffer.alloc(line.bytes);
  line.copyTo(target, 0);
  return target.toString();
}

test('gives back what it was given, in UTF-8, with a line break', () => {
  const memory = createLineMemory();
  const texts = ['', '{"a":1}', 'ä€😀', 'a lone \ud800 surrogate', '\u0000'];
  const lines = texts.map((text) => memory.keep(text));
  expect(lines.map((line) => line.bytes)).toEqual([1, 8, 10, 21, 2]);
  expect(lines.map(read)).toEqual(['\n', '{"a":1}\n', 'ä€😀\n', 'a lone \ufffd surrogate\n', '\u0000\n']);
});

test('holds no memory before the first line, and one page for few', () => {
  const memory = createLineMemory();
  expect(memory.pages).toBe(0);
  memory.keep('a');
  memory.keep('b');
  expect(memory.pages).toBe(1);
});

test.each([
  ['that fills the page to its last byte shares it', 65_536 - 10, 1],
  ['that is a byte too long for that begins the next', 65_536 - 9, 2],
])('a line %s', (_what, bytes, pages) => {
  const memory = createLineMemory();
  memory.keep('nine bytes'.slice(0, 9));
  const line = memory.keep('x'.repeat(bytes - 1));
  expect([line.bytes, memory.pages]).toEqual([bytes, pages]);
  expect(read(line)).toBe(`${'x'.repeat(bytes - 1)}\n`);
});

test('a line larger than a page has a place of its own, which is not kept', () => {
  const memory = createLineMemory();
  const small = memory.keep('small');
  const large = memory.keep('l'.repeat(300_000));
  expect(memory.pages).toBe(2);
  expect(read(large)).toBe(`${'l'.repeat(300_000)}\n`);
  large.letGo();
  expect(memory.pages).toBe(1);
  expect(read(small)).toBe('small\n');
});

test('what was let go of cannot be read any more, nor let go of twice', () => {
  const memory = createLineMemory();
  const first = memory.keep('first');
  const second = memory.keep('second');
  first.letGo();
  first.letGo();
  expect(() => read(first)).toThrow('the line was let go of');
  memory.keep('third');
  expect(read(second)).toBe('second\n');
});

test('a hundred thousand lines that come and go need the pages of those that wait', () => {
  const memory = createLineMemory();
  const waiting: KeptLine[] = [];
  for (let index = 0; index < 100_000; index++) {
    waiting.push(memory.keep('x'.repeat(1_023)));
    if (waiting.length > 256) waiting.shift()?.letGo();
  }
  // 256 lines of 1 KiB fill four pages; the oldest and the newest are in part empty.
  expect(memory.pages).toBeLessThanOrEqual(6);
});

test('what a full queue needed is not kept for good', () => {
  const memory = createLineMemory();
  const waiting = Array.from({ length: 8_192 }, () => memory.keep('x'.repeat(1_023)));
  expect(memory.pages).toBe(128);
  for (const line of waiting) line.letGo();
  // 1 MiB to be used again, and the page at hand.
  expect(memory.pages).toBe(17);
});

test('no line ever reads what another one was given', () => {
  const random = mulberry32(20_261_121);
  const memory = createLineMemory();
  const waiting: { readonly line: KeptLine; readonly text: string }[] = [];
  for (let index = 0; index < 10_000; index++) {
    const text = `${index}-${'ab€'.repeat(Math.floor(random() ** 8 * 30_000))}`;
    waiting.push({ line: memory.keep(text), text });
    while (random() < 0.5 || waiting.length > 40) {
      const [gone] = waiting.splice(Math.floor(random() * waiting.length), 1);
      if (gone === undefined) break;
      if (read(gone.line) !== `${gone.text}\n`) expect.fail(`line ${gone.text.slice(0, 20)} reads another`);
      gone.line.letGo();
    }
  }
  for (const { line, text } of waiting) expect(read(line)).toBe(`${text}\n`);
});
