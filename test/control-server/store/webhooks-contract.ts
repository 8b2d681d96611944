import { describe, expect, it } from 'vitest';
import {
  MAX_CONSECUTIVE_FAILURES,
  MAX_ENDED_DELIVERIES,
  MAX_WAITING_DELIVERIES,
  MAX_WEBHOOKS,
} from '../../../control-server/store/webhook-store.ts';
import type {
  DeliveryResult,
  StoredWebhook,
  WebhookNotice,
} from '../../../control-server/store/webhook-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';

const LEASE_MS = 60_000;

/** What every store promises about webhooks and the queue of their deliveries. */
export function describeWebhooks(open: OpenStore): void {
  describe('webhooks', () => {
    it('are kept with their secrets, the oldest first', async () => {
      const { store, reopen } = await open();
      const first = webhookOf('w1', { secrets: [secret('new'), secret('old', later(1_000))] });
      const second = webhookOf('w2', { createdAt: later(1), updatedAt: later(1), enabled: false });
      await store.createWebhook(second);
      await store.createWebhook(first);
      const reopened = await reopen();
      expect(await reopened.listWebhooks()).toEqual([first, second]);
      expect(await reopened.readWebhook('w1')).toEqual(first);
      expect(await reopened.readWebhook('w3')).toBe(null);
    });

    it(`are at most ${MAX_WEBHOOKS}`, async () => {
      const { store } = await open();
      for (let n = 1; n <= MAX_WEBHOOKS; n++) await store.createWebhook(webhookOf(`w${n}`));
      await expect(store.createWebhook(webhookOf('more'))).rejects.toMatchObject({
        code: 'too_many_webhooks',
      });
      await store.deleteWebhook('w1');
      await store.createWebhook(webhookOf('more'));
    });

    it('change where they are asked to, by who saw them last', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      const changed = await store.changeWebhook('w1', { events: ['kill_switch'] }, 1, later(5));
      expect(changed).toEqual(webhookOf('w1', { events: ['kill_switch'], version: 2, updatedAt: later(5) }));
      await expect(store.changeWebhook('w1', { enabled: false }, 1, NOW)).rejects.toMatchObject({
        code: 'version_mismatch',
      });
      expect(await store.readWebhook('w1')).toEqual(changed);
      expect(await store.changeWebhook('w9', {}, null, NOW)).toBe(null);
    });

    it('are gone with their deliveries', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      await store.queueWebhookNotice(noticeOf('a'), NOW);
      expect(await store.deleteWebhook('w1')).toBe(true);
      expect(await store.deleteWebhook('w1')).toBe(false);
      expect(await store.claimWebhookDelivery([], LEASE_MS, NOW)).toBe(null);
      expect(await store.listWebhookDeliveries('w1')).toEqual([]);
    });
  });

  describe('the queue of webhook deliveries', () => {
    it('has one for each enabled webhook that subscribed to the event', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1', { events: ['kill_switch', 'breakpoint_hit'] }));
      await store.createWebhook(webhookOf('w2', { events: ['breaker_open'] }));
      await store.createWebhook(webhookOf('w3', { events: ['kill_switch'], enabled: false }));
      await store.createWebhook(webhookOf('w4', { events: ['kill_switch'] }));
      expect(await store.queueWebhookNotice(noticeOf('a'), NOW)).toEqual({
        told: true,
        queued: 2,
        dropped: 0,
      });
      expect(await claimAll(store)).toEqual(['w1', 'w4']);
    });

    it('has one for the webhook that is tested, whatever it subscribed to', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      await store.createWebhook(webhookOf('w2', { events: ['breaker_open'] }));
      await store.queueWebhookNotice({ ...noticeOf('a'), event: 'test', webhookId: 'w2' }, NOW);
      expect(await claimAll(store)).toEqual(['w2']);
    });

    it('is told the same thing once in its interval, even by two at a time', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      const tell = (key: string, ms: number) =>
        store.queueWebhookNotice({ ...noticeOf(key), minIntervalMs: 60_000 }, later(ms));
      const atOnce = await Promise.all([tell('a', 0), tell('a', 0)]);
      expect(atOnce.filter(({ told }) => told).length).toBe(1);
      expect(await tell('a', 59_999)).toEqual({ told: false, queued: 0, dropped: 0 });
      expect(await tell('b', 59_999)).toMatchObject({ told: true });
      expect(await tell('a', 60_000)).toMatchObject({ told: true, queued: 1 });
      expect(await tell('a', 119_999)).toMatchObject({ told: false });
    });

    it('gives each delivery to one caller until its lease is over, the oldest first', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      await store.queueWebhookNotice(noticeOf('a'), NOW);
      await store.queueWebhookNotice(noticeOf('b'), NOW);
      const bodies = await Promise.all(
        [1, 2, 3].map(async () => (await store.claimWebhookDelivery([], LEASE_MS, NOW))?.body ?? null),
      );
      // Which of callers at the same time gets which is nobody's promise.
      expect(new Set(bodies)).toEqual(new Set(['{"key":"a"}', '{"key":"b"}', null]));
      expect(await store.claimWebhookDelivery([], LEASE_MS, later(LEASE_MS - 1))).toBe(null);
      const again = await store.claimWebhookDelivery([], LEASE_MS, later(LEASE_MS));
      expect(again).toMatchObject({ event: 'kill_switch', body: '{"key":"a"}', webhook: webhookOf('w1') });
    });

    it('leaves out webhooks that are busy', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      await store.createWebhook(webhookOf('w2'));
      await store.queueWebhookNotice(noticeOf('a'), NOW);
      expect((await store.claimWebhookDelivery(['w1'], LEASE_MS, NOW))?.webhook.id).toBe('w2');
      expect(await store.claimWebhookDelivery(['w1', 'w2'], LEASE_MS, NOW)).toBe(null);
    });

    it('outlives a restart', async () => {
      const { store, reopen } = await open();
      await store.createWebhook(webhookOf('w1'));
      await store.queueWebhookNotice(noticeOf('a'), NOW);
      expect((await (await reopen()).claimWebhookDelivery([], LEASE_MS, NOW))?.body).toBe('{"key":"a"}');
    });

    it('says how each one went, the newest first', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      for (const key of ['a', 'b', 'c']) await store.queueWebhookNotice(noticeOf(key), NOW);
      const first = await store.claimWebhookDelivery([], LEASE_MS, NOW);
      await store.finishWebhookDelivery(resultOf(first?.id, { status: 204 }), later(10));
      const second = await store.claimWebhookDelivery([], LEASE_MS, NOW);
      const failed = { delivered: false, attempts: 4, status: 500, error: 'status_500' };
      await store.finishWebhookDelivery(resultOf(second?.id, failed), later(20));
      const listed = await store.listWebhookDeliveries('w1');
      const row = { event: 'kill_switch', createdAt: NOW };
      expect(listed).toMatchObject([
        { ...row, state: 'waiting', attempts: 0, status: null, error: null, finishedAt: null },
        { ...row, state: 'failed', attempts: 4, status: 500, error: 'status_500', finishedAt: later(20) },
        { ...row, state: 'delivered', attempts: 1, status: 204, error: null, finishedAt: later(10) },
      ]);
      expect(listed.slice(1).map(({ id }) => id)).toEqual([second?.id, first?.id]);
      // Done is done, whoever comes late.
      await store.finishWebhookDelivery(resultOf(first?.id, failed), later(30));
      expect((await store.listWebhookDeliveries('w1'))[2]?.state).toBe('delivered');
    });

    it('switches a webhook off after too many failures in a row, and gives up what waits for it', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1'));
      await fail(store, MAX_CONSECUTIVE_FAILURES - 1);
      await store.queueWebhookNotice(noticeOf('good'), NOW);
      const good = await store.claimWebhookDelivery([], LEASE_MS, NOW);
      expect(await store.finishWebhookDelivery(resultOf(good?.id), NOW)).toEqual({ disabled: false });
      expect(await store.readWebhook('w1')).toMatchObject({ consecutiveFailures: 0, enabled: true });

      expect(await fail(store, MAX_CONSECUTIVE_FAILURES - 1)).toBe(false);
      await store.queueWebhookNotice(noticeOf('waiting'), NOW);
      await store.queueWebhookNotice(noticeOf('last'), NOW);
      const last = await store.claimWebhookDelivery([], LEASE_MS, NOW);
      const failed = resultOf(last?.id, { delivered: false, error: 'timeout' });
      expect(await store.finishWebhookDelivery(failed, NOW)).toEqual({ disabled: true });
      expect(await store.readWebhook('w1')).toMatchObject({
        enabled: false,
        disabledReason: 'failures',
        consecutiveFailures: MAX_CONSECUTIVE_FAILURES,
      });
      expect((await store.listWebhookDeliveries('w1'))[0]).toMatchObject({
        state: 'failed',
        error: 'webhook_disabled',
      });
      expect(await store.queueWebhookNotice(noticeOf('later'), NOW)).toMatchObject({ queued: 0 });

      expect(await store.changeWebhook('w1', { enabled: true }, null, NOW)).toMatchObject({
        enabled: true,
        disabledReason: null,
        consecutiveFailures: 0,
      });
      expect(await claimAll(store)).toEqual([]);
    });

    it('is bounded, with places for kill switches, and what has no room is counted', async () => {
      const { store } = await open();
      await store.createWebhook(webhookOf('w1', { events: ['breakpoint_hit', 'kill_switch'] }));
      const fill = (event: WebhookNotice['event'], count: number) =>
        Promise.all(
          Array.from({ length: count }, (_, n) =>
            store.queueWebhookNotice({ ...noticeOf(`${event} ${n}`), event }, NOW),
          ),
        );
      const beyond = { told: true, queued: 0, dropped: 1 };
      await fill('breakpoint_hit', MAX_WAITING_DELIVERIES - 100);
      const hit = { ...noticeOf('hit beyond'), event: 'breakpoint_hit' } as const;
      expect(await store.queueWebhookNotice(hit, NOW)).toEqual(beyond);
      expect(new Set((await fill('kill_switch', 100)).map(({ queued }) => queued))).toEqual(new Set([1]));
      const kill = { ...noticeOf('kill beyond'), event: 'kill_switch' } as const;
      expect(await store.queueWebhookNotice(kill, NOW)).toEqual(beyond);
      expect((await store.readWebhook('w1'))?.droppedDeliveries).toBe(2);
      await store.changeWebhook('w1', { enabled: false }, null, NOW);
      // What has ended is kept to look at, up to a number.
      expect((await store.listWebhookDeliveries('w1')).length).toBe(MAX_ENDED_DELIVERIES);
    });
  });
}

function webhookOf(id: string, override: Partial<StoredWebhook> = {}): StoredWebhook {
  return {
    id,
    url: `https://hooks.example/${id}`,
    events: ['kill_switch'],
    secrets: [secret('one')],
    enabled: true,
    disabledReason: null,
    consecutiveFailures: 0,
    droppedDeliveries: 0,
    createdAt: NOW,
    createdBy: 'ada',
    updatedAt: NOW,
    version: 1,
    ...override,
  };
}

function secret(text: string, expiresAt: string | null = null) {
  return { secret: text, expiresAt };
}

function noticeOf(key: string): WebhookNotice {
  return { event: 'kill_switch', key, minIntervalMs: 1_000, body: JSON.stringify({ key }), webhookId: null };
}

function resultOf(id: string | undefined, override: Partial<DeliveryResult> = {}): DeliveryResult {
  if (id === undefined) throw new Error('there was nothing to claim');
  return { id, delivered: true, attempts: 1, status: null, error: null, ...override };
}

/** Ids of the webhooks of what waits, in the order in which it is given out. */
async function claimAll(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const claimed = await store.claimWebhookDelivery([], LEASE_MS, NOW);
    if (claimed === null) return ids;
    ids.push(claimed.webhook.id);
  }
}

let notices = 0;

/** Whether the last failure switched the webhook off. */
async function fail(store: Store, times: number): Promise<boolean> {
  let isDisabled = false;
  for (let n = 0; n < times; n++) {
    await store.queueWebhookNotice(noticeOf(`failing ${++notices}`), NOW);
    const claimed = await store.claimWebhookDelivery([], LEASE_MS, NOW);
    const result = resultOf(claimed?.id, { delivered: false, error: 'timeout' });
    isDisabled = (await store.finishWebhookDelivery(result, NOW)).disabled;
  }
  return isDisabled;
}
