import { describe, expect, test } from 'vitest';
import { describeAudit } from './audit-contract.ts';
import { describeKeys } from './keys-contract.ts';
import type { OpenStore } from './opened-store.ts';
import { describePeople } from './people-contract.ts';
import { ANN } from './stored-people.ts';
import { describeTokens } from './tokens-contract.ts';

/** The contract on who may come in, on what they did, and on the end of a store. */
export function describeAccess(open: OpenStore): void {
  describeKeys(open);
  describePeople(open);
  describeTokens(open);
  describeAudit(open);

  describe('a store', () => {
    test('answers a ping until it is closed, and refuses everything after', async () => {
      const { store } = await open();
      expect(await store.ping()).toBe(true);
      const late = store.createUser(ANN);
      await store.close();
      await late;
      expect(await store.ping()).toBe(false);
      await expect(store.countUsers()).rejects.toMatchObject({ code: 'store_failed' });
      await store.close();
    });
  });
}
