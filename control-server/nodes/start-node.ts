import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { NodeFacts } from '../../src/protocol/api-nodes.ts';
import type { Live } from '../live/live.ts';
import { repeat } from '../repeat.ts';
import { createSharedExchange } from '../sources/shared-exchange.ts';
import type { SourceExchange } from '../sources/source-exchange.ts';
import type { ClusterStore } from '../store/cluster-store.ts';
import { encodeCursor } from '../store/cursor.ts';
import { createChangeFollower } from './change-follower.ts';
import { createNodeList } from './node-list.ts';
import type { Nodes } from './node-list.ts';
import { createSharedRoster } from './shared-roster.ts';
import type { Roster } from './shared-roster.ts';
import { createSnapshotWatch } from './snapshot-watch.ts';

/** This process among those that share its database. */
export interface RunningNode {
  readonly roster: Roster;
  readonly nodes: Nodes;
  /** The live room, with this node's own snapshots kept apart from those of others. */
  readonly live: Live;
  /** Questions for source, to agents of all nodes. */
  readonly exchange: SourceExchange;
  stop(): Promise<void>;
}

/** A hint may be lost: this often each node looks by itself, and says that it lives. */
const BEAT_MS = 5_000;
const WATCH_MS = 1_000;

/** Joins the nodes of a database. Keeps no process alive. */
export function startNode(
  cluster: ClusterStore,
  live: Live,
  { logger, readFacts }: { readonly logger: Logger; readonly readFacts: () => NodeFacts },
): RunningNode {
  const nodeId = randomUUID();
  const startedAtMs = Date.now();
  const follower = createChangeFollower(cluster, live);
  const roster = createSharedRoster({ cluster, live, nodeId, now: Date.now });
  const snapshots = createSnapshotWatch(cluster, live.hint, encodeCursor);
  let others = 0;

  const look = (): void => {
    // The next look, within five seconds, finds what this one did not.
    follower.look().catch(() => undefined);
  };
  const exchange = createSharedExchange(cluster, live.askForSource);
  const listening = cluster.listen((hint) => {
    if (hint !== 'source') look();
    if (hint !== 'change') exchange.look();
  });
  const beat = repeat(
    BEAT_MS,
    async () => {
      await follower.look();
      const found = await cluster.beat(nodeId, startedAtMs, readFacts());
      if (found.isNew) roster.forgetShared();
      others = found.others;
      if (others === 0) return;
      await roster.share();
      if (live.isWatched()) live.hint({ topic: 'agents' });
    },
    (error) => logger.warn({ err: error }, 'the other nodes cannot be heard of'),
    0,
  );
  const watch = repeat(
    WATCH_MS,
    async () => {
      if (others > 0 && live.isWatched()) await snapshots.look();
      else snapshots.rest();
    },
    () => undefined, // the beat says it
  );

  return {
    roster,
    nodes: createNodeList({ nodeId, startedAtMs, readFacts, cluster, now: Date.now }),
    live: {
      ...live,
      hint(hint) {
        if (hint.topic === 'snapshots') snapshots.noteOwn(hint.count);
        live.hint(hint);
      },
    },
    exchange,
    async stop() {
      await listening.stop();
      await exchange.stop();
      await Promise.all([beat.stop(), watch.stop()]);
      // Without it the others notice by themselves, fifteen seconds later.
      await cluster.leave(nodeId).catch(() => undefined);
    },
  };
}
