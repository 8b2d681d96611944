const LINE_FEED = 0x0a;

/**
 * The lines of a stream of bytes, without what ends them; null for one that is longer than `maxBytes`, of which no more
 * than that is ever held. Only a line feed ends a line: the line separators of Unicode stand as they are inside a text of
 * JSON, and `node:readline` would part it there.
 */
export async function* readBoundedLines(
  input: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string | null> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;

  function add(piece: Uint8Array): void {
    bytes += piece.byteLength;
    if (bytes > maxBytes) pieces = [];
    else pieces.push(piece);
  }

  function takeLine(): string | null {
    const line = bytes > maxBytes ? null : Buffer.concat(pieces, bytes).toString('utf8');
    pieces = [];
    bytes = 0;
    return line;
  }

  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (bytes > 0) yield takeLine();
}
