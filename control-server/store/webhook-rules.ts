import { readInstant, toIso } from './instant.ts';
import { StoreError } from './store-error.ts';
import { MAX_WEBHOOKS } from './webhook-store.ts';
import type { StoredWebhook, WebhookChange } from './webhook-store.ts';

/**
 * @param known webhooks that there are
 * @throws StoreError `too_many_webhooks`
 */
export function requireRoomForWebhook(known: number): void {
  if (known < MAX_WEBHOOKS) return;
  throw new StoreError(
    'too_many_webhooks',
    `There are ${MAX_WEBHOOKS} webhooks. Delete one before adding another.`,
  );
}

/**
 * The webhook after a change. Who enables it begins anew.
 * @throws StoreError `version_mismatch`
 */
export function applyWebhookChange(
  before: StoredWebhook,
  change: WebhookChange,
  expectedVersion: number | null,
  nowIso: string,
): StoredWebhook {
  if (expectedVersion !== null && expectedVersion !== before.version) {
    throw new StoreError(
      'version_mismatch',
      `This webhook is at version ${before.version}, not ${expectedVersion}: somebody changed it. Read it again.`,
    );
  }
  return {
    ...before,
    ...change,
    ...(change.enabled === undefined ? {} : { disabledReason: null }),
    ...(change.enabled === true ? { consecutiveFailures: 0 } : {}),
    updatedAt: toIso(readInstant(nowIso, 'now')),
    version: before.version + 1,
  };
}
