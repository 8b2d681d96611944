import { describe, expect, it } from 'vitest';
import { readBoundedLines } from '../../../control-server/cli/bounded-lines.ts';

async function linesOf(chunks: readonly string[], maxBytes = 8): Promise<(string | null)[]> {
  async function* input(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: (string | null)[] = [];
  for await (const line of readBoundedLines(input(), maxBytes)) lines.push(line);
  return lines;
}

describe('the lines of a stream', () => {
  it('are the same however it is cut into chunks', async () => {
    const lines = ['a', '', 'bc', 'd'];
    expect(await linesOf(['a\n\nbc\nd'])).toEqual(lines);
    expect(await linesOf([...'a\n\nbc\nd'])).toEqual(lines);
    expect(await linesOf(['a\n', '\nb', 'c\nd'])).toEqual(lines);
    expect(await linesOf(['a\n'])).toEqual(['a']);
    expect(await linesOf([])).toEqual([]);
  });

  it('end at a line feed and nothing else', async () => {
    expect(await linesOf(['a\u2028b\n'])).toEqual(['a\u2028b']);
    expect(await linesOf(['a\rb\u0085\r\n'])).toEqual(['a\rb\u0085\r']);
  });

  it('may be as long as the limit; of a longer one nothing is kept, and the next is whole again', async () => {
    expect(await linesOf(['12345678\n'])).toEqual(['12345678']);
    expect(await linesOf(['123456789\nb\n'])).toEqual([null, 'b']);
    expect(await linesOf(['1234', '5678', '9', '\n', 'b'])).toEqual([null, 'b']);
    expect(await linesOf(['123456789'])).toEqual([null]);
  });
});
