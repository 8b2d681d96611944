import { expect, test } from 'vitest';
import { createQueue, encodeLines, toQueuedLine } from '../../src/delivery/queue.ts';
import type { Queue, QueuedLine } from '../../src/delivery/queue.ts';

const line = (text: string): QueuedLine => ({ text, bytes: text.length, label: text });
const texts = (lines: readonly QueuedLine[]): string[] => lines.map(({ text }) => text);
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

test('a line counts for the bytes that it takes on the wire, its line break included', () => {
  const lines = [toQueuedLine('{"a":"ä"}', 'first'), toQueuedLine('{"b":"€😀"}', null)];
  expect(lines).toEqual([
    { text: '{"a":"ä"}', bytes: 11, label: 'first' },
    { text: '{"b":"€😀"}', bytes: 16, label: null },
  ]);
  expect(Buffer.from(encodeLines(lines)).toString()).toBe('{"a":"ä"}\n{"b":"€😀"}\n');
  expect(encodeLines(lines).byteLength).toBe(27);
});
