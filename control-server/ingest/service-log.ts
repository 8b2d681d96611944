import type { IngestDependencies } from './dependencies.ts';
import type { ServiceRef } from '../store/service-store.ts';

/** Notes which services are alive, without a write for each poll. */
export interface ServiceLog {
  /** Resolves when the store has been told; a new service is hinted to dashboards. Never rejects. */
  note(ref: ServiceRef): Promise<void>;
}

const NOTED_EVERY_MS = 60_000;
/** A key for any service may name many; a forgotten one is only noted once more. */
const MAX_REMEMBERED = 10_000;

/** An empty log. */
export function createServiceLog({ store, live, now, onProblem }: IngestDependencies): ServiceLog {
  const notedAtMs = new Map<string, number>();
  return {
    async note({ environment, serviceName }) {
      const key = JSON.stringify([environment, serviceName]);
      const nowMs = now();
      if (nowMs - (notedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
      if (notedAtMs.size >= MAX_REMEMBERED) notedAtMs.clear();
      notedAtMs.set(key, nowMs);
      try {
        const ref = { environment, serviceName };
        const { created } = await store.touchService(ref, new Date(nowMs).toISOString());
        if (created) live.hint({ topic: 'services' });
      } catch (error) {
        // A list without its newest service is no reason to leave an agent without its state.
        notedAtMs.delete(key);
        onProblem('service_not_noted', error);
      }
    },
  };
}
