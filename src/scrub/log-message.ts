import { createJsonObject } from '../copy/json-object.ts';
import type { LogMessagePiece } from '../copy/captured-snapshot.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { cutPosition } from './cut-string.ts';

/** Characters of one value within a log message. */
const MAX_VALUE_LENGTH = 256;

/**
 * Puts a log message together. Each value is scrubbed under the name of its expression first, since
 * `password is {user.password}` shows nothing that a pattern could find.
 */
export function renderLogMessage(
  pieces: readonly LogMessagePiece[],
  scrubMember: (member: JsonObject) => JsonObject,
): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const member = createJsonObject();
    member[piece.source] = piece.value;
    const [value = null] = Object.values(scrubMember(member));
    text += showValue(value);
  }
  return text;
}

function showValue(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const end = cutPosition(text, MAX_VALUE_LENGTH);
  return end < text.length ? `${text.slice(0, end)}…` : text;
}
