import type { Webhook, WebhookDelivery } from '../../src/protocol/api-webhooks.ts';

/** A key that signs. It has to be kept readable: a hash of it signs nothing. */
export interface WebhookSecret {
  readonly secret: string;
  /** When it stops signing beside a newer one; null for the newest. */
  readonly expiresAt: string | null;
}

/** A webhook with its secrets, the newest first. */
export interface StoredWebhook extends Webhook {
  readonly secrets: readonly WebhookSecret[];
}

/** What a person changes of a webhook. */
export type WebhookChange = Partial<Pick<StoredWebhook, 'url' | 'events' | 'enabled' | 'secrets'>>;

/** Something that webhooks are to be told. */
export interface WebhookNotice {
  readonly event: WebhookDelivery['event'];
  /** Names what it is about: the same key is told at most once in {@link minIntervalMs}, by whichever node. */
  readonly key: string;
  /** At most a day. */
  readonly minIntervalMs: number;
  /** JSON text. */
  readonly body: string;
  /** Only this webhook, whatever it subscribed to; null: all that subscribed. */
  readonly webhookId: string | null;
}

/** What became of a notice: `told` is false when its key was told a short while ago. */
export interface QueuedNotice {
  readonly told: boolean;
  readonly queued: number;
  readonly dropped: number;
}

/** A delivery that this caller alone has to make, until its lease is over. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly event: WebhookDelivery['event'];
  readonly body: string;
  readonly webhook: StoredWebhook;
}

/** How a delivery ended. */
export interface DeliveryResult {
  readonly id: string;
  readonly delivered: boolean;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** Webhooks, and the queue of what they are to be told. */
export interface WebhookStore {
  /** Rejects with `too_many_webhooks` beyond {@link MAX_WEBHOOKS}. */
  createWebhook(webhook: StoredWebhook): Promise<void>;
  listWebhooks(): Promise<StoredWebhook[]>;
  readWebhook(id: string): Promise<StoredWebhook | null>;
  /**
   * Null when there is none; rejects with `version_mismatch`. Enabling forgets its failures; disabling gives up what
   * waits (`webhook_disabled`).
   */
  changeWebhook(
    id: string,
    change: WebhookChange,
    expectedVersion: number | null,
    nowIso: string,
  ): Promise<StoredWebhook | null>;
  /** With its deliveries. */
  deleteWebhook(id: string): Promise<boolean>;
  /** Queues one delivery for each enabled webhook concerned, unless {@link MAX_WAITING_DELIVERIES} of it wait already. */
  queueWebhookNotice(notice: WebhookNotice, nowIso: string): Promise<QueuedNotice>;
  /**
   * The oldest delivery that waits and nobody holds, now held by the caller; null when there is none.
   * @param busyWebhookIds left out: one slow receiver must not take all that the caller can do at a time
   */
  claimWebhookDelivery(
    busyWebhookIds: readonly string[],
    leaseMs: number,
    nowIso: string,
  ): Promise<ClaimedDelivery | null>;
  /**
   * Notes how a claimed delivery ended, and switches its webhook off at {@link MAX_CONSECUTIVE_FAILURES}, which is what it
   * returns. Ended deliveries are kept up to {@link MAX_ENDED_DELIVERIES} a webhook.
   */
  finishWebhookDelivery(result: DeliveryResult, nowIso: string): Promise<{ readonly disabled: boolean }>;
  /** The newest {@link MAX_ENDED_DELIVERIES}, the newest first. */
  listWebhookDeliveries(webhookId: string): Promise<WebhookDelivery[]>;
}

/** Webhooks of a server. */
export const MAX_WEBHOOKS = 50;
/** Deliveries that may wait for one webhook. */
export const MAX_WAITING_DELIVERIES = 1_000;
/** Of these, places that only kill switches take: what agents cause must not keep what people do from being told. */
const KILL_SWITCH_PLACES = 100;
/** Deliveries that may wait for one webhook when another of this event is to be added. */
export function maxWaitingFor(event: WebhookNotice['event']): number {
  return event === 'kill_switch' ? MAX_WAITING_DELIVERIES : MAX_WAITING_DELIVERIES - KILL_SWITCH_PLACES;
}
/** Ended deliveries kept to look at. */
export const MAX_ENDED_DELIVERIES = 100;
/** Failed deliveries in a row, each after all its tries, that switch a webhook off. */
export const MAX_CONSECUTIVE_FAILURES = 10;
/** How long a key is remembered; no interval is longer. */
export const MAX_NOTICE_INTERVAL_MS: number = 24 * 60 * 60_000;
