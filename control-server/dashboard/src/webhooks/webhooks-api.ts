import type {
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookPatch,
  WebhookWithSecret,
} from '../../../../src/protocol/api-webhooks.ts';
import { optional, request } from '../api-request.ts';

const byId = (id: string): string => `/api/webhooks/${encodeURIComponent(id)}`;

/** The calls about webhooks. All reject with `ApiError`. */
export const webhooks = {
  list: (signal?: AbortSignal): Promise<readonly Webhook[]> =>
    request('GET', '/api/webhooks', optional(signal)),
  create: (webhook: NewWebhook): Promise<WebhookWithSecret> =>
    request('POST', '/api/webhooks', { body: webhook }),
  change: ({ id, version }: Webhook, patch: WebhookPatch): Promise<Webhook> =>
    request('PATCH', byId(id), { body: patch, headers: { 'if-match': `"${version}"` } }),
  remove: (id: string): Promise<void> => request('DELETE', byId(id)),
  rotateSecret: (id: string, graceSeconds: number): Promise<WebhookWithSecret> =>
    request('POST', `${byId(id)}/rotate-secret`, { body: { graceSeconds } }),
  test: (id: string): Promise<void> => request('POST', `${byId(id)}/test`),
  deliveries: (id: string, signal?: AbortSignal): Promise<readonly WebhookDelivery[]> =>
    request('GET', `${byId(id)}/deliveries`, optional(signal)),
};
