import type { AgentEvent } from '../../src/protocol/agent-event.ts';
import type { KillSwitch } from '../../src/protocol/api.ts';
import type { WebhookEvent } from '../../src/protocol/api-webhooks.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { AgentClient } from '../live/live.ts';
import { repeat } from '../repeat.ts';
import type { ServiceRef } from '../store/service-store.ts';
import type { QueuedNotice, WebhookNotice, WebhookStore } from '../store/webhook-store.ts';
import { createDeliveryWorker } from './delivery-worker.ts';
import type { DeliveryOutcome } from './delivery-worker.ts';
import {
  MIN_HIT_INTERVAL_MS,
  noticeOfBreaker,
  noticeOfFlags,
  noticeOfHit,
  noticeOfKillSwitch,
  noticeOfTest,
} from './notice-of.ts';
import type { NoticeContext } from './notice-of.ts';
import { createNoticeRate } from './notice-rate.ts';
import { createWebhookSecret } from './signature.ts';
import { createTargetGuard } from './target.ts';
import type { ResolveName } from './target.ts';

/** What ended a notice or a delivery, for who counts. */
export type WebhookOutcome = DeliveryOutcome | 'dropped';

/** What {@link createWebhooks} needs. */
export interface WebhooksOptions {
  readonly store: WebhookStore;
  readonly now: () => number;
  /** Origin of the dashboard, for links; asked when it is needed, since a port may be chosen late. */
  readonly linkBase: () => string;
  readonly serverVersion: string;
  /** Hosts that may be in a private network. */
  readonly allowedPrivate: readonly string[];
  readonly onOutcome?: (outcome: WebhookOutcome) => void;
  readonly onDisabled?: (webhookId: string) => void;
  readonly onProblem: (code: string, error: unknown) => void;
  /** Default: as the system does. */
  readonly resolveName?: ResolveName;
  /** See {@link createDeliveryWorker}. */
  readonly retryMs?: number;
  readonly timeoutMs?: number;
}

/** Tells other programs what happens. What it is told never waits for them. */
export interface Webhooks {
  /** Why a URL cannot be a webhook's, in a sentence; null when it can. */
  refusalOf(url: string): string | null;
  /** A key for signatures, shown to a person once. */
  createSecret(): string;
  /** Webhooks were changed on this node: heeded at once. Those of other nodes are within five seconds. */
  changed(): Promise<void>;
  test(webhookId: string): Promise<QueuedNotice>;
  snapshotsStored(environment: string, snapshots: readonly Snapshot[]): void;
  agentReported(client: AgentClient, events: readonly AgentEvent[]): void;
  killSwitchSet(killSwitch: KillSwitch): void;
  stop(): Promise<void>;
}

const REFRESH_MS = 5_000;
/** Labels and agents that are remembered, so that the store is not asked for each snapshot; it has the last word. */
const MAX_REMEMBERED = 10_000;

/** Watches for what webhooks subscribed to, and delivers it. Keeps no process alive. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { store, now, onProblem } = options;
  const guard = createTargetGuard(options.allowedPrivate, options.resolveName);
  const worker = createDeliveryWorker({
    store,
    guard,
    userAgent: `stillframe-webhooks/${options.serverVersion}`,
    now,
    onEnd: (outcome) => options.onOutcome?.(outcome),
    onDisabled: (id) => options.onDisabled?.(id),
    onProblem,
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  let wanted: ReadonlySet<WebhookEvent> = new Set();
  /** When each key may be told of again. */
  const restsUntil = new Map<string, number>();
  const rate = createNoticeRate(now);
  const openBreakers = new Set<string>();
  const telling = new Set<Promise<unknown>>();

  async function refresh(): Promise<void> {
    const webhooks = await store.listWebhooks();
    wanted = new Set(webhooks.filter(({ enabled }) => enabled).flatMap(({ events }) => events));
  }

  function context(): NoticeContext {
    return { nowMs: now(), linkBase: options.linkBase() };
  }

  async function queue(notice: WebhookNotice): Promise<QueuedNotice> {
    const queued = await store.queueWebhookNotice(notice, new Date(now()).toISOString());
    for (let n = 0; n < queued.dropped; n++) options.onOutcome?.('dropped');
    if (queued.queued > 0) worker.nudge();
    return queued;
  }

  function tell(notice: WebhookNotice): void {
    const told = queue(notice)
      .catch((error: unknown) => onProblem('webhook_not_queued', error))
      .finally(() => telling.delete(told));
    telling.add(told);
  }

  /** What agents cause: a flood of it must not take the place of what people do. */
  function tellOf(service: ServiceRef, notice: WebhookNotice): void {
    if (rate.takes(service)) tell(notice);
    else options.onOutcome?.('dropped');
  }

  /** Looks at what this node told itself before it asks the store, which knows what every node told. */
  function tellSometimes(service: ServiceRef, notice: WebhookNotice | null): void {
    if (notice === null || (restsUntil.get(notice.key) ?? 0) > now()) return;
    if (restsUntil.size >= MAX_REMEMBERED) restsUntil.clear();
    restsUntil.set(notice.key, now() + MIN_HIT_INTERVAL_MS);
    tellOf(service, notice);
  }

  const refreshing = repeat(REFRESH_MS, refresh, (error) => onProblem('webhooks_not_read', error));
  refresh().catch((error: unknown) => onProblem('webhooks_not_read', error));
  worker.nudge();

  return {
    refusalOf: guard.refusalOf,
    createSecret: createWebhookSecret,
    changed: refresh,
    test: (webhookId) => queue(noticeOfTest(webhookId, context())),
    snapshotsStored(environment, snapshots) {
      if (!wanted.has('breakpoint_hit') && !wanted.has('security_flag')) return;
      const byPlace = Map.groupBy(snapshots, ({ serviceName, label, breakpointId }) =>
        JSON.stringify([serviceName, label, label === null ? breakpointId : null]),
      );
      for (const ofPlace of byPlace.values()) {
        const hit = { environment, snapshots: ofPlace };
        const service = { environment, serviceName: ofPlace[0]?.serviceName ?? '' };
        if (wanted.has('breakpoint_hit')) tellSometimes(service, noticeOfHit(hit, context()));
        if (wanted.has('security_flag')) tellSometimes(service, noticeOfFlags(hit, context()));
      }
    },
    agentReported(client, events) {
      for (const event of events) {
        const key = JSON.stringify([client.environment, client.serviceName, client.instanceId]);
        if (event.type === 'agent_status' && event.breaker === 'closed') openBreakers.delete(key);
        const hasOpened =
          event.type === 'circuit_breaker_tripped' ||
          (event.type === 'agent_status' && event.breaker === 'open' && !openBreakers.has(key));
        if (!hasOpened) continue;
        if (openBreakers.size >= MAX_REMEMBERED) openBreakers.clear();
        if (event.type === 'agent_status') openBreakers.add(key);
        if (wanted.has('breaker_open')) tellOf(client, noticeOfBreaker(client, context()));
      }
    },
    killSwitchSet(killSwitch) {
      // Rare, and not to be missed by a webhook that another node made a moment ago: the store is always asked.
      tell(noticeOfKillSwitch(killSwitch, context()));
    },
    async stop() {
      await refreshing.stop();
      await Promise.allSettled(telling);
      await worker.stop();
    },
  };
}
