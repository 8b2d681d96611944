import type { JsonObject } from '../protocol/json.ts';
import { charCodeAt, defineProperty, sliceString } from './intrinsics.ts';
import { createJsonObject } from './json-object.ts';
import {
  allocUnsafeSlow,
  latin1Slice,
  latin1Write,
  utf16Slice,
  utf16Write,
  utf8Length,
} from './node-intrinsics.ts';

/**
 * At most the first `maxLength` UTF-16 units of a text, never ending in half a surrogate pair.
 *
 * The result is a string of its own. V8 makes a slice of 13 or more characters as a view that keeps the whole parent
 * alive, which would hold a 10 MB body for as long as its first kilobyte waits to be sent; so the head goes through a
 * buffer and back (0.7 µs for 5 KB of Latin-1).
 *
 * A text within the limit is not copied, though it may itself be a view of a longer one: nothing tells, and copying
 * every text would cost more than the rest of the walk.
 *
 * The first read of a text that the program is still concatenating makes V8 join all of it (about 1 ms for 1 MB); every
 * way to its head does, and nothing tells such a text from a finished one.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  if (maxLength <= 0) return '';
  const last = charCodeAt(text, maxLength - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return ownText(sliceString(text, 0, isHighSurrogate ? maxLength - 1 : maxLength));
}

function ownText(slice: string): string {
  const { length } = slice;
  if (length < 13) return slice;
  if (utf8Length(slice) === length) {
    const bytes = allocate(length);
    return latin1Slice(bytes, 0, latin1Write(bytes, slice, 0, length));
  }
  // UTF-16 and not UTF-8, which would replace lone surrogates that the program really has in its text.
  const bytes = allocate(length * 2);
  return utf16Slice(bytes, 0, utf16Write(bytes, slice, 0, length * 2));
}

/** Bytes that own their length: Buffer's writers ask for it, and it must not be a patched getter that answers. */
function allocate(size: number): Uint8Array {
  return defineProperty(allocUnsafeSlow(size), 'byteLength', valueDescriptor(size));
}

function valueDescriptor(value: number): JsonObject {
  const descriptor = createJsonObject();
  descriptor['value'] = value;
  return descriptor;
}
