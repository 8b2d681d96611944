import type { DashboardHint } from '../../../../src/protocol/api.ts';

/** First part of the query keys; the rest narrows. */
export type QueryTopic =
  'services' | 'agents' | 'label-counts' | 'breakpoints' | 'snapshots' | 'kill-switch' | 'keys';

const STALE_BY_TOPIC: Readonly<Record<DashboardHint['topic'], readonly QueryTopic[]>> = {
  hello: [],
  heartbeat: [],
  // The list of snapshots follows by cursor on its own; the figures beside it are fetched again.
  snapshots: ['services', 'breakpoints'],
  services: ['services'],
  agents: ['agents', 'label-counts', 'services'],
  breakpoints: ['breakpoints', 'services'],
  kill_switch: ['kill-switch', 'services', 'agents'],
  keys: ['keys'],
};

/** What has to be fetched again after a hint. */
export function staleAfter(hint: DashboardHint): readonly QueryTopic[] {
  return STALE_BY_TOPIC[hint.topic];
}

/** What a coalescer needs of its surroundings. */
export interface CoalescerSurroundings {
  /** Calls back once after a time, and returns what cancels that. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly run: (topic: QueryTopic) => void;
}

/**
 * Runs a topic at once, and then at most once per `intervalMs` while hints keep coming: a busy service must not turn
 * into a storm of requests.
 */
export function createCoalescer(
  intervalMs: number,
  around: CoalescerSurroundings,
): { add(topic: QueryTopic): void; clear(): void } {
  const waiting = new Map<QueryTopic, { again: boolean; cancel: () => void }>();
  const fire = (topic: QueryTopic): void => {
    around.run(topic);
    const entry = {
      again: false,
      cancel: around.after(intervalMs, () => {
        waiting.delete(topic);
        if (entry.again) fire(topic);
      }),
    };
    waiting.set(topic, entry);
  };
  return {
    add(topic) {
      const entry = waiting.get(topic);
      if (entry === undefined) fire(topic);
      else entry.again = true;
    },
    clear() {
      for (const entry of waiting.values()) entry.cancel();
      waiting.clear();
    },
  };
}
