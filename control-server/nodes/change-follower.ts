import type { ChangeNotice, Live } from '../live/live.ts';
import type { ClusterStore, Revisions } from '../store/cluster-store.ts';

/** Looks for what other nodes have changed. */
export interface ChangeFollower {
  /** Looks now, or once more after a look that is under way. Rejects when the database does not answer. */
  look(): Promise<void>;
}

/**
 * What was seen last is in this node's memory only: what the database has says nothing of what this node has told its
 * agents. A change of one's own is seen too, since its answer may have been lost.
 */
export function createChangeFollower(
  cluster: Pick<ClusterStore, 'readRevisions' | 'readChanges'>,
  live: Pick<Live, 'refresh'>,
): ChangeFollower {
  let seen: Revisions | null = null;
  let looking: Promise<void> | null = null;
  let isWanted = false;

  async function lookOnce(): Promise<void> {
    const found = await cluster.readRevisions();
    const last = seen;
    if (last === null || last.epoch !== found.epoch) {
      seen = found;
      // At the start nothing has been told yet; after that, nothing that was told says anything any more.
      if (last !== null) await live.refresh({ environment: null, serviceName: null, kind: null });
      return;
    }
    if (!hasChanged(last, found)) return;
    const changes = await cluster.readChanges(last);
    seen = found;
    const notices: readonly ChangeNotice[] = [...changes].flatMap(
      ([environment, known]): readonly ChangeNotice[] =>
        known ?? [{ environment, serviceName: null, kind: null }],
    );
    const distinct = new Map(notices.map((notice) => [JSON.stringify(Object.values(notice)), notice]));
    await Promise.all([...distinct.values()].map((notice) => live.refresh(notice)));
  }

  async function lookUntilCurrent(): Promise<void> {
    do {
      isWanted = false;
      await lookOnce();
    } while (isWanted);
  }

  return {
    async look() {
      isWanted = true;
      looking ??= lookUntilCurrent().finally(() => {
        looking = null;
      });
      await looking;
    },
  };
}

function hasChanged(last: Revisions, found: Revisions): boolean {
  return [...found.byEnvironment].some(([name, rev]) => rev > (last.byEnvironment.get(name) ?? 0));
}
