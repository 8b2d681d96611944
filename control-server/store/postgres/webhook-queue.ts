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
import type { Session } from './database.ts';
import { toWebhook } from '../rows/webhook-row.ts';
import type { WebhookRow } from '../rows/webhook-row.ts';

/** Queues a delivery for each webhook concerned, once in an interval. */
export async function queueWebhookNotice(
  session: Session,
  notice: WebhookNotice,
  nowIso: string,
): Promise<QueuedNotice> {
  const nowMs = readInstant(nowIso, 'now');
  await session.run('DELETE FROM webhook_notice WHERE told_at <= :oldest', {
    oldest: nowMs - MAX_NOTICE_INTERVAL_MS,
  });
  const { changes } = await session.run(
    `INSERT INTO webhook_notice (key, told_at) VALUES (:key, :nowMs)
     ON CONFLICT (key) DO UPDATE SET told_at = excluded.told_at
       WHERE webhook_notice.told_at <= excluded.told_at - :minIntervalMs::bigint`,
    { key: notice.key, nowMs, minIntervalMs: notice.minIntervalMs },
  );
  if (changes === 0) return { told: false, queued: 0, dropped: 0 };
  const enabled = await session.all<WebhookRow>(
    'SELECT * FROM webhook WHERE enabled = 1 ORDER BY id FOR NO KEY UPDATE',
  );
  const webhooks = enabled
    .map(toWebhook)
    .filter(({ id, events }) =>
      notice.webhookId === null ? events.some((event) => event === notice.event) : id === notice.webhookId,
    );
  let queued = 0;
  for (const { id } of webhooks) if (await queueDelivery(session, id, notice, nowMs)) queued++;
  return { told: true, queued, dropped: webhooks.length - queued };
}

/** The oldest that waits and nobody holds, held by the caller from now on. */
export async function claimWebhookDelivery(
  session: Session,
  busyWebhookIds: readonly string[],
  leaseMs: number,
  nowIso: string,
): Promise<ClaimedDelivery | null> {
  const nowMs = readInstant(nowIso, 'now');
  const claimed = await session.get<DeliveryRow>(
    `UPDATE webhook_delivery SET held_until = :nowMs::bigint + :leaseMs::bigint WHERE sequence = (
       SELECT d.sequence FROM webhook_delivery d
       WHERE d.state = 'waiting' AND d.held_until <= :nowMs
         AND d.webhook_id <> ALL (:busy::text[])
       ORDER BY d.sequence LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    { nowMs, leaseMs, busy: busyWebhookIds },
  );
  if (claimed === undefined) return null;
  const row = await session.get<WebhookRow>('SELECT * FROM webhook WHERE id = :id', {
    id: claimed.webhook_id,
  });
  if (row === undefined) return null;
  return { id: idOf(claimed), event: claimed.event, body: claimed.body, webhook: toWebhook(row) };
}

/** Notes the end of a delivery; one that was given up meanwhile stays so. */
export async function finishWebhookDelivery(
  session: Session,
  { id, delivered, attempts, status, error }: DeliveryResult,
  nowIso: string,
): Promise<{ disabled: boolean }> {
  const nowMs = readInstant(nowIso, 'now');
  // The webhook before its deliveries, as a change of it does, or the two could wait for each other.
  await session.get(
    `SELECT 1 FROM webhook WHERE id = (SELECT webhook_id FROM webhook_delivery WHERE sequence = :sequence)
     FOR NO KEY UPDATE`,
    { sequence: Number(id) },
  );
  const row = await session.get<{ webhook_id: string }>(
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
  await pruneEnded(session, webhookId);
  if (delivered) {
    await session.run('UPDATE webhook SET consecutive_failures = 0 WHERE id = :webhookId', { webhookId });
    return { disabled: false };
  }
  const webhook = await session.get<{ consecutive_failures: number; enabled: number }>(
    `UPDATE webhook SET consecutive_failures = consecutive_failures + 1 WHERE id = :webhookId
     RETURNING consecutive_failures, enabled`,
    { webhookId },
  );
  if (webhook?.enabled !== 1 || webhook.consecutive_failures < MAX_CONSECUTIVE_FAILURES) {
    return { disabled: false };
  }
  await session.run(
    `UPDATE webhook SET enabled = 0, disabled_reason = 'failures', updated_at = :nowMs, version = version + 1
     WHERE id = :webhookId`,
    { webhookId, nowMs },
  );
  await giveUpWaiting(session, webhookId, nowIso);
  return { disabled: true };
}

/** The newest first. */
export async function listWebhookDeliveries(session: Session, webhookId: string): Promise<WebhookDelivery[]> {
  const rows = await session.all<DeliveryRow>(
    `SELECT * FROM webhook_delivery WHERE webhook_id = :webhookId ORDER BY sequence DESC LIMIT :limit`,
    { webhookId, limit: MAX_ENDED_DELIVERIES },
  );
  return rows.map((row) => ({
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
export async function giveUpWaiting(session: Session, webhookId: string, nowIso: string): Promise<void> {
  await session.run(
    `UPDATE webhook_delivery SET state = 'failed', error = 'webhook_disabled', finished_at = :nowMs
     WHERE webhook_id = :webhookId AND state = 'waiting'`,
    { webhookId, nowMs: readInstant(nowIso, 'now') },
  );
  await pruneEnded(session, webhookId);
}

async function queueDelivery(
  session: Session,
  webhookId: string,
  notice: WebhookNotice,
  nowMs: number,
): Promise<boolean> {
  const waiting = await session.get<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM webhook_delivery WHERE webhook_id = :webhookId AND state = 'waiting'`,
    { webhookId },
  );
  if ((waiting?.waiting ?? 0) >= maxWaitingFor(notice.event)) {
    await session.run(
      'UPDATE webhook SET dropped_deliveries = dropped_deliveries + 1 WHERE id = :webhookId',
      {
        webhookId,
      },
    );
    return false;
  }
  await session.run(
    `INSERT INTO webhook_delivery (webhook_id, event, body, state, attempts, created_at, held_until)
     VALUES (:webhookId, :event, :body, 'waiting', 0, :nowMs, 0)`,
    { webhookId, event: notice.event, body: notice.body, nowMs },
  );
  return true;
}

async function pruneEnded(session: Session, webhookId: string): Promise<void> {
  await session.run(
    `DELETE FROM webhook_delivery WHERE webhook_id = :webhookId AND state <> 'waiting' AND sequence <= (
       SELECT sequence FROM webhook_delivery WHERE webhook_id = :webhookId AND state <> 'waiting'
       ORDER BY sequence DESC LIMIT 1 OFFSET :kept)`,
    { webhookId, kept: MAX_ENDED_DELIVERIES },
  );
}
