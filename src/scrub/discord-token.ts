import { BASE64URL, WORD, isAt, runEnd, runStart } from './character-class.ts';
import type { TextScan, Trigger } from './text-scan.ts';

const MIN_PROOF = 27;
const MAX_PROOF = 80;
const TIME_LENGTH = 6;

/**
 * Bot tokens of Discord: `<id>.<time>.<proof>`. The id is a number of 17 to 20 digits in Base64, so a search starts at
 * what its first two digits become.
 */
export const DISCORD_TRIGGERS: readonly Trigger[] = Array.from({ length: 90 }, (_, index) => ({
  literal: Buffer.from(`${String(10 + index)}0`)
    .toString('base64')
    .slice(0, 3),
  caseless: false,
  find: findDiscordToken,
}));

function findDiscordToken(scan: TextScan, at: number): void {
  const { text } = scan;
  if (runStart(text, at, BASE64URL, 1) !== at) return;
  const id = runEnd(text, at, BASE64URL, 29);
  if (id - at < 23 || id - at > 28 || text[id] !== '.' || text[id + TIME_LENGTH + 1] !== '.') return;
  const time = id + 1 + TIME_LENGTH;
  const end = runEnd(text, time + 1, BASE64URL, MAX_PROOF);
  if (
    runEnd(text, id + 1, BASE64URL, TIME_LENGTH) !== time ||
    end - time - 1 < MIN_PROOF ||
    isAt(text, end, WORD)
  )
    return;
  if (/^\d{17,20}$/.test(Buffer.from(text.slice(at, id), 'base64').toString('latin1')))
    scan.add(at, end, 'oauth_token');
}
