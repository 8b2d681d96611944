import { WEBHOOK_EVENTS } from '../../../src/protocol/api-webhooks.ts';
import { isRecord, readStrings } from '../../../src/protocol/json.ts';
import { toIso } from '../instant.ts';
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

function readSecrets(value: unknown): WebhookSecret[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (!isRecord(item) || typeof item['secret'] !== 'string') return [];
    const expiresAt = item['expiresAt'];
    return [{ secret: item['secret'], expiresAt: typeof expiresAt === 'string' ? expiresAt : null }];
  });
}
