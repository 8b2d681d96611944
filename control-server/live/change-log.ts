import { isStale, parseStateVersion } from '../../src/protocol/state-version.ts';
import type { StateVersion } from '../../src/protocol/state-version.ts';

/** One step from a shown state to the next: what it touched. */
export interface LoggedChange {
  readonly from: string;
  readonly to: string;
  /** Breakpoints that came, went or changed. */
  readonly ids: readonly string[];
  /** True when a kill switch was turned on or off, for whomever. */
  readonly touchesKill: boolean;
}

/** What a client missed. */
export interface MissedChanges {
  readonly ids: ReadonlySet<string>;
  readonly touchesKill: boolean;
}

/** The latest changes of one service, for streams that come back. */
export interface ChangeLog {
  /** In the order in which they were shown; one that touches nothing only moves the version. */
  add(change: LoggedChange): void;
  /**
   * What changed after a version; what the client knows already may be among it. Null when that cannot be told exactly: the
   * version is of another epoch, from before the log began, or newer than what is shown.
   */
  since(version: string): MissedChanges | null;
}

/** A client that missed more than this is told the whole state sooner. */
const MAX_CHANGES = 500;
const MAX_IDS = 4_000;

/** @param firstVersion of the state from which the log begins */
export function createChangeLog(firstVersion: string): ChangeLog {
  const changes: LoggedChange[] = [];
  let ids = 0;
  let latest = firstVersion;
  /** From where the latest forgotten change led away: only who is past it has seen that change. */
  let forgottenFrom: string | null = null;

  return {
    add(change) {
      latest = change.to;
      if (change.ids.length === 0 && !change.touchesKill) return;
      changes.push(change);
      ids += change.ids.length;
      while (changes.length > MAX_CHANGES || ids > MAX_IDS) {
        const forgotten = changes.shift();
        if (forgotten === undefined) return;
        forgottenFrom = forgotten.from;
        ids -= forgotten.ids.length;
      }
    },
    since(version) {
      const known = parseStateVersion(version);
      const current = parseStateVersion(latest);
      const first = parseStateVersion(firstVersion);
      if (known === null || current === null || first === null || known.epoch !== current.epoch) return null;
      if (isStale(known, first) || isStale(current, known)) return null;
      if (forgottenFrom !== null && !isPast(known, forgottenFrom)) return null;
      const missed = changes.filter(({ from, to }) => !isPast(known, to) && !isBehind(known, from, to));
      return {
        ids: new Set(missed.flatMap((change) => change.ids)),
        touchesKill: missed.some((change) => change.touchesKill),
      };
    },
  };
}

function isPast(known: StateVersion, version: string): boolean {
  const parsed = parseStateVersion(version);
  return parsed !== null && isStale(parsed, known);
}

/** The change led to the very version that the client knows. One that began there too may have come after it. */
function isBehind(known: StateVersion, from: string, to: string): boolean {
  const [start, end] = [parseStateVersion(from), parseStateVersion(to)];
  if (start === null || end === null) return false;
  return end.rev === known.rev && end.epoch === known.epoch && isStale(start, known);
}
