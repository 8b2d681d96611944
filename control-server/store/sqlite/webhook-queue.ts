import type { WebhookDelivery } from '../../../src/protocol/api-webhooks.ts';
import { readInstant, toIso, toOptionalIso } from '../instant.ts';
import {
  MAX_CONSECUTIVE_FAILURES,
  MAX_ENDED_DELIVERIES,
  MAX_NOTICE_INTERVAL_MS,
  maxWaitingFor,
} from '../webhook-store.ts';
import type { ClaimedDelivery, DeliveryResult, QueuedNotice, WebhookNotice } from '../webhook-store.ts';
import { idOf } from '../rows/webhook-delivery-row.ts';
import type { DeliveryRow } from '../rows/webhook-delivery-row.ts';
import type { Database } from './database.ts';
import { toWebhook } from '../rows/webhook-row.ts';
import type { WebhookRow } from '../rows/webhook-row.ts';

/** Queues a delivery for each webhook concerned, once in an interval. */
export function queueWebhookNotice(database: Database, notice: WebhookNotice, nowIso: string): QueuedNotice {
  const nowMs = readInstant(nowIso, 'now');
  database.run('DELETE FROM webhook_notice WHERE told_at <= :oldest', {
    oldest: nowMs - MAX_NOTICE_INTERVAL_MS,
  });
  const { changes } = database.run(
    `INSERT INTO webhook_notice (key, told_at) VALUES (:key, :nowMs)
     ON CONFLICT DO UPDATE SET told_at = :nowMs WHERE told_at <= :nowMs - :minIntervalMs`,
    { key: notice.key, nowMs, minIntervalMs: notice.minIntervalMs },
  );
  if (changes === 0) return { told: false, queued: 0, dropped: 0 };
  const webhooks = database
    .all<WebhookRow>('SELECT * FROM webhook WHERE enabled = 1')
    .map(toWebhook)
    .filter(({ id, events }) =>
      notice.webhookId === null ? events.some((event) => event === notice.event) : id === notice.webhookId,
    );
  let queued = 0;
  for (const { id } of webhooks) if (queueDelivery(database, id, notice, nowMs)) queued++;
  return { told: true, queued, dropped: webhooks.length - queued };
}

/** The oldest that waits and nobody holds, held by the caller from now on. */
export function claimWebhookDelivery(
  database: Database,
  busyWebhookIds: readonly string[],
  leaseMs: number,
  nowIso: string,
): ClaimedDelivery | null {
  const nowMs = readInstant(nowIso, 'now');
  const claimed = database.get<DeliveryRow>(
    `UPDATE webhook_delivery SET held_until = :nowMs + :leaseMs WHERE sequence = (
       SELECT d.sequence FROM webhook_delivery d
       WHERE d.state = 'waiting' AND d.held_until <= :nowMs
         AND d.webhook_id NOT IN (SELECT value FROM json_each(:busy))
       ORDER BY d.sequence LIMIT 1)
     RETURNING *`,
    { nowMs, leaseMs, busy: JSON.stringify(busyWebhookIds) },
  );
  if (claimed === undefined) return null;
  const row = database.get<WebhookRow>('SELECT * FROM webhook WHERE id = :id', { id: claimed.webhook_id });
  if (row === undefined) return null;
  return { id: idOf(claimed), event: claimed.event, body: claimed.body, webhook: toWebhook(row) };
}

/** Notes the end of a delivery; one that was given up meanwhile stays so. */
export function finishWebhookDelivery(
  database: Database,
  { id, delivered, attempts, status, error }: DeliveryResult,
  nowIso: string,
): { disabled: boolean } {
  const nowMs = readInstant(nowIso, 'now');
  const row = database.get<{ webhook_id: string }>(
    `UPDATE webhook_delivery
     SET state = :state, attempts = :attempts, status = :status, error = :error, finished_at = :nowMs
     WHERE sequence = :sequence AND state = 'waiting' RETURNING webhook_id`,
    {
      sequence: Number(id),
      state: delivered ? 'delivered' : 'failed',
      attempts,
      status,
      error,
      nowMs,
    },
  );
  if (row === undefined) return { disabled: false };
  const webhookId = row.webhook_id;
  pruneEnded(database, webhookId);
  if (delivered) {
    database.run('UPDATE webhook SET consecutive_failures = 0 WHERE id = :webhookId', { webhookId });
    return { disabled: false };
  }
  const webhook = database.get<{ consecutive_failures: number; enabled: number }>(
    `UPDATE webhook SET consecutive_failures = consecutive_failures + 1 WHERE id = :webhookId
     RETURNING consecutive_failures, enabled`,
    { webhookId },
  );
  if (webhook?.enabled !== 1 || webhook.consecutive_failures < MAX_CONSECUTIVE_FAILURES) {
    return { disabled: false };
  }
  database.run(
    `UPDATE webhook SET enabled = 0, disabled_reason = 'failures', updated_at = :nowMs, version = version + 1
     WHERE id = :webhookId`,
    { webhookId, nowMs },
  );
  giveUpWaiting(database, webhookId, nowIso);
  return { disabled: true };
}

/** The newest first. */
export function listWebhookDeliveries(database: Database, webhookId: string): WebhookDelivery[] {
  return database
    .all<DeliveryRow>(
      `SELECT * FROM webhook_delivery WHERE webhook_id = :webhookId ORDER BY sequence DESC LIMIT :limit`,
      { webhookId, limit: MAX_ENDED_DELIVERIES },
    )
    .map((row) => ({
      id: idOf(row),
      event: row.event,
      state: row.state,
      attempts: row.attempts,
      status: row.status,
      error: row.error,
      createdAt: toIso(row.created_at),
      finishedAt: toOptionalIso(row.finished_at),
    }));
}

/** What waits for a webhook that was switched off is not told later, when it would be news no more. */
export function giveUpWaiting(database: Database, webhookId: string, nowIso: string): void {
  database.run(
    `UPDATE webhook_delivery SET state = 'failed', error = 'webhook_disabled', finished_at = :nowMs
     WHERE webhook_id = :webhookId AND state = 'waiting'`,
    { webhookId, nowMs: readInstant(nowIso, 'now') },
  );
  pruneEnded(database, webhookId);
}

function queueDelivery(database: Database, webhookId: string, notice: WebhookNotice, nowMs: number): boolean {
  const waiting = database.get<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM webhook_delivery WHERE webhook_id = :webhookId AND state = 'waiting'`,
    { webhookId },
  );
  if ((waiting?.waiting ?? 0) >= maxWaitingFor(notice.event)) {
    database.run('UPDATE webhook SET dropped_deliveries = dropped_deliveries + 1 WHERE id = :webhookId', {
      webhookId,
    });
    return false;
  }
  database.run(
    `INSERT INTO webhook_delivery (webhook_id, event, body, state, attempts, created_at, held_until)
     VALUES (:webhookId, :event, :body, 'waiting', 0, :nowMs, 0)`,
    { webhookId, event: notice.event, body: notice.body, nowMs },
  );
  return true;
}

function pruneEnded(database: Database, webhookId: string): void {
  database.run(
    `DELETE FROM webhook_delivery WHERE webhook_id = :webhookId AND state <> 'waiting' AND sequence <= (
       SELECT sequence FROM webhook_delivery WHERE webhook_id = :webhookId AND state <> 'waiting'
       ORDER BY sequence DESC LIMIT 1 OFFSET :kept)`,
    { webhookId, kept: MAX_ENDED_DELIVERIES },
  );
}
