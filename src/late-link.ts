import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Breakpoint, Registration } from './protocol/breakpoint.ts';
import type { BreakpointStatusEvent } from './protocol/agent-event.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import type { Snapshot } from './protocol/snapshot.ts';
import type { LinkHooks, LinkStatus, ServerLink } from './server-link.ts';

/** Snapshots that may wait for the link to be loaded; it takes a fraction of a second. */
const MAX_WAITING = 1_000;

/**
 * A link whose code is loaded in later turns, so that `init` does not hold up the start of a service: HTTP client,
 * breaker and stream are more than half of what the agent loads. What is handed over meanwhile waits.
 * @param load makes the real link; it is not started yet
 * @param monotonicNow milliseconds that never go back
 */
export function createLateLink(
  load: () => Promise<ServerLink>,
  hooks: Pick<LinkHooks, 'onDrop' | 'onUnusable'>,
  monotonicNow: () => number,
): ServerLink {
  let link: ServerLink | null = null;
  let isClosed = false;
  let failure: string | null = null;
  let loading: Promise<ServerLink | null> | null = null;
  const waiting: { readonly snapshot: Snapshot; readonly label: string | null }[] = [];
  const events: BreakpointStatusEvent[] = [];

  async function loadNow(): Promise<ServerLink | null> {
    // Not in the turn of `init`: the service comes first.
    await new Promise((resolve) => setImmediate(resolve));
    if (isClosed) return null;
    try {
      const loaded = await load();
      if (isClosed) {
        await loaded.close(0);
        return null;
      }
      loaded.start();
      link = loaded;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failure = `the connection could not be loaded: ${why}`;
      drop('send');
      hooks.onUnusable(why);
      return null;
    }
    for (const event of events.splice(0)) link.reportBreakpoint(event);
    for (const { snapshot, label } of waiting.splice(0)) link.submit(snapshot, label);
    return link;
  }

  function drop(reason: DropReason): void {
    for (const { label } of waiting.splice(0)) hooks.onDrop(reason, 1, [label]);
  }

  /** The link, as soon as there is one; null when there will be none, or not in time. */
  function within(timeoutMs: number): Promise<ServerLink | null> {
    if (loading === null) return Promise.resolve(null);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, null);
    });
    return Promise.race([loading, late]).finally(() => clearTimeout(timer));
  }

  return {
    start() {
      // Often nobody waits for it, and then a rejection would be the host's.
      loading ??= loadNow().catch(() => link);
    },
    submit(snapshot, label) {
      if (link !== null) link.submit(snapshot, label);
      else if (failure !== null || isClosed) hooks.onDrop(isClosed ? 'shutdown' : 'send', 1, [label]);
      else if (waiting.length >= MAX_WAITING) hooks.onDrop('queue', 1, [label]);
      else waiting.push({ snapshot, label });
    },
    async register(registration: Registration): Promise<Breakpoint | null> {
      const ready = link ?? (await loading);
      return ready?.register(registration) ?? null;
    },
    reportBreakpoint(event) {
      if (link !== null) link.reportBreakpoint(event);
      else if (events.length < MAX_WAITING) events.push(event);
    },
    // The question came over the link.
    answerSource: async (requestId, answer) => (await link?.answerSource(requestId, answer)) ?? false,
    // Every report tells the present state, and the first one comes when the link starts.
    reportSoon: () => link?.reportSoon(),
    dropQueued(reason) {
      drop(reason);
      link?.dropQueued(reason);
    },
    async flush(timeoutMs, isLast) {
      const startedMs = monotonicNow();
      const ready = link ?? (await within(timeoutMs));
      if (ready === null) return { unsent: waiting.length };
      return ready.flush(Math.max(0, timeoutMs - (monotonicNow() - startedMs)), isLast);
    },
    status(): LinkStatus {
      if (link !== null) return link.status();
      return {
        connection: isClosed ? 'closed' : 'connecting',
        breaker: 'closed',
        queued: waiting.length,
        unconfirmed: 0,
        lastError: failure,
        accessDenied: false,
      };
    },
    async close(timeoutMs) {
      isClosed = true;
      drop('shutdown');
      await link?.close(timeoutMs);
    },
  };
}
