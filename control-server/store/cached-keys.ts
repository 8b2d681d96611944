import type { RecordedChanges } from './audit-store.ts';
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

  /** Forgets the key however the change came out: asking once more is all that it costs. */
  async function forgetting<Result>(id: string, change: Promise<Result>): Promise<Result> {
    try {
      return await change;
    } finally {
      revocations++;
      cached.delete(id);
    }
  }

  function withForgetting(changes: RecordedChanges): Pick<RecordedChanges, 'revokeKey' | 'replaceKey'> {
    return {
      revokeKey: (id, nowIso) => forgetting(id, changes.revokeKey(id, nowIso)),
      replaceKey: (id, successor, graceEndsAt, nowIso) =>
        forgetting(id, changes.replaceKey(id, successor, graceEndsAt, nowIso)),
    };
  }

  return {
    ...store,
    ...withForgetting(store),
    recording(stamp) {
      const changes = store.recording(stamp);
      return { ...changes, ...withForgetting(changes) };
    },
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
  };
}
