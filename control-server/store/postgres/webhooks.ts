import { readInstant, toIso } from '../instant.ts';
import { StoreError } from '../store-error.ts';
import { MAX_WEBHOOKS } from '../webhook-store.ts';
import type { StoredWebhook, WebhookChange } from '../webhook-store.ts';
import type { Session } from './database.ts';
import { toWebhook } from '../rows/webhook-row.ts';
import type { WebhookRow } from '../rows/webhook-row.ts';
import { giveUpWaiting } from './webhook-queue.ts';

/** Throws `too_many_webhooks`. */
export async function createWebhook(session: Session, webhook: StoredWebhook): Promise<void> {
  const known = await session.get<{ webhooks: number }>('SELECT count(*) AS webhooks FROM webhook');
  if ((known?.webhooks ?? 0) >= MAX_WEBHOOKS) {
    throw new StoreError(
      'too_many_webhooks',
      `There are ${MAX_WEBHOOKS} webhooks. Delete one before adding another.`,
    );
  }
  await session.run(
    `INSERT INTO webhook (id, url, events, secrets, enabled, disabled_reason, consecutive_failures,
       dropped_deliveries, created_at, created_by, updated_at, version)
     VALUES (:id, :url, :events, :secrets, :enabled, NULL, 0, 0, :createdAt, :createdBy, :createdAt, 1)`,
    {
      id: webhook.id,
      ...columnsOf(webhook),
      createdAt: readInstant(webhook.createdAt, 'createdAt'),
      createdBy: webhook.createdBy,
    },
  );
}

/** All, the oldest first. */
export async function listWebhooks(session: Session): Promise<StoredWebhook[]> {
  const rows = await session.all<WebhookRow>('SELECT * FROM webhook ORDER BY created_at, id');
  return rows.map(toWebhook);
}

/** Null when there is none. */
export async function readWebhook(session: Session, id: string): Promise<StoredWebhook | null> {
  const row = await session.get<WebhookRow>('SELECT * FROM webhook WHERE id = :id', { id });
  return row === undefined ? null : toWebhook(row);
}

/** Null when there is none. Throws `version_mismatch`. */
export async function changeWebhook(
  session: Session,
  id: string,
  change: WebhookChange,
  expectedVersion: number | null,
  nowIso: string,
): Promise<StoredWebhook | null> {
  const before = await readWebhook(session, id);
  if (before === null) return null;
  if (expectedVersion !== null && expectedVersion !== before.version) {
    throw new StoreError(
      'version_mismatch',
      `This webhook is at version ${before.version}, not ${expectedVersion}: somebody changed it. Read it again.`,
    );
  }
  const after: StoredWebhook = {
    ...before,
    ...change,
    ...(change.enabled === undefined ? {} : { disabledReason: null }),
    ...(change.enabled === true ? { consecutiveFailures: 0 } : {}),
    updatedAt: toIso(readInstant(nowIso, 'now')),
    version: before.version + 1,
  };
  await session.run(
    `UPDATE webhook SET url = :url, events = :events, secrets = :secrets, enabled = :enabled,
       disabled_reason = :disabledReason, consecutive_failures = :consecutiveFailures,
       updated_at = :updatedAt, version = :version
     WHERE id = :id`,
    {
      id,
      ...columnsOf(after),
      disabledReason: after.disabledReason,
      consecutiveFailures: after.consecutiveFailures,
      updatedAt: readInstant(after.updatedAt, 'updatedAt'),
      version: after.version,
    },
  );
  if (!after.enabled) await giveUpWaiting(session, id, nowIso);
  return after;
}

/** With its deliveries; false when there is none. */
export async function deleteWebhook(session: Session, id: string): Promise<boolean> {
  return (await session.run('DELETE FROM webhook WHERE id = :id', { id })).changes > 0;
}

function columnsOf({ url, events, secrets, enabled }: StoredWebhook) {
  return { url, events: JSON.stringify(events), secrets: JSON.stringify(secrets), enabled: enabled ? 1 : 0 };
}
