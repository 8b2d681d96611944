import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** A freshly made credential. Only `id` and `secretHash` may be stored; `text` is shown once. */
export interface FreshSecret {
  /** 12 of `[a-z0-9]`; not secret, names the credential in lists and logs. */
  readonly id: string;
  /** The whole as a client sends it: `<prefix>_<id>_<secret>`. */
  readonly text: string;
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
}

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 12;
/** 256 bits: at this entropy a plain hash is as good as a slow one, and every request pays for it. */
const SECRET_BYTES = 32;
const PATTERN = /^([a-z]{2,3})_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

/** Makes a credential from the system's randomness. */
export function createSecretText(prefix: string): FreshSecret {
  const id = Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, text: `${prefix}_${id}_${secret}`, secretHash: hashSecret(secret) };
}

/** Id and secret, or null when the text cannot be a credential of this prefix. */
export function parseSecretText(
  prefix: string,
  text: string,
): { readonly id: string; readonly secret: string } | null {
  const match = PATTERN.exec(text);
  if (match?.[1] !== prefix || match[2] === undefined || match[3] === undefined) return null;
  return { id: match[2], secret: match[3] };
}

/**
 * The record when the text carries its secret, or null: for a text that is none, an unknown id and a wrong secret alike.
 * @param read looks a record up by its id; when it rejects, so does this (an error is never a permission)
 */
export async function matchSecretText<Found extends { readonly secretHash: string }>(
  prefix: string,
  text: string,
  read: (id: string) => Promise<Found | null>,
): Promise<Found | null> {
  const parsed = parseSecretText(prefix, text);
  if (parsed === null) return null;
  const found = await read(parsed.id);
  // An unknown id is compared as well, so that the time of the answer does not say which ids exist.
  const matches = isSameHash(hashSecret(parsed.secret), found?.secretHash ?? '0'.repeat(64));
  return matches ? found : null;
}

/** SHA-256, hex. */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isSameHash(computed: string, stored: string): boolean {
  const left = Buffer.from(computed, 'hex');
  const right = Buffer.from(stored, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}
