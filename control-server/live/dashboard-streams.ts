import type { IncomingMessage, ServerResponse } from 'node:http';
import { openEventStream, refuseEventStream } from '../http/event-stream.ts';
import type { EventStream } from '../http/event-stream.ts';
import { createEndedIds } from './ended-ids.ts';
import type { StreamCounts } from './live-options.ts';

/** The open streams of dashboards, each of which is told the same. */
export interface DashboardStreams {
  readonly size: number;
  /** @param hello the first frame of the stream */
  open(sessionId: string | null, request: IncomingMessage, response: ServerResponse, hello: Buffer): void;
  send(frame: Buffer): void;
  /** Sends a heartbeat, and forgets what ended long ago. */
  beat(frame: Buffer): void;
  /** Ends the streams of a session now, and those that it opens within the next seconds. */
  endSession(sessionId: string): void;
  listSessions(): string[];
  /** Ends all of them, and takes no more. */
  close(): Promise<void>;
}

interface DashboardStream {
  readonly sessionId: string | null;
  readonly stream: EventStream;
}

/** Hint streams of the whole node, and of one session: a page has one, and nobody has this many pages open. */
const MAX_STREAMS = 1_000;
const MAX_SESSION_STREAMS = 32;
/** Longer than a request that was let in before is under way. */
const ENDED_KEPT_MS = 10_000;

/** No stream yet. */
export function createDashboardStreams({
  now,
  counts,
}: {
  readonly now: () => number;
  readonly counts: StreamCounts | undefined;
}): DashboardStreams {
  const dashboards = new Set<DashboardStream>();
  const ended = createEndedIds({ now, keptMs: ENDED_KEPT_MS });
  let isClosed = false;

  function hasRoomFor(sessionId: string | null): boolean {
    if (dashboards.size >= MAX_STREAMS) return false;
    if (sessionId === null) return true;
    return [...dashboards].filter((open) => open.sessionId === sessionId).length < MAX_SESSION_STREAMS;
  }

  return {
    get size() {
      return dashboards.size;
    },
    open(sessionId, request, response, hello) {
      if (isClosed || (sessionId !== null && ended.has(sessionId))) {
        response.destroy();
        return;
      }
      if (!hasRoomFor(sessionId)) {
        counts?.refused('dashboard');
        refuseEventStream(response, {
          status: 429,
          code: 'too_many_streams',
          detail: 'Too many dashboards are open. Close some of their tabs, then try again.',
        });
        return;
      }
      let dashboard: DashboardStream | null = null;
      const stream = openEventStream(request, response, {
        onClose(reason) {
          if (dashboard === null) return;
          dashboards.delete(dashboard);
          counts?.closed('dashboard', reason);
        },
      });
      if (!stream.isOpen) return;
      dashboard = { sessionId, stream };
      counts?.opened('dashboard');
      dashboards.add(dashboard);
      stream.send(hello);
    },
    send(frame) {
      for (const { stream } of dashboards) stream.send(frame);
    },
    beat(frame) {
      for (const { stream } of dashboards) stream.beat(frame);
      ended.sweep();
    },
    endSession(sessionId) {
      ended.add(sessionId);
      for (const { sessionId: owner, stream } of dashboards) if (owner === sessionId) void stream.end();
    },
    listSessions: () => [...new Set([...dashboards].flatMap(({ sessionId }) => sessionId ?? []))],
    async close() {
      isClosed = true;
      await Promise.all([...dashboards].map(({ stream }) => stream.end()));
    },
  };
}
