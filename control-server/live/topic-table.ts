import type { ControlChange, ServiceRef, ServiceState } from '../store/service-store.ts';
import { createTopic } from './topic.ts';
import type { Topic } from './topic.ts';

/** All topics of a node: those with streams, and for a while those that were only asked for. */
export interface TopicTable {
  /** The topic of a service, made when there is none. */
  of(ref: ServiceRef): Topic;
  find(ref: ServiceRef): Topic | undefined;
  /** True while changes of its service reach this very topic. */
  has(topic: Topic): boolean;
  /** Topics that a change concerns. */
  touchedBy(change: ControlChange): Topic[];
  all(): Topic[];
  /** Forgets topics that nobody listens to and nobody asked for within a minute. */
  sweep(): void;
}

const IDLE_MS = 60_000;
/** A key for any service may ask for any name: names without streams must not pile up. */
const MAX_TOPICS = 10_000;

/** An empty table. */
export function createTopicTable(options: {
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  readonly overlay: (state: ServiceState) => ServiceState;
  readonly now: () => number;
}): TopicTable {
  const topics = new Map<string, Topic>();

  function makeRoom(): void {
    for (const [key, topic] of topics) {
      if (!topic.isIdle) continue;
      topics.delete(key);
      return;
    }
  }

  return {
    of(ref) {
      const key = keyOf(ref);
      let topic = topics.get(key);
      if (topic === undefined) {
        if (topics.size >= MAX_TOPICS) makeRoom();
        const { environment, serviceName } = ref;
        topic = createTopic({ ...options, ref: { environment, serviceName } });
        topics.set(key, topic);
      }
      return topic;
    },
    find: (ref) => topics.get(keyOf(ref)),
    has: (topic) => topics.get(keyOf(topic.ref)) === topic,
    touchedBy(change) {
      if (change.kind !== 'kill_switch') {
        const topic = topics.get(keyOf(change.breakpoint));
        return topic === undefined ? [] : [topic];
      }
      const { scope, serviceName, environment } = change.killSwitch;
      return [...topics.values()].filter(
        ({ ref }) =>
          (scope !== 'service' || ref.serviceName === serviceName) &&
          (environment === null || ref.environment === environment),
      );
    },
    all: () => [...topics.values()],
    sweep() {
      const oldest = options.now() - IDLE_MS;
      for (const [key, topic] of topics) {
        if (topic.isIdle && topic.usedAtMs <= oldest) topics.delete(key);
      }
    },
  };
}

function keyOf(ref: ServiceRef): string {
  return JSON.stringify([ref.environment, ref.serviceName]);
}
