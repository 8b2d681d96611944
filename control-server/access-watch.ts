import type { Logger } from 'pino';
import type { Live } from './live/live.ts';
import { repeat } from './repeat.ts';
import type { Repetition } from './repeat.ts';
import { toIso } from './store/instant.ts';
import type { OpenAccessStore } from './store/open-access-store.ts';

/** Twice in the second within which a stream has to end. */
const INTERVAL_MS = 500;
const TOKEN_PREFIX = 'token:';

/**
 * Ends streams whose key, session or token opens nothing any more, however that came about: expired, at the end of its
 * grace, revoked on another node, its owner disabled. While the store does not answer, streams stay. Keeps no process
 * alive.
 */
export function startAccessWatch(
  store: OpenAccessStore,
  live: Pick<Live, 'listOpenAccess' | 'endKey' | 'endSession'>,
  deps: { readonly logger: Logger; readonly ownerUnseenMs: number; readonly now: () => number },
): Repetition {
  const { logger, ownerUnseenMs, now } = deps;
  return repeat(
    INTERVAL_MS,
    async () => {
      const { keyIds, sessionIds } = live.listOpenAccess();
      if (keyIds.length + sessionIds.length === 0) return;
      const ended = await store.findEndedAccess(
        {
          keyIds,
          sessionIds: sessionIds.filter((id) => !id.startsWith(TOKEN_PREFIX)),
          tokenIds: sessionIds
            .filter((id) => id.startsWith(TOKEN_PREFIX))
            .map((id) => id.slice(TOKEN_PREFIX.length)),
        },
        toIso(now()),
        toIso(now() - ownerUnseenMs),
      );
      for (const id of ended.keyIds) live.endKey(id);
      for (const id of ended.sessionIds) live.endSession(id);
      for (const id of ended.tokenIds) live.endSession(TOKEN_PREFIX + id);
    },
    (error) => logger.warn({ err: error }, 'streams could not be held to what they were opened with'),
  );
}
