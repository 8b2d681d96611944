import { Client } from 'pg';
import type { Hint, Listening } from '../cluster-store.ts';
import { connectionConfig } from './database.ts';
import { CHANNEL, SOURCE_HINT } from './state-versions.ts';

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
/** A connection on which nothing comes is asked, or one that died silently would be waited on for ever. */
const PROBE_MS = 5_000;
const PROBE_TIMEOUT_MS = 5_000;

/** One connection of its own that listens, opened again when it breaks. Keeps no process alive by its timers. */
export function listen(url: string, onHint: (hint: Hint) => void): Listening {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let delayMs = RETRY_MS;
  let isStopped = false;
  let opening: Promise<void> = open();

  async function open(): Promise<void> {
    const opened = new Client({ ...connectionConfig(url), query_timeout: PROBE_TIMEOUT_MS });
    client = opened;
    opened.on('error', () => drop(opened));
    opened.on('end', () => drop(opened));
    opened.on('notification', ({ payload }) => onHint(payload === SOURCE_HINT ? 'source' : 'change'));
    try {
      await opened.connect();
      await opened.query(`LISTEN ${CHANNEL}`);
      delayMs = RETRY_MS;
      schedule(() => probe(opened), PROBE_MS);
      onHint('any');
    } catch {
      drop(opened);
    }
  }

  async function probe(probed: Client): Promise<void> {
    try {
      await probed.query('SELECT 1');
      if (client === probed) schedule(() => probe(probed), PROBE_MS);
    } catch {
      drop(probed);
    }
  }

  function drop(dropped: Client): void {
    if (client !== dropped) return;
    client = null;
    void dropped.end().catch(() => undefined);
    schedule(() => (opening = open()), delayMs);
    delayMs = Math.min(delayMs * 2, MAX_RETRY_MS);
  }

  function schedule(next: () => Promise<void>, ms: number): void {
    if (timer !== null) clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void next(), ms).unref();
  }

  return {
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await opening;
      const last = client;
      client = null;
      await last?.end().catch(() => undefined);
    },
  };
}
