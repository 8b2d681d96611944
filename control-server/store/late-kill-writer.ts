import type { AuditStamp } from './audit-store.ts';
import type { KillSwitchControlChange } from './kill-switch-store.ts';
import { killSwitchTarget } from './recorded-change.ts';
import type { Store } from './store.ts';
import type { UnwrittenKill, UnwrittenKills } from './unwritten-kills.ts';
import type { KeptKill, UnwrittenKillsFile } from './unwritten-kills-file.ts';
import { within } from './within.ts';

/** Writes, in their order, the kills that took effect before they could be written. */
export interface LateKillWriter {
  /** Adds a change that is to be written later; resolves when it is in the file, or has waited long enough for that. */
  add(kill: UnwrittenKill, stamp: AuditStamp | null): Promise<void>;
  /** Begins to write what an earlier run left. */
  start(onWritten: (change: KillSwitchControlChange) => void): void;
  /** Tries no more. What waits is kept in the file. */
  stop(): Promise<void>;
}

/** What {@link createLateKillWriter} needs. */
export interface LateKillWriterOptions {
  readonly store: Pick<Store, 'recording' | 'recordAudit' | 'setKillSwitchLate'>;
  readonly file: UnwrittenKillsFile;
  readonly unwritten: UnwrittenKills;
  /** What an earlier run left, with who made each change. */
  readonly left: readonly KeptKill[];
  /** How long the file may hold anybody up. */
  readonly patienceMs: number;
  /** First wait before what could not be written is tried again; it doubles up to ten seconds. */
  readonly retryMs: number;
}

const MAX_RETRY_MS = 10_000;

/** Tries until it is told to stop. Its timer is unref'd. */
export function createLateKillWriter(options: LateKillWriterOptions): LateKillWriter {
  const { store, file, unwritten, patienceMs, retryMs } = options;
  /** Who made each change, for the audit. */
  const stamps = new Map<UnwrittenKill, AuditStamp>();
  for (const { kill, stamp } of options.left) if (stamp !== null) stamps.set(kill, stamp);
  let delayMs = retryMs;
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let isStopped = false;
  let tell: (change: KillSwitchControlChange) => void = () => undefined;

  function nextToWrite(): UnwrittenKill | undefined {
    return isStopped ? undefined : unwritten.all[0];
  }

  async function flush(): Promise<void> {
    try {
      for (let first = nextToWrite(); first !== undefined; first = nextToWrite()) {
        const change = await write(first);
        unwritten.shift();
        stamps.delete(first);
        void save();
        tell(change);
      }
      delayMs = retryMs;
    } catch {
      delayMs = Math.min(delayMs * 2, MAX_RETRY_MS);
      schedule();
    } finally {
      flushing = null;
    }
  }

  /** Each counts as a change of its own, but what has been superseded meanwhile is told to nobody but the audit. */
  async function write(first: UnwrittenKill): Promise<KillSwitchControlChange> {
    const latest = unwritten.latestOf(first) ?? first;
    const superseded = latest === first ? undefined : stamps.get(first);
    if (superseded !== undefined) {
      await store.recordAudit({
        ...superseded,
        target: killSwitchTarget(first),
        before: null,
        after: first,
      });
      stamps.delete(first);
    }
    const stamp = stamps.get(latest);
    const changes = stamp === undefined ? store : store.recording(stamp);
    return changes.setKillSwitchLate(latest, latest.at);
  }

  function save(): Promise<void> {
    return file.save(unwritten.all.map((kill) => ({ kill, stamp: stamps.get(kill) ?? null })));
  }

  function schedule(): void {
    if (timer !== null || isStopped) return;
    timer = setTimeout(() => {
      timer = null;
      flushing ??= flush();
    }, delayMs).unref();
  }

  return {
    async add(kill, stamp) {
      if (stamp !== null) stamps.set(kill, stamp);
      unwritten.add(kill);
      schedule();
      await within(patienceMs, save());
    },
    start(onWritten) {
      tell = onWritten;
      if (unwritten.all.length > 0) flushing ??= flush();
    },
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      // A store that hangs must not hold up the end of the process: what waits is in the file.
      if (flushing !== null) await within(patienceMs, flushing);
      if (unwritten.all.length > 0) await within(patienceMs, save());
    },
  };
}
