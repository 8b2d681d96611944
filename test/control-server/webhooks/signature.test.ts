import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createWebhookSecret, signDelivery } from '../../../control-server/webhooks/signature.ts';

const NOW_MS = Date.parse('2026-11-21T10:00:00.900Z');
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');

it('signs time and body together', () => {
  const secrets = [{ secret: 'one', expiresAt: null }];
  expect(signDelivery(secrets, '{"a":1}', NOW_MS)).toBe(
    't=1795255200,v1=faeaaccb7a5b888532e0f4ff5b22e5e666d0fe5b5393065a451a1fa49e80abe0',
  );
  expect(hmac('one', '1795255200.{"a":1}')).toBe(
    'faeaaccb7a5b888532e0f4ff5b22e5e666d0fe5b5393065a451a1fa49e80abe0',
  );
});

it('signs with the last secret too, until its grace is over', () => {
  const secrets = [
    { secret: 'new', expiresAt: null },
    { secret: 'old', expiresAt: '2026-11-21T10:00:01.000Z' },
  ];
  const during = signDelivery(secrets, 'x', NOW_MS);
  expect(during).toBe(`t=1795255200,v1=${hmac('new', '1795255200.x')},v1=${hmac('old', '1795255200.x')}`);
  const after = signDelivery(secrets, 'x', NOW_MS + 100);
  expect(after).toBe(`t=1795255201,v1=${hmac('new', '1795255201.x')}`);
});

it('makes secrets of 256 random bits', () => {
  const secrets = new Set(Array.from({ length: 100 }, createWebhookSecret));
  expect(secrets.size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[\w-]{43}$/);
});
