/**
 * Browsers that one account is signed in with at a time: with one more, the one that was not used for the longest time is
 * signed out. Refusing the newest would let whoever guessed a password keep its owner out.
 */
export const MAX_SESSIONS = 20;
