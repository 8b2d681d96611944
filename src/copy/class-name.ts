import { cutText } from './cut-text.ts';
import { getOwnPropertyDescriptor, holdsValue, isProxy } from './intrinsics.ts';

/** Characters kept of the name of a class. */
const MAX_NAME_LENGTH = 128;

/** The `name` that a function owns as plain text; undefined for anything else. Never runs a getter. */
export function nameOfFunction(value: unknown): string | undefined {
  if (typeof value !== 'function' || isProxy(value)) return undefined;
  const name = getOwnPropertyDescriptor(value, 'name');
  if (name === undefined || !holdsValue(name)) return undefined;
  const text: unknown = name.value;
  return typeof text === 'string' && text !== '' ? cutText(text, MAX_NAME_LENGTH) : undefined;
}
