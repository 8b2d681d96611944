import pRetry from 'p-retry';
import { repeat } from '../repeat.ts';
import type { ClaimedDelivery, WebhookStore } from '../store/webhook-store.ts';
import { DeliveryError, isRetryable } from './delivery-error.ts';
import { sendDelivery } from './send-delivery.ts';
import { SIGNATURE_HEADER, signDelivery } from './signature.ts';
import type { TargetGuard } from './target.ts';

/** How a delivery ended, for who counts. */
export type DeliveryOutcome = 'delivered' | 'failed';

/** What the worker needs. */
export interface DeliveryWorkerOptions {
  readonly store: Pick<WebhookStore, 'claimWebhookDelivery' | 'finishWebhookDelivery'>;
  readonly guard: TargetGuard;
  readonly userAgent: string;
  readonly now: () => number;
  readonly onEnd: (outcome: DeliveryOutcome) => void;
  /** A webhook was switched off. */
  readonly onDisabled: (webhookId: string) => void;
  readonly onProblem: (code: string, error: unknown) => void;
  /** Wait before the second try, four times as long before each further one. Default 1 s. */
  readonly retryMs?: number;
  /** For one request. Default 5 s. */
  readonly timeoutMs?: number;
}

/** Delivers what the store has queued, on this node. */
export interface DeliveryWorker {
  /** Something was queued. */
  nudge(): void;
  /** Gives up what is under way: it stays queued and is delivered again when its lease is over. */
  stop(): Promise<void>;
}

const MAX_IN_FLIGHT = 8;
/** Requests of one delivery: at 0, 1, 5, 21 and 85 s, each wait up to twice as long by chance. */
const MAX_ATTEMPTS = 5;
const RETRY_FACTOR = 4;
const RETRY_MS = 1_000;
/** Longer than all tries of a delivery can take. */
const LEASE_MS = 5 * 60_000;
/** For what another node left, and for what waited at the start. */
const POLL_MS = 5_000;

/** One delivery of a webhook at a time, several webhooks at once. Keeps no process alive. */
export function createDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { store, guard, now } = options;
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let isClaiming = false;
  let isAskedAgain = false;

  async function claimAll(): Promise<void> {
    do {
      isAskedAgain = false;
      while (underWay.size < MAX_IN_FLIGHT && !stopping.signal.aborted) {
        const claimed = await store.claimWebhookDelivery([...underWay.keys()], LEASE_MS, nowIso());
        if (claimed === null) break;
        const { id } = claimed.webhook;
        const delivery = deliver(claimed).finally(() => {
          underWay.delete(id);
          nudge();
        });
        underWay.set(id, delivery);
      }
    } while (isAskedAgain);
  }

  async function poll(): Promise<void> {
    if (stopping.signal.aborted) return;
    isAskedAgain = true;
    if (isClaiming) return;
    isClaiming = true;
    try {
      await claimAll();
    } finally {
      isClaiming = false;
    }
  }

  function nudge(): void {
    poll().catch((error: unknown) => options.onProblem('webhooks_not_claimed', error));
  }

  async function deliver(claimed: ClaimedDelivery): Promise<void> {
    let attempts = 0;
    let failure: DeliveryError | null = null;
    let status: number | null = null;
    try {
      status = await pRetry(
        (attempt) => {
          attempts = attempt;
          return attemptDelivery(claimed);
        },
        {
          retries: MAX_ATTEMPTS - 1,
          minTimeout: options.retryMs ?? RETRY_MS,
          factor: RETRY_FACTOR,
          randomize: true,
          unref: true,
          signal: stopping.signal,
          shouldRetry: ({ error }) => error instanceof DeliveryError && isRetryable(error),
        },
      );
    } catch (error) {
      if (stopping.signal.aborted) return;
      failure =
        error instanceof DeliveryError
          ? error
          : new DeliveryError('connection_failed', null, { cause: error });
    }
    options.onEnd(failure === null ? 'delivered' : 'failed');
    try {
      const { disabled } = await store.finishWebhookDelivery(
        {
          id: claimed.id,
          delivered: failure === null,
          attempts,
          status: failure === null ? status : failure.status,
          error: failure === null ? null : failure.code,
        },
        nowIso(),
      );
      if (disabled) options.onDisabled(claimed.webhook.id);
    } catch (error) {
      options.onProblem('webhook_delivery_not_noted', error);
    }
  }

  function attemptDelivery({ id, body, event, webhook }: ClaimedDelivery): Promise<number> {
    const headers = {
      'content-type': 'application/json',
      'user-agent': options.userAgent,
      'stillframe-event': event,
      'stillframe-delivery': id,
      [SIGNATURE_HEADER]: signDelivery(webhook.secrets, body, now()),
    };
    return sendDelivery({ url: webhook.url, body, headers }, guard, stopping.signal, options.timeoutMs);
  }

  function nowIso(): string {
    return new Date(now()).toISOString();
  }

  const polling = repeat(POLL_MS, poll, (error) => options.onProblem('webhooks_not_claimed', error));
  return {
    nudge,
    async stop() {
      stopping.abort();
      await polling.stop();
      await Promise.allSettled(underWay.values());
    },
  };
}
