import type { SdkKey } from '../../../../src/protocol/api.ts';

/** What keys and tokens say of their end. */
export type EndingSecret = Pick<SdkKey, 'revokedAt' | 'expiresAt' | 'replacedBy'>;

/** Whether a secret opens anything, and until when. */
export type SecretState =
  | { readonly state: 'valid'; readonly until: string | null; readonly isReplaced: boolean }
  | { readonly state: 'revoked' | 'expired'; readonly at: string };

/** The state of a key or token at a moment. */
export function secretState(secret: EndingSecret, nowMs: number): SecretState {
  if (secret.revokedAt !== null) return { state: 'revoked', at: secret.revokedAt };
  if (secret.expiresAt !== null && Date.parse(secret.expiresAt) <= nowMs) {
    return { state: 'expired', at: secret.expiresAt };
  }
  return { state: 'valid', until: secret.expiresAt, isReplaced: secret.replacedBy !== null };
}

/** Those that work first, the newest first among them. */
export function newestValidFirst<T extends EndingSecret & { readonly createdAt: string }>(
  secrets: readonly T[],
  nowMs: number,
): T[] {
  const isPast = (secret: T): boolean => secretState(secret, nowMs).state !== 'valid';
  return secrets.toSorted(
    (a, b) => Number(isPast(a)) - Number(isPast(b)) || b.createdAt.localeCompare(a.createdAt),
  );
}
