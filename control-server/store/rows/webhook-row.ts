import { WEBHOOK_EVENTS } from '../../../src/protocol/api-webhooks.ts';
import { isRecord, readStrings } from '../../../src/protocol/json.ts';
import { readInstant, toIso } from '../instant.ts';
import type { StoredWebhook, WebhookSecret } from '../webhook-store.ts';

/** A webhook as its row has it. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly events: string;
  readonly secrets: string;
  readonly enabled: number;
  readonly disabled_reason: string | null;
  readonly consecutive_failures: number;
  readonly dropped_deliveries: number;
  readonly created_at: number;
  readonly created_by: string;
  readonly updated_at: number;
  readonly version: number;
}

/** The webhook of a row. */
export function toWebhook(row: WebhookRow): StoredWebhook {
  const events = readStrings(JSON.parse(row.events));
  return {
    id: row.id,
    url: row.url,
    events: WEBHOOK_EVENTS.filter((event) => events.includes(event)),
    secrets: readSecrets(JSON.parse(row.secrets)),
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason === 'failures' ? 'failures' : null,
    consecutiveFailures: row.consecutive_failures,
    droppedDeliveries: row.dropped_deliveries,
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    updatedAt: toIso(row.updated_at),
    version: row.version,
  };
}

/** Takes {@link newWebhookValues}. */
export const INSERT_WEBHOOK: string = `INSERT INTO webhook
    (id, url, events, secrets, enabled, disabled_reason, consecutive_failures,
     dropped_deliveries, created_at, created_by, updated_at, version)
  VALUES (:id, :url, :events, :secrets, :enabled, NULL, 0, 0, :createdAt, :createdBy, :createdAt, 1)`;

/** Takes {@link webhookValues}. */
export const UPDATE_WEBHOOK: string = `UPDATE webhook
  SET url = :url, events = :events, secrets = :secrets, enabled = :enabled,
    disabled_reason = :disabledReason, consecutive_failures = :consecutiveFailures,
    updated_at = :updatedAt, version = :version
  WHERE id = :id`;

/** The values of {@link INSERT_WEBHOOK}. */
export function newWebhookValues(webhook: StoredWebhook): Record<string, string | number> {
  return {
    ...settableValues(webhook),
    createdAt: readInstant(webhook.createdAt, 'createdAt'),
    createdBy: webhook.createdBy,
  };
}

/** The values of {@link UPDATE_WEBHOOK}. */
export function webhookValues(webhook: StoredWebhook): Record<string, string | number | null> {
  return {
    ...settableValues(webhook),
    disabledReason: webhook.disabledReason,
    consecutiveFailures: webhook.consecutiveFailures,
    updatedAt: readInstant(webhook.updatedAt, 'updatedAt'),
    version: webhook.version,
  };
}

function settableValues({
  id,
  url,
  events,
  secrets,
  enabled,
}: StoredWebhook): Record<string, string | number> {
  return {
    id,
    url,
    events: JSON.stringify(events),
    secrets: JSON.stringify(secrets),
    enabled: enabled ? 1 : 0,
  };
}

function readSecrets(value: unknown): WebhookSecret[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (!isRecord(item) || typeof item['secret'] !== 'string') return [];
    const expiresAt = item['expiresAt'];
    return [{ secret: item['secret'], expiresAt: typeof expiresAt === 'string' ? expiresAt : null }];
  });
}
