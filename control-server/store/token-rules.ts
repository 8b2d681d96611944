import { StoreError } from './store-error.ts';

/** Tokens of one account that open something at a time: one for each place that acts for a person, and some more. */
export const MAX_OPEN_TOKENS = 50;
/** Tokens of one account that are kept, with those that have ended: who makes and revokes them in a loop fills no disk. */
export const MAX_KEPT_TOKENS = 1_000;
/** What ended longer ago is in the audit only. Longer than any grace: what took the place of a token finds it. */
export const ENDED_TOKENS_KEPT_MS: number = 30 * 24 * 60 * 60_000;

/**
 * @param counts tokens of the account, without the one that is to be made
 * @throws StoreError `too_many_tokens`
 */
export function requireRoomForToken(counts: { readonly open: number; readonly kept: number }): void {
  if (counts.open >= MAX_OPEN_TOKENS) {
    throw new StoreError(
      'too_many_tokens',
      `An account has at most ${MAX_OPEN_TOKENS} tokens at a time. Revoke one that is no longer needed.`,
    );
  }
  if (counts.kept >= MAX_KEPT_TOKENS) {
    throw new StoreError(
      'too_many_tokens',
      `This account has made ${MAX_KEPT_TOKENS} tokens within thirty days. Use one of them for longer.`,
    );
  }
}
