import { clientKindOf } from '../../src/protocol/client-view.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { AgentClient } from '../live/live.ts';

/** Holds clients that do not hold themselves to a rate: a hot loop in a service must not flood the store. */
export interface ForeignRate {
  /** False when the sender has sent too many of this breakpoint. Our agents count for themselves, and are always let in. */
  allows(sender: AgentClient, snapshot: Snapshot): boolean;
}

/** Captures of one breakpoint that one client may send in a second. */
const FOREIGN_CAPTURES_PER_SECOND = 10;
/** And at once. */
const FOREIGN_BURST = 100;
/** Forgotten together beyond this; each then has its burst again. */
const MAX_PLACES = 50_000;

/** Nobody has sent anything yet. */
export function createForeignRate(now: () => number): ForeignRate {
  const places = new Map<string, { credit: number; atMs: number }>();
  return {
    allows(sender, snapshot) {
      if (!clientKindOf(sender.userAgent).isForeign) return true;
      const nowMs = now();
      const place = placeOf(sender, snapshot);
      let known = places.get(place);
      if (known === undefined) {
        if (places.size >= MAX_PLACES) places.clear();
        places.set(place, (known = { credit: FOREIGN_BURST, atMs: nowMs }));
      }
      const elapsedMs = Math.max(0, nowMs - known.atMs);
      known.credit = Math.min(
        FOREIGN_BURST,
        known.credit + (elapsedMs * FOREIGN_CAPTURES_PER_SECOND) / 1_000,
      );
      known.atMs = nowMs;
      if (known.credit < 1) return false;
      known.credit -= 1;
      return true;
    },
  };
}

/** By what the client says of the place: old SDKs may have no id of the breakpoint. */
function placeOf(sender: AgentClient, snapshot: Snapshot): string {
  const { environment, keyId, address, instanceId } = sender;
  const { serviceName, label, functionName, filePath, lineNumber } = snapshot;
  return JSON.stringify([
    environment,
    keyId,
    address,
    instanceId,
    serviceName,
    label ?? [filePath, lineNumber],
    functionName,
  ]);
}
