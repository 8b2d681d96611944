import { parseServiceSettings } from '../../src/protocol/api-settings.ts';
import type { ServiceSettingsValues } from '../../src/protocol/api-settings.ts';
import type { Store } from './store.ts';

/** How long settings are believed without asking: another node may have changed them. */
const KEPT_MS = 1_000;
/** A key for any service may name many. */
const MAX_SERVICES = 10_000;

/**
 * Reads the settings of a service, at most once a second. A store that fails rejects: what nobody can tell is not
 * guessed, and the request that needs it is asked to come back.
 */
export function createServiceSettings(
  store: Pick<Store, 'readSettingsDocument'>,
  now: () => number,
): (serviceName: string) => Promise<ServiceSettingsValues> {
  const known = new Map<string, { readonly values: ServiceSettingsValues; readonly readAtMs: number }>();
  return async (serviceName) => {
    const cached = known.get(serviceName);
    const readAtMs = now();
    const ageMs = cached === undefined ? Infinity : readAtMs - cached.readAtMs;
    if (cached !== undefined && ageMs >= 0 && ageMs < KEPT_MS) return cached.values;
    const stored = await store.readSettingsDocument(serviceName);
    const values = parseServiceSettings(stored === null ? null : JSON.parse(stored.document));
    if (known.size >= MAX_SERVICES) known.clear();
    known.set(serviceName, { values, readAtMs });
    return values;
  };
}
