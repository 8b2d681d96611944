import type { FindAt, Trigger } from './text-scan.ts';

/** How far from the name of its issuer a token may end or begin. */
const WINDOW = 160;
const TOKEN = /(?<![\w-])([MNO][A-Za-z0-9_-]{22,27})\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,80}(?![\w-])/;

/**
 * Bot tokens of Discord, `<id>.<time>.<proof>`, near the name of their issuer or behind their scheme. The id is a number
 * in Base64: to start at what its first digits become would cost a twentieth of all reading.
 */
export const DISCORD_TRIGGERS: readonly Trigger[] = [
  { literal: 'discord', caseless: true, find: findNear(WINDOW) },
  { literal: 'Bot ', caseless: false, find: findNear(0) },
];

function findNear(before: number): FindAt {
  return (scan, at) => {
    const from = Math.max(0, at - before);
    const token = TOKEN.exec(scan.text.slice(from, at + WINDOW));
    if (token === null || !/^\d{17,20}$/.test(Buffer.from(token[1]!, 'base64').toString('latin1'))) return;
    scan.add(from + token.index, from + token.index + token[0].length, 'oauth_token');
  };
}
