import { collectDefaultMetrics, Registry } from 'prom-client';

let shared: Registry | null = null;

/**
 * Memory, CPU, file descriptors, garbage collection and event-loop delay: of the process, so the same for every server in
 * it, and begun once, since the library never ends what it observes.
 */
export function processRegistry(): Registry {
  if (shared === null) {
    shared = new Registry();
    collectDefaultMetrics({ register: shared });
  }
  return shared;
}
