/** The line breaks of a text, and nothing else of it. */
export function lineBreaksIn(text: string): string {
  return text.match(/\r\n?|\n/g)?.join('') ?? '';
}
