import type { WebhookDelivery } from '../../../src/protocol/api-webhooks.ts';

/** A row of `webhook_delivery`, in every database. */
export interface DeliveryRow {
  readonly sequence: number;
  readonly webhook_id: string;
  readonly event: WebhookDelivery['event'];
  readonly body: string;
  readonly state: WebhookDelivery['state'];
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly created_at: number;
  readonly finished_at: number | null;
}

/** The opaque id of a delivery. */
export function idOf({ sequence }: Pick<DeliveryRow, 'sequence'>): string {
  return String(sequence);
}
