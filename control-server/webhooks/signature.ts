import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookSecret } from '../store/webhook-store.ts';

/** Header of a delivery: `t=<seconds since 1970>,v1=<hex>[,v1=<hex>]`, one `v1` for each secret that is valid. */
export const SIGNATURE_HEADER = 'Stillframe-Signature';

const SECRET_BYTES = 32;

/** A key for signatures, 256 random bits. */
export function createWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** The value of {@link SIGNATURE_HEADER}: HMAC-SHA256 over `<t>.<body>`, so that neither can be exchanged. */
export function signDelivery(secrets: readonly WebhookSecret[], body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1_000);
  const valid = secrets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > nowMs);
  const signatures = valid.map(
    ({ secret }) => `v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`,
  );
  return [`t=${t}`, ...signatures].join(',');
}
