import { ProblemError } from '../http/problem.ts';
import type { AgentClient } from '../live/live.ts';
import type { IngestDependencies } from './dependencies.ts';

/** Who speaks for which service. */
type Speaker = Pick<AgentClient, 'environment' | 'serviceName' | 'keyId'>;

/** Notes which services are alive, without a write for each poll, and holds each key to as many as it may bring. */
export interface ServiceLog {
  /**
   * Resolves when the store has been told; a new service is hinted to dashboards. False for a service that is new and one
   * too many for its key, which is counted. Never rejects.
   */
  admits(speaker: Speaker): Promise<boolean>;
  /** The same; rejects with 429 `too_many_services` instead of false. */
  note(speaker: Speaker): Promise<void>;
}

const NOTED_EVERY_MS = 60_000;
/** A key for any service may name many; a forgotten one is only noted once more. */
const MAX_REMEMBERED = 10_000;

/** An empty log. */
export function createServiceLog({ store, live, quotas, now, onProblem }: IngestDependencies): ServiceLog {
  const notedAtMs = new Map<string, number>();

  async function admits({ environment, serviceName, keyId }: Speaker): Promise<boolean> {
    const key = JSON.stringify([environment, serviceName]);
    const nowMs = now();
    if (nowMs - (notedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return true;
    try {
      const ref = { environment, serviceName };
      const bringer = { keyId, maxServices: quotas.maxServices };
      const { created } = await store.touchService(ref, new Date(nowMs).toISOString(), bringer);
      // Not before: who comes at the same time with a service that is refused must not be let through.
      if (notedAtMs.size >= MAX_REMEMBERED) notedAtMs.clear();
      notedAtMs.set(key, nowMs);
      if (created) live.hint({ topic: 'services' });
    } catch (error) {
      if (isTooMany(error)) {
        quotas.refuse(keyId);
        return false;
      }
      // A list without its newest service is no reason to leave an agent without its state.
      onProblem('service_not_noted', error);
    }
    return true;
  }

  return {
    admits,
    async note(speaker) {
      if (!(await admits(speaker))) throw tooManyServices();
    },
  };
}

/** The answer to a service that is one too many. Those that are there go on. */
export function tooManyServices(): ProblemError {
  return new ProblemError(
    429,
    'too_many_services',
    'This key has brought as many services as one key may. Use another key, or ask an administrator to raise the limit.',
    { headers: { 'retry-after': '60' } },
  );
}

/** By name: the store runs behind a seam that this room knows by its types only. */
function isTooMany(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'too_many_services';
}
