import type { KillSwitch } from '../../src/protocol/api.ts';
import type { AuditStamp, RecordedChanges } from './audit-store.ts';
import type { KillSwitchControlChange, WantedKillSwitch } from './kill-switch-store.ts';
import type { ServiceState } from './service-store.ts';
import { isStoreAway, StoreError } from './store-error.ts';
import type { Store } from './store.ts';
import { createLateKillWriter } from './late-kill-writer.ts';
import { createUnwrittenKills, isSameSwitch, toUnwritten } from './unwritten-kills.ts';
import type { UnwrittenKillsFile } from './unwritten-kills-file.ts';
import { within } from './within.ts';

/** A store whose kill switches work also while nothing can be written. */
export interface KeptKills {
  readonly store: Store;
  /** The state as agents are told: with the kills that are not written yet. */
  readonly applyTo: (state: ServiceState) => ServiceState;
  /**
   * Begins to write what an earlier run left.
   * @param onWritten told of each change that waited: agents and dashboards are to learn its version
   */
  start(onWritten: (change: KillSwitchControlChange) => void): void;
  /** Tries no more to write. What waits is kept in the file. */
  stop(): Promise<void>;
}

/** What {@link keepKills} needs. */
export interface KeptKillsOptions {
  readonly file: UnwrittenKillsFile;
  /** How long a kill waits for the store before it takes effect without it. Default 500 ms. */
  readonly patienceMs?: number;
  /** First wait before what could not be written is tried again; it doubles up to ten seconds. Default 250 ms. */
  readonly retryMs?: number;
}

const PATIENCE_MS = 500;
const RETRY_MS = 250;

/** The store itself, or the store with an entry in the audit for each change. */
type Changes = Pick<RecordedChanges, 'setKillSwitch' | 'expireKillSwitches'>;

/**
 * Stops capture whatever becomes of the database. A kill that cannot be written takes effect on this node at once, is
 * kept in a file, and is written, in order, once the database answers again. A release is another matter: what the database
 * says is on stays on until the release is written; only a kill that was never written can be released without it.
 */
export async function keepKills(store: Store, options: KeptKillsOptions): Promise<KeptKills> {
  const { file } = options;
  const retryMs = options.retryMs ?? RETRY_MS;
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const left = await file.load();
  const unwritten = createUnwrittenKills(left.map(({ kill }) => kill));
  const writer = createLateKillWriter({ store, file, unwritten, left, patienceMs, retryMs });
  /** The switches as the store last had them; null before it said so. */
  let known: readonly KillSwitch[] | null = null;

  async function listKnown(): Promise<readonly KillSwitch[]> {
    try {
      const listed = await within(patienceMs, store.listKillSwitches());
      if (listed === null) throw new StoreError('store_failed', 'The database does not answer.');
      known = listed;
    } catch (error) {
      if (known === null || !isStoreAway(error)) throw error;
    }
    return known;
  }

  async function hold(
    wanted: WantedKillSwitch,
    at: string,
    stamp: AuditStamp | null,
  ): Promise<KillSwitchControlChange> {
    const kill = toUnwritten(wanted, at);
    await writer.add(kill, stamp);
    return { kind: 'kill_switch', killSwitch: kill, versions: {} };
  }

  function withKills<Given extends Changes>(changes: Given, stamp: AuditStamp | null): Given {
    return {
      ...changes,
      async setKillSwitch(wanted, nowIso) {
        if (!wanted.on) return release(changes, wanted, nowIso, stamp);
        const change = await kill(changes, wanted, nowIso, stamp);
        if (change.killSwitch.written) await listKnown().catch(orNothing);
        return change;
      },
      expireKillSwitches: (nowIso) => expire(changes, nowIso, stamp),
    };
  }

  async function kill(
    changes: Changes,
    wanted: WantedKillSwitch,
    nowIso: string,
    stamp: AuditStamp | null,
  ): Promise<KillSwitchControlChange> {
    // It would be written before what waits, and then be overtaken by it.
    if (unwritten.latestOf(toUnwritten(wanted, nowIso)) !== null) return hold(wanted, nowIso, stamp);
    try {
      const written = await within(patienceMs, changes.setKillSwitch(wanted, nowIso));
      return written ?? (await hold(wanted, nowIso, stamp));
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      return hold(wanted, nowIso, stamp);
    }
  }

  async function release(
    changes: Changes,
    wanted: WantedKillSwitch,
    nowIso: string,
    stamp: AuditStamp | null,
  ): Promise<KillSwitchControlChange> {
    const waiting = unwritten.latestOf(toUnwritten(wanted, nowIso));
    if (waiting !== null && isOffInStore(wanted)) return hold(wanted, nowIso, stamp);
    try {
      if (waiting !== null) throw new StoreError('store_failed', 'A kill waits to be written.');
      const change = await changes.setKillSwitch(wanted, nowIso);
      await listKnown().catch(orNothing);
      return change;
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      throw new StoreError(
        'release_not_written',
        'Capture stays stopped: the release cannot be written now. Try again when the database can be written; the log has the reason.',
        { cause: error },
      );
    }
  }

  function isOffInStore(wanted: WantedKillSwitch): boolean {
    const name = toUnwritten(wanted, '');
    return known !== null && !known.some((stored) => stored.on && isSameSwitch(stored, name));
  }

  async function expire(
    changes: Changes,
    nowIso: string,
    stamp: AuditStamp | null,
  ): Promise<KillSwitchControlChange[]> {
    const nowMs = Date.parse(nowIso);
    const over = unwritten
      .applyToList([])
      .filter(({ on, expiresAt }) => on && expiresAt !== null && Date.parse(expiresAt) <= nowMs);
    const held = await Promise.all(
      over
        .filter(isOffInStore)
        .map((expired) => hold({ ...expired, on: false, by: 'expiry', expiresAt: null }, nowIso, stamp)),
    );
    try {
      return [...held, ...(await changes.expireKillSwitches(nowIso))];
    } catch (error) {
      if (held.length === 0) throw error;
      return held;
    }
  }

  void listKnown().catch(() => undefined);
  return {
    applyTo: unwritten.applyTo,
    store: {
      ...withKills(store, null),
      listKillSwitches: async () => unwritten.applyToList(await listKnown().catch(orNothing)),
      listServices: async (nowIso) =>
        (await store.listServices(nowIso)).map((service) => ({
          ...service,
          killed: unwritten.killedFor(service, service.killed),
        })),
      recording: (stamp) => withKills(store.recording(stamp), stamp),
    },
    start: (onWritten) =>
      writer.start((change) => {
        const { killSwitch } = change;
        known &&= [...known.filter((old) => !isSameSwitch(old, killSwitch)), killSwitch];
        onWritten(change);
      }),
    stop: () => writer.stop(),
  };

  /** What waits is to be seen even when nobody can say what else there is. */
  function orNothing(error: unknown): readonly KillSwitch[] {
    if (unwritten.all.length === 0) throw error;
    return known ?? [];
  }
}
