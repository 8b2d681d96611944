import { applyWebhookChange, requireRoomForWebhook } from '../webhook-rules.ts';
import type { StoredWebhook, WebhookChange } from '../webhook-store.ts';
import type { Session } from './database.ts';
import {
  INSERT_WEBHOOK,
  newWebhookValues,
  toWebhook,
  UPDATE_WEBHOOK,
  webhookValues,
} from '../rows/webhook-row.ts';
import type { WebhookRow } from '../rows/webhook-row.ts';
import { giveUpWaiting } from './webhook-queue.ts';

/** Throws `too_many_webhooks`. */
export async function createWebhook(session: Session, webhook: StoredWebhook): Promise<void> {
  const known = await session.get<{ webhooks: number }>('SELECT count(*) AS webhooks FROM webhook');
  requireRoomForWebhook(known?.webhooks ?? 0);
  await session.run(INSERT_WEBHOOK, newWebhookValues(webhook));
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
  const after = applyWebhookChange(before, change, expectedVersion, nowIso);
  await session.run(UPDATE_WEBHOOK, webhookValues(after));
  if (!after.enabled) await giveUpWaiting(session, id, nowIso);
  return after;
}

/** With its deliveries; false when there is none. */
export async function deleteWebhook(session: Session, id: string): Promise<boolean> {
  return (await session.run('DELETE FROM webhook WHERE id = :id', { id })).changes > 0;
}
