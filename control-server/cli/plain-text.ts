/** Control characters, line ends and direction marks: what could move a terminal's cursor or reorder a line. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of the server as one line that a terminal shows as it is. A captured value may hold escape sequences that would
 * otherwise be obeyed by the terminal of whoever looks at it.
 */
export function toPlainLine(text: string): string {
  return text.replace(UNSAFE, (character) => ESCAPES.get(character) ?? escapeCode(character));
}

/**
 * A value as JSON that a terminal shows as it is, and that says the same to a program. `JSON.stringify` escapes the control
 * characters of ASCII only, and a terminal obeys others too.
 * @param indent 0 for one line
 */
export function toPlainJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, (character) =>
    character === '\n' ? character : escapeCode(character),
  );
}

/** Text that came as bytes, line by line as it was, with everything else that a terminal would obey as escapes. */
export async function* toPlainText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A line may end in two characters, which may come apart.
  let held = '';
  for await (const chunk of bytes) {
    const text = held + decoder.decode(chunk, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield keepLines(text.slice(0, text.length - held.length));
  }
  yield keepLines(held + decoder.decode());
}

function keepLines(text: string): string {
  return text.replaceAll('\r\n', '\n').split('\n').map(toPlainLine).join('\n');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
