import { expect, it } from 'vitest';
import { browserWords } from '../../../control-server/dashboard/src/account/browser-words.ts';
import { deliveryWords, webhookWords } from '../../../control-server/dashboard/src/webhooks/webhook-words.ts';
import type { Webhook, WebhookDelivery } from '../../../src/protocol/api-webhooks.ts';

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14.6; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['curl/8.9.1', 'curl/8.9.1'],
  ['x'.repeat(61), 'x'.repeat(60)],
  ['', 'Unknown'],
])('calls the browser %j %s', (userAgent, words) => {
  expect(browserWords(userAgent)).toBe(words);
});

const WEBHOOK: Webhook = {
  id: '1',
  url: 'https://hooks.example.com/stillframe',
  events: ['kill_switch'],
  enabled: true,
  disabledReason: null,
  consecutiveFailures: 0,
  droppedDeliveries: 0,
  createdAt: '2026-11-21T10:00:00.000Z',
  createdBy: 'Ada',
  updatedAt: '2026-11-21T10:00:00.000Z',
  version: 1,
};

it.each([
  [{}, 'On', 'ok'],
  [{ consecutiveFailures: 1 }, 'On, 1 failure in a row', 'warn'],
  [{ enabled: false }, 'Off', 'neutral'],
  [{ enabled: false, disabledReason: 'failures' }, 'Switched off after too many failures', 'stop'],
] as const)('says of a webhook with %j: %s', (fields, words, tone) => {
  expect(webhookWords({ ...WEBHOOK, ...fields })).toEqual({ words, tone });
});

const DELIVERY: WebhookDelivery = {
  id: '1',
  event: 'test',
  state: 'waiting',
  attempts: 0,
  status: null,
  error: null,
  createdAt: '2026-11-21T10:00:00.000Z',
  finishedAt: null,
};

it.each([
  [{}, 'Waiting', 'neutral'],
  [{ attempts: 1, error: 'timeout' }, 'Tried again soon (timeout)', 'warn'],
  [{ state: 'delivered', attempts: 1, status: 204 }, 'Delivered (204)', 'ok'],
  [
    { state: 'failed', attempts: 5, status: 500, error: 'bad_status' },
    'Failed (500, bad_status, 5 tries)',
    'stop',
  ],
] as const)('says of a delivery with %j: %s', (fields, words, tone) => {
  expect(deliveryWords({ ...DELIVERY, ...fields })).toEqual({ words, tone });
});
