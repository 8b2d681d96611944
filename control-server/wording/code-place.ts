/** The end of a path that identifies a file to a reader: its name and the folder above, `orders/place-order.ts`. */
export function shortFile(filePath: string): string {
  const segments = filePath.split(/[\\/]/).filter((segment) => segment !== '');
  return segments.slice(-2).join('/');
}

/** `orders/place-order.ts:42`; without the line while none is known, the empty string without a file. */
export function shortPlace(filePath: string, lineNumber: number, columnNumber = 0): string {
  return fullPlace(shortFile(filePath), lineNumber, columnNumber);
}

/** The whole path with line and column, as editors and terminals accept it. */
export function fullPlace(filePath: string, lineNumber: number, columnNumber = 0): string {
  if (filePath === '') return '';
  const line = lineNumber > 0 ? `:${lineNumber}` : '';
  return `${filePath}${line}${line !== '' && columnNumber > 0 ? `:${columnNumber}` : ''}`;
}

/** First eight characters of a UUID or commit, or the whole of anything shorter. */
export function shortId(id: string): string {
  return id.startsWith('stream:') ? id : id.slice(0, 8);
}
