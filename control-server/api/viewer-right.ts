import { parseSettings } from '../../src/protocol/api-settings.ts';
import type { Store } from '../store/store.ts';

/** How long the setting is believed without asking. */
const KEPT_MS = 1_000;

/**
 * Whether viewers see captured values, as administrators set it: asked at most once a second. A store that fails rejects:
 * an error is never a permission.
 */
export function createViewerRight(
  store: Pick<Store, 'readSettingsDocument'>,
  now: () => number,
): () => Promise<boolean> {
  let known: { readonly sees: boolean; readonly readAtMs: number } | null = null;
  return async () => {
    const readAtMs = now();
    const ageMs = known === null ? Infinity : readAtMs - known.readAtMs;
    if (known !== null && ageMs >= 0 && ageMs < KEPT_MS) return known.sees;
    const stored = await store.readSettingsDocument(null);
    const sees = stored !== null && parseSettings(JSON.parse(stored.document)).viewersSeeValues;
    known = { sees, readAtMs };
    return sees;
  };
}
