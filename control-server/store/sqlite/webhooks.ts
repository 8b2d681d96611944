import { applyWebhookChange, requireRoomForWebhook } from '../webhook-rules.ts';
import type { StoredWebhook, WebhookChange } from '../webhook-store.ts';
import type { Database } from './database.ts';
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
export function createWebhook(database: Database, webhook: StoredWebhook): void {
  const known = database.get<{ webhooks: number }>('SELECT count(*) AS webhooks FROM webhook');
  requireRoomForWebhook(known?.webhooks ?? 0);
  database.run(INSERT_WEBHOOK, newWebhookValues(webhook));
}

/** All, the oldest first. */
export function listWebhooks(database: Database): StoredWebhook[] {
  return database.all<WebhookRow>('SELECT * FROM webhook ORDER BY created_at, id').map(toWebhook);
}

/** Null when there is none. */
export function readWebhook(database: Database, id: string): StoredWebhook | null {
  const row = database.get<WebhookRow>('SELECT * FROM webhook WHERE id = :id', { id });
  return row === undefined ? null : toWebhook(row);
}

/** Null when there is none. Throws `version_mismatch`. */
export function changeWebhook(
  database: Database,
  id: string,
  change: WebhookChange,
  expectedVersion: number | null,
  nowIso: string,
): StoredWebhook | null {
  const before = readWebhook(database, id);
  if (before === null) return null;
  const after = applyWebhookChange(before, change, expectedVersion, nowIso);
  database.run(UPDATE_WEBHOOK, webhookValues(after));
  if (!after.enabled) giveUpWaiting(database, id, nowIso);
  return after;
}

/** With its deliveries; false when there is none. */
export function deleteWebhook(database: Database, id: string): boolean {
  return database.run('DELETE FROM webhook WHERE id = :id', { id }).changes > 0;
}
