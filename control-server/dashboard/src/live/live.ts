import { HINT_TOPICS, createLiveConnection } from './live-connection.ts';
import type { LiveConnection, LiveSurroundings } from './live-connection.ts';

/** What the page wants to hear. */
export type LiveListener = Pick<LiveSurroundings, 'onState' | 'onHint' | 'onResumed' | 'onRefused'>;

/**
 * Follows the server's hints while the tab is visible: a browser allows six connections a host over HTTP/1.1, and
 * hidden tabs would hold them all. Returns what ends it.
 */
export function followHints(listener: LiveListener): () => void {
  const connection = createLiveConnection({
    ...listener,
    openStream,
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    now: () => performance.now(),
    random: Math.random,
  });
  return sleepWhileHidden(connection);
}

function openStream(handlers: Parameters<LiveSurroundings['openStream']>[0]): () => void {
  const source = new EventSource('/api/events');
  const receive = (event: MessageEvent<string>): void => handlers.received(event.data);
  source.addEventListener('open', handlers.opened);
  source.addEventListener('error', handlers.ended);
  for (const topic of HINT_TOPICS) source.addEventListener(topic, receive);
  return () => {
    source.removeEventListener('error', handlers.ended);
    source.close();
  };
}

function sleepWhileHidden(connection: LiveConnection): () => void {
  const follow = (): void => (document.hidden ? connection.sleep() : connection.wake());
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    connection.sleep();
  };
}
