import { describe, expect, it } from 'vitest';
import { toPlainJson, toPlainLine, toPlainText } from '../../../control-server/cli/plain-text.ts';

describe('JSON in a terminal', () => {
  it('says the same to a program, and gives no orders', () => {
    const value = { 'k\u009b': ['\u001b[2J', '\u007f\u0085\u2028\u202e', 'Grüße 🎉', 'a\nb'] };
    for (const indent of [0, 2]) {
      const json = toPlainJson(value, indent);
      expect(JSON.parse(json)).toEqual(value);
      for (const line of json.split('\n')) expect(line).toBe(toPlainLine(line));
    }
    expect(toPlainJson(value).split('\n')).toHaveLength(8);
    expect(toPlainJson(['ä', '\u009b'], 0)).toBe('["ä","\\u009b"]');
  });
});

describe('a file in a terminal', () => {
  it('keeps its lines, and gives no orders, wherever its bytes come apart', async () => {
    const bytes = Buffer.from('Grüße,\u001b[2J\r\n"a\rb\u009b"\n\tend\r');
    for (let at = 0; at <= bytes.length; at++) {
      let shown = '';
      for await (const text of toPlainText(inTwo(bytes, at))) shown += text;
      expect(shown).toBe('Grüße,\\u001b[2J\n"a\\rb\\u009b"\n\\tend\\r');
    }
  });
});

// oxlint-disable-next-line require-await -- bytes come as a stream does
async function* inTwo(bytes: Buffer, at: number): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, at);
  yield bytes.subarray(at);
}
