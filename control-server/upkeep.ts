import type { Logger } from 'pino';
import { parseSettings } from '../src/protocol/api-settings.ts';
import type { Live } from './live/live.ts';
import { repeat } from './repeat.ts';
import { toIso } from './store/instant.ts';
import type { Retention } from './store/retention.ts';
import type { Store } from './store/store.ts';
import { systemStamp } from './store/system-stamp.ts';

const EXPIRY_INTERVAL_MS = 1_000;
const SWEEP_INTERVAL_MS = 60_000;
/** How soon a search finds what is stored, while nothing else is to be done. */
const INDEX_INTERVAL_MS = 250;

/** Disables breakpoints and releases kill switches that expire, each second, applies retention, each minute, and makes searchable what was stored. Keeps no process alive. */
export function startUpkeep(
  store: Store,
  live: Live,
  logger: Logger,
  now: () => number,
): { stop(): Promise<void> } {
  const nowIso = () => toIso(now());
  const expiry = repeat(
    EXPIRY_INTERVAL_MS,
    async () => {
      const killSwitches = store.recording(systemStamp('kill_switch.expire', now()));
      for (const change of await killSwitches.expireKillSwitches(nowIso())) await live.publish(change);
      const breakpoints = store.recording(systemStamp('breakpoint.expire', now()));
      for (const change of await breakpoints.expireBreakpoints(nowIso())) await live.publish(change);
    },
    (error) => logger.error({ err: error }, 'breakpoints and kill switches could not be expired'),
  );
  const sweep = repeat(
    SWEEP_INTERVAL_MS,
    async () => store.sweep(nowIso(), await readLimits(store)),
    (error) => logger.error({ err: error }, 'retention could not be applied'),
  );
  const index = repeat(
    INDEX_INTERVAL_MS,
    () => store.indexTexts(),
    (error) => logger.error({ err: error }, 'texts could not be made searchable'),
  );
  return {
    stop: () => {
      // Not awaited: a sweep of gigabytes would hold the shutdown up. The store ends both when it closes.
      void sweep.stop();
      void index.stop();
      return expiry.stop();
    },
  };
}

/** What administrators set goes before what the server was started with. */
async function readLimits(store: Store): Promise<Partial<Retention>> {
  const stored = await store.readSettingsDocument(null);
  if (stored === null) return {};
  const { retention } = parseSettings(JSON.parse(stored.document));
  const { maxAgeMs, maxSnapshotsPerBreakpoint, maxTotalBytes } = retention;
  return {
    ...(maxAgeMs === null ? {} : { maxAgeMs }),
    ...(maxSnapshotsPerBreakpoint === null ? {} : { maxSnapshotsPerBreakpoint }),
    ...(maxTotalBytes === null ? {} : { maxTotalBytes }),
  };
}
