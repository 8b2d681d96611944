/** Where to cut a text to at most `limit` units: never inside a surrogate pair and never inside a marker. */
export function cutPosition(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  let end = Math.max(0, limit);
  const open = text.lastIndexOf('[REDACTED:', end - 1);
  if (open !== -1 && open > end - 60) {
    const close = text.indexOf(']', open);
    if (close >= end && close - open < 60) end = open;
  }
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

/**
 * A scrubbed text cut to `limit` units.
 *
 * @param read units that the scrubber read of the text
 * @param wasCut true when the text had gone on beyond what the scrubber read: what stands at its end may be half a
 *   secret, so what was read beyond the limit goes from the end, even where redaction made the text shorter; a marker
 *   stands for something whole, so nothing before the last one has to go
 */
export function cutScrubbed(scrubbed: string, limit: number, read: number, wasCut: boolean): string {
  const margin = wasCut ? Math.min(Math.max(0, read - limit), tailLength(scrubbed)) : 0;
  const keep = Math.min(limit, scrubbed.length - margin);
  return keep >= scrubbed.length ? scrubbed : scrubbed.slice(0, cutPosition(scrubbed, keep));
}

/** Units behind the last marker. */
function tailLength(text: string): number {
  const open = text.lastIndexOf('[REDACTED:');
  return open === -1 ? text.length : text.length - text.indexOf(']', open) - 1;
}
