import { expect, test } from 'vitest';
import { createLineMemory } from '../../src/delivery/line-memory.ts';
import { createQueue, encodeLines, letGoOf } from '../../src/delivery/queue.ts';
import type { Queue, QueuedLine } from '../../src/delivery/queue.ts';

const memory = createLineMemory();
/** As many bytes as the text has letters: the line break takes the place of the first one. */
const line = (text: string): QueuedLine => ({
  content: memory.keep(text.slice(1)),
  label: text,
  unansweredTries: 0,
});
const texts = (lines: readonly QueuedLine[]): (string | null)[] => lines.map(({ label }) => label);
const ALL = { maxItems: Infinity, maxBytes: Infinity };

function queueOf(maxItems: number, maxBytes: number, ...lines: string[]): Queue {
  const queue = createQueue({ maxItems, maxBytes });
  for (const text of lines) queue.push(line(text));
  return queue;
}

test('drops the oldest line when it is full by count', () => {
  const queue = queueOf(3, 1_000, 'a', 'b', 'c');
  expect(queue.size).toBe(3);
  expect(texts(queue.push(line('d')))).toEqual(['a']);
  expect(texts(queue.take(ALL))).toEqual(['b', 'c', 'd']);
});

test('drops as many of the oldest as it takes when it is full by bytes', () => {
  const queue = queueOf(100, 10, 'aaa', 'bbb', 'cccc');
  expect(queue.bytes).toBe(10);
  expect(texts(queue.push(line('dddd')))).toEqual(['aaa', 'bbb']);
  expect(queue.bytes).toBe(8);
  expect(texts(queue.take(ALL))).toEqual(['cccc', 'dddd']);
});

test('a batch keeps both limits and is never empty', () => {
  const queue = queueOf(100, 1_000, 'aa', 'bb', 'cc', 'dddddd', 'e');
  expect(texts(queue.take({ maxItems: 2, maxBytes: 100 }))).toEqual(['aa', 'bb']);
  expect(texts(queue.take({ maxItems: 9, maxBytes: 7 }))).toEqual(['cc']);
  expect(texts(queue.take({ maxItems: 9, maxBytes: 5 }))).toEqual(['dddddd']);
  expect(texts(queue.take({ maxItems: 9, maxBytes: 5 }))).toEqual(['e']);
  expect(queue.take(ALL)).toEqual([]);
});

test('what comes back goes to the front in its order', () => {
  const queue = queueOf(100, 1_000, 'a', 'b', 'c');
  const batch = queue.take({ maxItems: 2, maxBytes: 100 });
  queue.push(line('d'));
  expect(queue.putBack(batch)).toEqual([]);
  expect(texts(queue.take(ALL))).toEqual(['a', 'b', 'c', 'd']);
});

test('what comes back to a full queue is the oldest, and goes first', () => {
  const queue = queueOf(2, 1_000, 'a', 'b');
  const batch = queue.take(ALL);
  queue.push(line('c'));
  expect(texts(queue.putBack(batch))).toEqual(['a']);
  expect(texts(queue.take(ALL))).toEqual(['b', 'c']);
});

test('counts right over a hundred thousand lines and keeps no trace of them', () => {
  const queue = createQueue({ maxItems: 1_000, maxBytes: 1e9 });
  let dropped = 0;
  for (let index = 0; index < 100_000; index++) dropped += queue.push(line(String(index))).length;
  expect(dropped).toBe(99_000);
  expect(texts(queue.take({ maxItems: 1, maxBytes: 1 }))).toEqual(['99000']);
  expect(queue.clear()).toHaveLength(999);
  expect([queue.size, queue.bytes]).toEqual([0, 0]);
});

test('lines are sent in their order, each with its line break', () => {
  const lines = ['{"a":"ä"}', '{"b":"€😀"}'].map((text) => ({
    content: memory.keep(text),
    label: null,
    unansweredTries: 0,
  }));
  expect(lines.map(({ content }) => content.bytes)).toEqual([11, 16]);
  const encoded = encodeLines(lines);
  expect(Buffer.from(encoded).toString()).toBe('{"a":"ä"}\n{"b":"€😀"}\n');
  letGoOf(lines);
  memory.keep('what lies in their place now');
  expect(Buffer.from(encoded).toString()).toBe('{"a":"ä"}\n{"b":"€😀"}\n');
  expect(() => encodeLines(lines)).toThrow('the line was let go of');
});
