import { describe, expect, it } from 'vitest';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';

/** What every store promises about settings. */
export function describeSettings(open: OpenStore): void {
  describe('settings', () => {
    it('are none before the first change, then the last one, the same after a restart', async () => {
      const { store, reopen } = await open();
      expect(await store.readSettingsDocument(null)).toBe(null);
      expect(await store.writeSettingsDocument(null, '{"a":1}', null, 'ada', NOW)).toEqual({
        document: '{"a":1}',
        version: 1,
        updatedAt: NOW,
        updatedBy: 'ada',
      });
      await store.writeSettingsDocument(null, '{"a":2}', 1, 'bob', later(1));
      expect(await (await reopen()).readSettingsDocument(null)).toEqual({
        document: '{"a":2}',
        version: 2,
        updatedAt: later(1),
        updatedBy: 'bob',
      });
    });

    it('are kept for each service apart, and from those of the server', async () => {
      const { store } = await open();
      await store.writeSettingsDocument('shop', '"shop"', null, 'ada', NOW);
      await store.writeSettingsDocument('Shop', '"Shop"', null, 'ada', NOW);
      expect(await store.readSettingsDocument(null)).toBe(null);
      expect(await store.readSettingsDocument('shop')).toMatchObject({ document: '"shop"', version: 1 });
      expect(await store.readSettingsDocument('Shop')).toMatchObject({ document: '"Shop"', version: 1 });
    });

    it('are replaced only by who saw them last', async () => {
      const { store } = await open();
      await expect(store.writeSettingsDocument(null, '1', 1, 'ada', NOW)).rejects.toMatchObject({
        code: 'version_mismatch',
      });
      await store.writeSettingsDocument(null, '1', 0, 'ada', NOW);
      await expect(store.writeSettingsDocument(null, '2', 0, 'bob', NOW)).rejects.toMatchObject({
        code: 'version_mismatch',
      });
      expect(await store.readSettingsDocument(null)).toMatchObject({ document: '1', version: 1 });
      const both = await Promise.allSettled([
        store.writeSettingsDocument(null, '3', 1, 'ada', NOW),
        store.writeSettingsDocument(null, '4', 1, 'bob', NOW),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });
  });

  describe('a label that registers itself', () => {
    it('is enabled, or not when the service asks for that, and is not changed by it later', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      expect(breakpoint.enabled).toBe(true);
      const refund = { ...CHECKOUT, label: 'refund', functionName: 'refund' };
      expect((await store.registerLabel('default', refund, NOW, false)).breakpoint.enabled).toBe(false);
      expect((await store.registerLabel('default', refund, NOW, true)).breakpoint.enabled).toBe(false);
      expect((await store.registerLabel('default', CHECKOUT, NOW, false)).breakpoint.enabled).toBe(true);
    });
  });
}
