import type { StoredKey } from './key-store.ts';
import type { Store } from './store.ts';

/** How long a key is taken for valid without asking; a revocation by this very store is heeded at once. */
const KEPT_MS = 1_000;
/** More keys than this in use within a second are forgotten together and asked for again. */
const MAX_KEYS = 10_000;

interface CachedKey {
  readonly key: StoredKey;
  readonly readAtMs: number;
}

/**
 * The store with valid keys kept for a second: each request of an agent is checked, and a look-up would wait for the
 * transaction that is being written. Keys that are unknown or revoked are not kept.
 * @param now milliseconds of a clock that may be set back: an older look-up is then asked again
 */
export function cacheKeys(store: Store, now: () => number): Store {
  const cached = new Map<string, CachedKey>();
  // Counts revocations: a look-up that began before one must not bring its key back.
  let revocations = 0;

  return {
    ...store,
    async readKey(id) {
      const known = cached.get(id);
      const ageMs = known === undefined ? Infinity : now() - known.readAtMs;
      if (known !== undefined && ageMs >= 0 && ageMs < KEPT_MS) return known.key;
      const readAtMs = now();
      const revocationsBefore = revocations;
      const key = await store.readKey(id);
      cached.delete(id);
      if (key === null || key.revokedAt !== null || revocations !== revocationsBefore) return key;
      if (cached.size >= MAX_KEYS) cached.clear();
      cached.set(id, { key, readAtMs });
      return key;
    },
    async revokeKey(id, nowIso) {
      const isRevoked = await store.revokeKey(id, nowIso);
      revocations++;
      cached.delete(id);
      return isRevoked;
    },
  };
}
