import { EventSource } from 'eventsource';
import type { DashboardHint } from '../../src/protocol/api.ts';
import { authorization } from './api-client.ts';
import type { ServerAddress } from './api-client.ts';

/** Why a stream of hints is over: the status of a refusal, or null, and a text for a person. */
export interface StreamEnd {
  readonly status: number | null;
  readonly message: string;
}

/** What a command hears of a stream. */
export interface HintListener {
  /** The stream is open: whatever happened before is to be fetched now. */
  onOpen(): void;
  /** Snapshots arrived. */
  onSnapshots(): void;
  /** Nothing happened for a while, and the server is still there. */
  onHeartbeat(): void;
}

const TOPICS: readonly DashboardHint['topic'][] = [
  'hello',
  'heartbeat',
  'snapshots',
  'services',
  'agents',
  'breakpoints',
  'kill_switch',
  'keys',
];

/** Three heartbeats of 15 s: a connection without them is dead, though no error says so. */
const SILENCE_MS = 45_000;

/**
 * Listens to `GET /api/events` of one server until the stream is over for whatever reason, which it resolves with. Never
 * reconnects and never rejects: when and where to connect again is for the caller, since a new start has a new token.
 */
export function listenForHints(address: ServerAddress, listener: HintListener): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const source = new EventSource(`${address.url}/api/events`, {
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...init.headers, ...authorization(address) }, redirect: 'error' }),
    });
    let watchdog = setTimeout(onSilence, SILENCE_MS);

    function end(reason: StreamEnd): void {
      clearTimeout(watchdog);
      source.close();
      resolve(reason);
    }
    function onSilence(): void {
      end({ status: null, message: `no sign of life for ${SILENCE_MS / 1_000} s` });
    }

    source.addEventListener('open', () => {
      listener.onOpen();
    });
    source.addEventListener('error', (event) => {
      end({ status: event.code ?? null, message: event.message ?? 'the server closed the connection' });
    });
    for (const topic of TOPICS) {
      source.addEventListener(topic, () => {
        clearTimeout(watchdog);
        watchdog = setTimeout(onSilence, SILENCE_MS);
        if (topic === 'heartbeat') listener.onHeartbeat();
        if (topic === 'snapshots') listener.onSnapshots();
      });
    }
  });
}
