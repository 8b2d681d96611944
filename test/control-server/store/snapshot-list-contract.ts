import { describe, expect, test } from 'vitest';
import type { Store } from '../../../control-server/store/store.ts';
import type { SnapshotQuery } from '../../../src/protocol/api.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** Strings that would do harm if they ever became part of a statement. */
const INJECTIONS = [
  `' OR 1=1 --`,
  `"; DROP TABLE snapshot; --`,
  `\\`,
  `%`,
  `_`,
  `:id`,
  `?1`,
  `x' UNION SELECT`,
  '\0',
];

const EVERYTHING: SnapshotQuery = {
  service: 'billing',
  environment: 'default',
  file: '/billing/src/send.ts',
  breakpoint: 'bp-1',
  instance: 'i-2',
  flag: 'jwt',
  mode: 'snapshot',
  pinned: true,
  from: later(1_000),
  to: later(1_001),
  q: 'invoice amount',
};

/** What is asked, and the ids of {@link storeVaried} that answer it. */
const FILTERS: readonly (readonly [filter: string, query: SnapshotQuery, expected: string[]])[] = [
  ['service', { service: 'billing' }, ['b']],
  ['environment', { environment: 'staging' }, ['d']],
  ['service and environment', { service: 'shop', environment: 'default' }, ['c', 'a']],
  ['service in every environment', { service: 'shop' }, ['d', 'c', 'a']],
  ['label', { label: 'refund' }, ['c']],
  ['instance', { instance: 'i-2' }, ['b']],
  ['trace', { trace: 't-1' }, ['c', 'a']],
  ['trace and label', { trace: 't-1', label: 'checkout' }, ['a']],
  ['breakpoint', { breakpoint: 'bp-1' }, ['b']],
  ['breakpoint of another service', { breakpoint: 'bp-1', service: 'shop' }, []],
  ['flag', { flag: 'jwt' }, ['b']],
  ['part of a flag', { flag: 'jw' }, []],
  ['from, inclusive', { from: later(1_000) }, ['d', 'c', 'b']],
  ['to, exclusive', { to: later(1_000) }, ['a']],
  ['from and to, in another zone', { from: '2026-11-21T12:00:01+02:00', to: later(2_000) }, ['b']],
  ['a service that nobody knows', { service: 'nobody' }, []],
  ['a time before everything', { to: later(-1) }, []],
  ['a time after everything', { from: later(3_001) }, []],
  ['file', { file: '/billing/src/send.ts' }, ['b']],
  ['the end of a file', { file: 'send.ts' }, []],
  ['file and service', { file: '/app/src/order.ts', service: 'shop', environment: 'staging' }, ['d']],
  ['mode logpoint', { mode: 'logpoint' }, ['d']],
  ['mode snapshot', { mode: 'snapshot' }, ['c', 'b', 'a']],
  ['pinned', { pinned: true }, ['c', 'b']],
  ['not pinned', { pinned: false }, ['d', 'a']],
  ['pinned of a label', { pinned: true, label: 'refund' }, ['c']],
  ['everything at once', EVERYTHING, ['b']],
  ['everything at once but another instance', { ...EVERYTHING, instance: 'i-1' }, []],
  ['empty text as no filter', { q: '' }, ['d', 'c', 'b', 'a']],
];

/** What is searched for, and the ids of {@link storeVaried} that answer it. */
const SEARCHES: readonly (readonly [text: string, expected: string[]])[] = [
  ['REFUND', ['c']],
  ['invoic', ['b']],
  ['sendInv', ['b']],
  ['endInvoice', []],
  ['billing/src', ['b']],
  ['src/billing', []],
  ['amount: 7', ['b']],
  ['amount:7', ['b']],
  ['7 amount', ['b']],
  ['amount 8', []],
  ['ÄPFEL', ['d']],
  ['apfel', ['d']],
  ['a_b', ['a']],
  ['5', ['d', 'c']],
  ['basket apfel order.ts', ['d']],
  ['deep', ['a']],
  ['%', []],
  ['"', []],
  ['*', []],
  ['AND', []],
  ['refund OR apfel', []],
  ['NOT refund', []],
  ['NEAR(refund)', []],
  ['place:refund', []],
  ['{value}: refund', []],
  ['refund"', ['c']],
  ['^refund', ['c']],
  ['-refund', ['c']],
  ['ref*', ['c']],
];

const FORGED_CURSORS = [
  '',
  'sn-',
  'sn--1',
  'sn-01',
  'sn-ZZ',
  '12',
  'sn-zzzzzzzzzzz',
  'bp-1',
  `sn-1'`,
  '../sn-1',
];

/** The contract on pages, filters and cursors. */
export function describeSnapshotList(open: OpenStore): void {
  describe('a list of snapshots', () => {
    test('is newest first, fifty at a time', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(51), NOW);
      const first = await store.listSnapshots({});
      expect(first.items).toHaveLength(50);
      expect(first.items[0]?.id).toBe('id-51');
      const second = await store.listSnapshots({ before: first.nextCursor ?? '' });
      expect(second.items.map(({ id }) => id)).toEqual(['id-1']);
      expect(second.nextCursor).toBeNull();
    });

    test('says that there is no next page when the last one is exactly full', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(4), NOW);
      const first = await store.listSnapshots({ limit: 2 });
      const second = await store.listSnapshots({ limit: 2, before: first.nextCursor ?? '' });
      expect(second.items.map(({ id }) => id)).toEqual(['id-2', 'id-1']);
      expect(second.nextCursor).toBeNull();
    });

    test('repeats and skips nothing while new snapshots arrive and old ones go', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(30), NOW);
      const seen: string[] = [];
      let before: string | undefined;
      for (let page = 0; page < 10; page++) {
        const { items, nextCursor } = await store.listSnapshots({
          limit: 7,
          ...(before === undefined ? {} : { before }),
        });
        seen.push(...items.map(({ id }) => id));
        await store.storeSnapshots('default', snapshotsOf(5, {}, `new-${page}-`), NOW);
        await store.deleteSnapshot(seen.at(-1) ?? '');
        if (nextCursor === null) break;
        before = nextCursor;
      }
      expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => `id-${30 - index}`));
    });

    test('follows what arrives, oldest first, without a gap', async () => {
      const { store } = await open();
      const { cursor } = await store.storeSnapshots('default', snapshotsOf(2), NOW);
      await store.storeSnapshots('default', snapshotsOf(5, {}, 'new-'), NOW);
      const first = await store.listSnapshots({ after: cursor ?? '', limit: 3 });
      expect(first.items.map(({ id }) => id)).toEqual(['new-1', 'new-2', 'new-3']);
      const rest = await store.listSnapshots({ after: first.nextCursor ?? '', limit: 3 });
      expect(rest.items.map(({ id }) => id)).toEqual(['new-4', 'new-5']);
      expect(rest.nextCursor).toBeNull();
    });

    test('is filtered by what it is asked for, in both orders', async () => {
      const { store } = await open();
      await storeVaried(store);
      for (const [filter, query, expected] of FILTERS) {
        const { items, nextCursor } = await store.listSnapshots(query);
        expect(
          items.map(({ id }) => id),
          filter,
        ).toEqual(expected);
        expect(nextCursor).toBeNull();
        const oldestFirst = await store.listSnapshots({ ...query, after: 'sn-0' });
        expect(
          oldestFirst.items.map(({ id }) => id),
          filter,
        ).toEqual(expected.toReversed());
      }
    });

    test('finds words and their beginnings, and takes nothing of a text for a command', async () => {
      const { store } = await open();
      await storeVaried(store);
      for (const [q, expected] of SEARCHES) {
        const { items, search } = await store.listSnapshots({ q });
        expect(
          items.map(({ id }) => id),
          q,
        ).toEqual(expected);
        expect(search).toEqual({ pending: 0, indexedThrough: later(3_000) });
        const oldestFirst = await store.listSnapshots({ q, after: 'sn-0' });
        expect(
          oldestFirst.items.map(({ id }) => id),
          q,
        ).toEqual(expected.toReversed());
      }
      expect((await store.listSnapshots({})).search).toBeNull();
    });

    test('pages through what a filter leaves', async () => {
      const { store } = await open();
      for (let index = 0; index < 6; index++) {
        await store.storeSnapshots(
          'default',
          snapshotsOf(3, { label: `label ${index % 2}` }, `${index}-`),
          NOW,
        );
      }
      const query = { label: 'label 1', limit: 4 };
      const first = await store.listSnapshots(query);
      const second = await store.listSnapshots({ ...query, before: first.nextCursor ?? '' });
      const third = await store.listSnapshots({ ...query, before: second.nextCursor ?? '' });
      const ids = [first, second, third].map(({ items }) => items.map(({ id }) => id));
      expect(ids).toEqual([['5-3', '5-2', '5-1', '3-3'], ['3-2', '3-1', '1-3', '1-2'], ['1-1']]);
      expect(third.nextCursor).toBeNull();
    });

    test('has one to five hundred rows', async () => {
      const { store } = await open();
      await store.storeSnapshots('default', snapshotsOf(501), NOW);
      const counts = [0, 1, 500, 501, -3, 2.9, Number.NaN].map(
        async (limit) => (await store.listSnapshots({ limit })).items.length,
      );
      expect(await Promise.all(counts)).toEqual([1, 1, 500, 500, 1, 2, 1]);
    });

    test('of an empty store is empty', async () => {
      const { store } = await open();
      const empty = { items: [], nextCursor: null };
      expect(await store.listSnapshots({})).toEqual({ ...empty, search: null });
      expect(await store.listSnapshots({ after: 'sn-5', q: 'x' })).toEqual({
        ...empty,
        search: { pending: 0, indexedThrough: null },
      });
    });

    test('refuses a cursor that it did not make', async () => {
      const { store } = await open();
      const refusal = { code: 'bad_cursor' };
      for (const cursor of FORGED_CURSORS) {
        await expect(store.listSnapshots({ before: cursor }), cursor).rejects.toMatchObject(refusal);
        await expect(store.listSnapshots({ after: cursor }), cursor).rejects.toMatchObject(refusal);
      }
    });

    test('refuses two cursors, an instant that is none and an endless search text', async () => {
      const { store } = await open();
      await expect(store.listSnapshots({ before: 'sn-5', after: 'sn-1' })).rejects.toMatchObject({
        code: 'bad_cursor',
      });
      await expect(store.listSnapshots({ from: 'monday' })).rejects.toMatchObject({ code: 'bad_value' });
      await expect(store.listSnapshots({ q: 'x'.repeat(1_001) })).rejects.toMatchObject({
        code: 'bad_value',
      });
      expect((await store.listSnapshots({ q: 'x'.repeat(1_000) })).items).toEqual([]);
    });

    test('takes hostile text as data in every place', async () => {
      const { store } = await open();
      const fields = [
        'service',
        'environment',
        'label',
        'breakpoint',
        'instance',
        'flag',
        'trace',
        'file',
      ] as const;
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      for (const text of INJECTIONS) {
        const hostile = aSnapshot({ label: text, serviceName: text, snapshotId: text });
        await store.storeSnapshots(text, [hostile], NOW);
        for (const field of fields) {
          const { items } = await store.listSnapshots({ [field]: text });
          expect(items.length, `${field}: ${text}`).toBeLessThanOrEqual(1);
        }
        expect((await store.listSnapshots({ label: text })).items, text).toHaveLength(1);
        await store.indexTexts();
        const found = await store.listSnapshots({ q: text });
        expect(found.items.length, text).toBeLessThanOrEqual(2 + INJECTIONS.length);
        expect(await store.readSnapshot(text)).toMatchObject({ serviceName: text });
      }
      expect((await store.listSnapshots({})).items).toHaveLength(2 + INJECTIONS.length);
    });
  });
}

async function storeVaried(store: Store): Promise<void> {
  const flag = { severity: 'low', path: '' } as const;
  const cart = { items: [{ name: { deep: true } }] };
  await store.storeSnapshots(
    'default',
    [aSnapshot({ snapshotId: 'a', traceId: 't-1', variables: { a_b: 1, cart }, instanceId: 'i-1' })],
    NOW,
  );
  await store.storeSnapshots(
    'default',
    [
      aSnapshot({
        snapshotId: 'b',
        serviceName: 'billing',
        label: null,
        functionName: 'sendInvoice',
        filePath: '/billing/src/send.ts',
        breakpointId: 'bp-1',
        instanceId: 'i-2',
        variables: { amount: 7, axb: 1 },
        securityFlags: [
          { type: 'email', ...flag },
          { type: 'jwt', ...flag },
        ],
      }),
    ],
    later(1_000),
  );
  await store.storeSnapshots(
    'default',
    [aSnapshot({ snapshotId: 'c', label: 'refund', traceId: 't-1', variables: { share: '5%' } })],
    later(2_000),
  );
  await store.storeSnapshots(
    'staging',
    [aSnapshot({ snapshotId: 'd', mode: 'logpoint', variables: { basket: 'Äpfel', share: '50' } })],
    later(3_000),
  );
  for (const id of ['b', 'c']) await store.pinSnapshot(id, true);
  await store.indexTexts();
}
