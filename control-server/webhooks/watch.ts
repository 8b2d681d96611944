import type { Live } from '../live/live.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from './create-webhooks.ts';

/** The store, with webhooks told of the snapshots that it stored. */
export function watchStore(store: Store, webhooks: Pick<Webhooks, 'snapshotsStored'>): Store {
  return {
    ...store,
    async storeSnapshots(environment, snapshots, nowIso) {
      const batch = await store.storeSnapshots(environment, snapshots, nowIso);
      const stored = snapshots.filter((_, index) => batch.outcomes[index] === 'stored');
      if (stored.length > 0) webhooks.snapshotsStored(environment, stored);
      return batch;
    },
  };
}

/** The live room, with webhooks told of kill switches that were set and of what agents say of themselves. */
export function watchLive(live: Live, webhooks: Pick<Webhooks, 'agentReported' | 'killSwitchSet'>): Live {
  return {
    ...live,
    publish(change) {
      if (change.kind === 'kill_switch') webhooks.killSwitchSet(change.killSwitch);
      return live.publish(change);
    },
    noteAgent(client, events) {
      live.noteAgent(client, events);
      if (events !== undefined && events.length > 0) webhooks.agentReported(client, events);
    },
  };
}
