import type { RecordedChanges } from './audit-store.ts';
import { isStoreAway } from './store-error.ts';
import type { Store } from './store.ts';

/** How long a key that was valid opens streams and polls while nobody can be asked: longer than an outage. */
const KEY_KEPT_MS = 24 * 60 * 60_000;
/** How long a session or a token that was valid can still stop capture. */
const PERSON_KEPT_MS = 60 * 60_000;
/** Forgotten together beyond this; those in use are asked for again. */
const MAX_REMEMBERED = 10_000;

/** What ends access. After each of them everything is asked for again. */
const ENDING = [
  'revokeKey',
  'replaceKey',
  'revokeToken',
  'replaceToken',
  'updateUser',
  'deleteUser',
  'redeemInvitation',
  'deleteSession',
  'deleteSessionsOf',
] as const satisfies readonly (keyof RecordedChanges & keyof Store)[];

/**
 * The store with keys, tokens and sessions as they were last read, for as long as the database does not answer: agents keep
 * their control plane then, and who is signed in can stop capture. What ends on this node is forgotten at once.
 */
export function rememberAccess(store: Store, now: () => number): Store {
  const keys = createMemory(store.readKey, KEY_KEPT_MS, now);
  const tokens = createMemory(store.readToken, PERSON_KEPT_MS, now);
  const sessions = createMemory(store.readSession, PERSON_KEPT_MS, now);

  function forgetting<Changes extends Pick<RecordedChanges, (typeof ENDING)[number]>>(
    changes: Changes,
  ): Changes {
    const wrapped = ENDING.map((name) => {
      const change = changes[name] as (...args: readonly unknown[]) => Promise<unknown>;
      return [
        name,
        (...args: readonly unknown[]) =>
          change(...args).finally(() => {
            for (const memory of [keys, tokens, sessions]) memory.forget();
          }),
      ];
    });
    // The same changes under the same names.
    // oxlint-disable-next-line no-unsafe-type-assertion
    return { ...changes, ...(Object.fromEntries(wrapped) as Changes) };
  }

  return {
    ...forgetting(store),
    recording: (stamp) => forgetting(store.recording(stamp)),
    readKey: keys.read,
    readToken: tokens.read,
    async readSession(idHash, nowIso) {
      const session = await sessions.read(idHash, nowIso);
      const isOver = session !== null && (session.expiresAt <= nowIso || session.idleExpiresAt <= nowIso);
      return isOver ? null : session;
    },
    async touchSession(idHash, nowIso, idleExpiresAt) {
      try {
        await store.touchSession(idHash, nowIso, idleExpiresAt);
      } catch (error) {
        // Its use is not noted, so it ends earlier; it must not end in the very moment in which it is needed.
        if (!isStoreAway(error)) throw error;
      }
    },
  };
}

interface Memory<Args extends readonly unknown[], Value> {
  read(id: string, ...args: Args): Promise<Value | null>;
  forget(): void;
}

function createMemory<Args extends readonly unknown[], Value>(
  ask: (id: string, ...args: Args) => Promise<Value | null>,
  keptMs: number,
  now: () => number,
): Memory<Args, Value> {
  const known = new Map<string, { readonly value: Value; readonly readAtMs: number }>();
  // A read that began before something ended must not bring it back.
  let forgotten = 0;
  return {
    async read(id, ...args) {
      const forgottenBefore = forgotten;
      try {
        const value = await ask(id, ...args);
        known.delete(id);
        if (known.size >= MAX_REMEMBERED) known.clear();
        if (value !== null && forgotten === forgottenBefore) known.set(id, { value, readAtMs: now() });
        return value;
      } catch (error) {
        const remembered = known.get(id);
        if (remembered === undefined || !isStoreAway(error) || now() - remembered.readAtMs > keptMs)
          throw error;
        return remembered.value;
      }
    },
    forget() {
      forgotten += 1;
      known.clear();
    },
  };
}
