import {
  arrayBufferLength,
  ByteView,
  dataViewBuffer,
  dataViewLength,
  dataViewOffset,
  isAnyArrayBuffer,
  isDataView,
  isSharedArrayBuffer,
  min,
  sharedBufferLength,
  typedArrayBuffer,
  typedArrayLength,
  typedArrayOffset,
} from './intrinsics.ts';
import { isUtf8, latin1Slice, utf8Slice } from './node-intrinsics.ts';

/** Raw bytes as text. */
export interface ByteText {
  readonly text: string;
  readonly isCut: boolean;
}

/** The bytes of a Buffer (any Uint8Array). */
export function textOfBuffer(buffer: object, maxLength: number): ByteText {
  return textOfBytes(typedArrayBuffer(buffer), typedArrayOffset(buffer), sizeOfBytes(buffer), maxLength);
}

/** The bytes of an ArrayBuffer, a SharedArrayBuffer, or the window of a DataView. Detached: no bytes. */
export function textOfArrayBuffer(source: object, maxLength: number): ByteText {
  if (isDataView(source)) {
    return textOfBytes(dataViewBuffer(source), dataViewOffset(source), sizeOfBytes(source), maxLength);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by its brand
  return textOfBytes(source as ArrayBuffer, 0, sizeOfBytes(source), maxLength);
}

/** How many bytes there are. Throws for a DataView that lost its ground. */
export function sizeOfBytes(source: object): number {
  if (isDataView(source)) return dataViewLength(source);
  if (isSharedArrayBuffer(source)) return sharedBufferLength(source);
  return isAnyArrayBuffer(source) ? arrayBufferLength(source) : typedArrayLength(source);
}

/**
 * UTF-8 text is shown as it is. Anything else shows printable ASCII as it is and every other byte, and the backslash, as
 * `\xNN`: exact like hexadecimal digits, yet a token inside a binary message stays a token that the scrubber can see.
 */
function textOfBytes(buffer: ArrayBufferLike, offset: number, size: number, maxLength: number): ByteText {
  if (size === 0 || maxLength <= 0) return { text: '', isCut: size > 0 };
  // Views are indexed but never asked for their length, which a program could have patched.
  const length = min(size, maxLength);
  const head = new ByteView(buffer, offset, length);
  const end = length === size ? size : endOfWholeCharacters(head, length);
  if (isPrintable(head, end) && isUtf8(new ByteView(buffer, offset, end))) {
    return { text: utf8Slice(head, 0, end), isCut: end < size };
  }
  return textOfBinary(head, length, size, maxLength);
}

function textOfBinary(head: Uint8Array, length: number, size: number, maxLength: number): ByteText {
  // Written as bytes and turned into text in one go: a text put together piece by piece takes five times as long.
  const written = new ByteView(min(length * ESCAPED_LENGTH, maxLength));
  let end = 0;
  let index = 0;
  for (; index < length; index++) {
    const byte = head[index]!;
    if (byte >= 0x20 && byte < 0x7f && byte !== BACKSLASH) {
      if (end === maxLength) break;
      written[end++] = byte;
      continue;
    }
    if (end + ESCAPED_LENGTH > maxLength) break;
    written[end++] = BACKSLASH;
    written[end++] = LETTER_X;
    written[end++] = hexDigit(byte >> 4);
    written[end++] = hexDigit(byte & 0xf);
  }
  return { text: latin1Slice(written, 0, end), isCut: index < size };
}

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** Where the last whole UTF-8 character of a cut head ends. */
function endOfWholeCharacters(head: Uint8Array, length: number): number {
  let start = length - 1;
  while (start > 0 && start > length - 4 && (head[start]! & 0xc0) === 0x80) start--;
  const lead = head[start]!;
  const wanted = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return start + wanted === length ? length : start;
}

function isPrintable(head: Uint8Array, end: number): boolean {
  for (let index = 0; index < end; index++) {
    const byte = head[index]!;
    if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return false;
  }
  return true;
}

const BACKSLASH = 0x5c;
const LETTER_X = 0x78;
/** Characters of `\xNN`. */
const ESCAPED_LENGTH = 4;
