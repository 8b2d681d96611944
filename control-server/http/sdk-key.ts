import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A freshly made SDK key. Only `id` and `secretHash` may be stored; `text` is shown once. */
export interface SdkKeySecret {
  /** 12 of `[a-z0-9]`; not secret, names the key in lists and logs. */
  readonly id: string;
  /** The whole key as a client sends it: `sf_<id>_<secret>`. */
  readonly text: string;
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
}

/** What a look-up has to know of a key for the check; the rest of the record is handed through. */
export interface CheckableKey {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
  /** Null while the key is valid. */
  readonly revokedAt: string | null;
}

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 12;
/** 256 bits: at this entropy a plain hash is as good as a slow one, and every agent request pays for it. */
const SECRET_BYTES = 32;
const KEY_PATTERN = /^sf_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

/** Makes a key from the system's randomness. */
export function createSdkKeySecret(): SdkKeySecret {
  const id = Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, text: `sf_${id}_${secret}`, secretHash: hashSecret(secret) };
}

/** Id and secret of a key's text, or null when the text cannot be a key of ours. */
export function parseSdkKey(text: string): { readonly id: string; readonly secret: string } | null {
  const match = KEY_PATTERN.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? null : { id: match[1], secret: match[2] };
}

/** The key that a request carries, in `X-API-Key` or as a Bearer token, or null. It is never read from a URL. */
export function readSdkKeyText(headers: IncomingHttpHeaders): string | null {
  const named = headers['x-api-key'];
  if (typeof named === 'string' && named !== '') return named.trim();
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '');
  return bearer?.[1] ?? null;
}

/**
 * The record of a valid key, or null for one that is malformed, unknown, revoked or has a wrong secret: the caller
 * cannot tell them apart, and neither can its client.
 * @param readKey looks a record up by its id; when it rejects, so does the check (an error is never a permission)
 */
export async function checkSdkKey<Key extends CheckableKey>(
  text: string,
  readKey: (id: string) => Promise<Key | null>,
): Promise<Key | null> {
  const parsed = parseSdkKey(text);
  if (parsed === null) return null;
  const key = await readKey(parsed.id);
  // An unknown id is compared as well, so that the time of the answer does not say which ids exist.
  const matches = isSameHash(hashSecret(parsed.secret), key?.secretHash ?? '0'.repeat(64));
  return key !== null && matches && key.revokedAt === null ? key : null;
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isSameHash(computed: string, stored: string): boolean {
  const left = Buffer.from(computed, 'hex');
  const right = Buffer.from(stored, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}
