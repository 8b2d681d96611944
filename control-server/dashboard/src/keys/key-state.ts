import type { SdkKey } from '../../../../src/protocol/api.ts';

/** Whether a key opens anything, and until when. */
export type KeyState =
  | { readonly state: 'valid'; readonly until: string | null; readonly isReplaced: boolean }
  | { readonly state: 'revoked' | 'expired'; readonly at: string };

/** The state of a key at a moment. */
export function keyState(key: SdkKey, nowMs: number): KeyState {
  if (key.revokedAt !== null) return { state: 'revoked', at: key.revokedAt };
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) {
    return { state: 'expired', at: key.expiresAt };
  }
  return { state: 'valid', until: key.expiresAt, isReplaced: key.replacedBy !== null };
}
