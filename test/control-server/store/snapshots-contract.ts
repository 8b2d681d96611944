import { describe, expect, test } from 'vitest';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on storing and reading snapshots. */
export function describeSnapshots(open: OpenStore): void {
  describe('a batch of snapshots', () => {
    test('is stored once, however often it is delivered', async () => {
      const { store, reopen } = await open();
      const batch = snapshotsOf(3);
      expect(await store.storeSnapshots('default', batch, NOW)).toMatchObject({
        outcomes: ['stored', 'stored', 'stored'],
        cursor: expect.any(String),
        changes: [],
      });
      expect(
        await store.storeSnapshots('default', [...batch, aSnapshot({ snapshotId: 'new' })], NOW),
      ).toMatchObject({
        outcomes: ['duplicate', 'duplicate', 'duplicate', 'stored'],
      });
      const reopened = await reopen();
      expect(await reopened.storeSnapshots('default', batch, NOW)).toEqual({
        outcomes: ['duplicate', 'duplicate', 'duplicate'],
        cursor: null,
        changes: [],
      });
      expect((await reopened.listSnapshots({})).items).toHaveLength(4);
    });

    test('with one snapshot twice stores it once', async () => {
      const { store } = await open();
      const [snapshot = aSnapshot()] = snapshotsOf(1);
      const { outcomes } = await store.storeSnapshots('default', [snapshot, snapshot], NOW);
      expect(outcomes).toEqual(['stored', 'duplicate']);
    });

    test('delivered twice at the same time is stored once', async () => {
      const { store } = await open();
      const batch = snapshotsOf(5);
      const [first, second] = await Promise.all([
        store.storeSnapshots('default', batch, NOW),
        store.storeSnapshots('default', batch, NOW),
      ]);
      const outcomes = [...first.outcomes, ...second.outcomes];
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(5);
      expect((await store.listSnapshots({})).items).toHaveLength(5);
    });

    test('gives an id of its own to each snapshot of a client that sends none', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', [aSnapshot(), aSnapshot()], NOW);
      const { items } = await store.listSnapshots({});
      expect(new Set(items.map(({ id }) => id)).size).toBe(2);
      for (const { id } of items)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    });

    test('may be empty', async () => {
      const { store } = await open();
      expect(await store.storeSnapshots('default', [], NOW)).toEqual({
        outcomes: [],
        cursor: null,
        changes: [],
      });
    });

    test('ends at the cursor that it returns', async () => {
      const { store } = await open();
      const { cursor } = await store.storeSnapshots('default', snapshotsOf(3), NOW);
      const { items } = await store.listSnapshots({});
      expect(items[0]?.cursor).toBe(cursor);
      expect((await store.listSnapshots({ after: cursor ?? '' })).items).toEqual([]);
    });
  });

  describe('a snapshot', () => {
    test('of a client that sends endless names makes no endless row, and comes back whole', async () => {
      const { store } = await open();
      const long = 'x'.repeat(30_000);
      const names = { filePath: long, functionName: long, traceId: long, release: long, commit: long };
      const securityFlags = [{ type: long, severity: 'high' as const, path: '' }];
      await store.storeSnapshots(
        'default',
        [aSnapshot({ snapshotId: 'long', ...names, securityFlags })],
        NOW,
      );
      const { items } = await store.listSnapshots({});
      expect(JSON.stringify(items).length).toBeLessThan(2_500);
      expect(JSON.stringify(await store.listServices(NOW)).length).toBeLessThan(1_000);
      expect(await store.readSnapshot('long')).toMatchObject({ ...names, securityFlags });
    });

    test('comes back whole', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      const snapshot = aSnapshot({
        snapshotId: 'whole',
        variables: JSON.parse(
          '{"text":"line\\nbreak \\u0000 \\ud800 \\ud83d\\ude00","__proto__":{"x":1},"big":1e300,"n":null,"list":[1,[2]]}',
        ),
        valueMarks: [{ path: '/list', kind: 'array', reason: 'collectionSize', size: 900 }],
        securityFlags: [{ type: 'email', severity: 'medium', path: 'variables/user' }],
        frames: [
          {
            functionName: 'placeOrder',
            filePath: '/app/src/order.ts',
            lineNumber: 42,
            columnNumber: 3,
            origin: 'application',
            isAsync: false,
          },
        ],
        traceId: 'trace',
        spanId: 'span',
        requestContext: {
          method: 'GET',
          path: '/',
          url: '/?a=1',
          ip: '::1',
          userAgent: 'curl',
          query: { a: '1' },
          headers: { accept: '*/*' },
        },
        expressionResults: { 'cart.total': 3 },
        logMessage: 'total 3',
        truncated: { collectionSize: 1 },
        environment: 'claimed',
        release: '1.0',
        commit: 'abc',
        host: 'web-1',
        instanceId: 'i-1',
        scrubbed: { version: '1' },
      });
      await store.storeSnapshots('default', [snapshot], later(250));
      const { snapshotId: _, ...rest } = snapshot;
      const found = await store.readSnapshot('whole');
      expect(found).toEqual({
        ...rest,
        id: 'whole',
        breakpointId: breakpoint.id,
        environment: 'default',
        receivedAt: later(250),
        cursor: expect.any(String),
        pinned: false,
        sizeBytes: expect.any(Number),
      });
      expect(JSON.stringify(found?.variables)).toBe(JSON.stringify(snapshot.variables));
    });

    test('shows in a list what a list needs', async () => {
      const { store } = await open();
      const flag = { severity: 'low', path: 'variables' } as const;
      const { cursor } = await store.storeSnapshots(
        'default',
        [
          aSnapshot({
            snapshotId: 'listed',
            variables: { user: 'ann', total: 12 },
            securityFlags: [
              { type: 'email', ...flag },
              { type: 'jwt', ...flag },
              { type: 'email', ...flag },
            ],
            traceId: 'trace',
            instanceId: 'i-1',
            breakpointId: 'deleted long ago',
          }),
        ],
        later(5),
      );
      const { items } = await store.listSnapshots({});
      expect(items).toEqual([
        {
          id: 'listed',
          cursor,
          serviceName: 'shop',
          environment: 'default',
          label: 'checkout',
          filePath: '/app/src/order.ts',
          lineNumber: 42,
          functionName: 'placeOrder',
          breakpointId: 'deleted long ago',
          instanceId: 'i-1',
          traceId: 'trace',
          mode: 'snapshot',
          capturedAt: NOW,
          receivedAt: later(5),
          preview: 'user: "ann", total: 12',
          flags: ['email', 'jwt'],
          pinned: false,
          sizeBytes: (await store.readSnapshot('listed'))?.sizeBytes,
        },
      ]);
    });

    test('stays when its breakpoint is deleted', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.storeSnapshots('default', snapshotsOf(1), NOW);
      await store.deleteBreakpoint(breakpoint.id, null, NOW);
      expect((await store.listSnapshots({ breakpoint: breakpoint.id })).items).toHaveLength(1);
    });

    test('can be deleted once', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      expect(await store.deleteSnapshot('id-1')).toBe(true);
      expect(await store.deleteSnapshot('id-1')).toBe(false);
      expect(await store.readSnapshot('id-1')).toBeNull();
      expect((await store.listSnapshots({})).items).toMatchObject([{ id: 'id-2' }]);
    });

    test('with an instant that cannot be read is refused with its batch', async () => {
      const { store } = await open();
      const batch = [aSnapshot({ capturedAt: 'yesterday' })];
      await expect(store.storeSnapshots('default', batch, NOW)).rejects.toMatchObject({ code: 'bad_value' });
    });
  });
}
