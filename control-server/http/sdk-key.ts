import type { IncomingHttpHeaders } from 'node:http';
import { createSecretText, matchSecretText, parseSecretText } from './secret-text.ts';
import type { FreshSecret } from './secret-text.ts';

/** What a look-up has to know of a key for the check; the rest of the record is handed through. */
export interface CheckableKey {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
  /** Null while the key is valid. */
  readonly revokedAt: string | null;
  /** Null: never. */
  readonly expiresAt: string | null;
}

const PREFIX = 'sf';

/** Makes a key: `sf_<id>_<secret>`. */
export function createSdkKeySecret(): FreshSecret {
  return createSecretText(PREFIX);
}

/** Id and secret of a key's text, or null when the text cannot be a key of ours. */
export function parseSdkKey(text: string): { readonly id: string; readonly secret: string } | null {
  return parseSecretText(PREFIX, text);
}

/** The key that a request carries, in `X-API-Key` or as a Bearer token, or null. It is never read from a URL. */
export function readSdkKeyText(headers: IncomingHttpHeaders): string | null {
  const named = headers['x-api-key'];
  if (typeof named === 'string' && named !== '') return named.trim();
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '');
  return bearer?.[1] ?? null;
}

/**
 * The record of a valid key, or null for one that is malformed, unknown, revoked, expired or has a wrong secret: the
 * caller cannot tell them apart, and neither can its client.
 * @param readKey looks a record up by its id; when it rejects, so does the check (an error is never a permission)
 * @param nowMs milliseconds since 1970
 */
export async function checkSdkKey<Key extends CheckableKey>(
  text: string,
  readKey: (id: string) => Promise<Key | null>,
  nowMs: number,
): Promise<Key | null> {
  const key = await matchSecretText(PREFIX, text, readKey);
  if (key === null || key.revokedAt !== null) return null;
  return key.expiresAt === null || Date.parse(key.expiresAt) > nowMs ? key : null;
}
