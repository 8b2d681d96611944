import { describe, expect, test } from 'vitest';
import type { Store } from '../../../control-server/store/store.ts';
import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

/** The contract on the index of texts: what is in it, when, and for whom. */
export function describeSearch(open: OpenStore): void {
  describe('a search', () => {
    test('finds what is stored once it is indexed, and says how far that is', async () => {
      const { store } = await open();
      expect(await store.readSearchLag()).toEqual({ pending: 0, indexedThrough: null });
      await store.storeSnapshots('default', snapshotsOf(2), NOW);
      await store.indexTexts();
      expect(await store.readSearchLag()).toEqual({ pending: 0, indexedThrough: NOW });
      await store.storeSnapshots('default', snapshotsOf(3, {}, 'new-'), later(1_000));
      const early = await store.listSnapshots({ q: 'checkout' });
      // A store may index at once.
      const found = early.items.length;
      expect(early.search).toEqual(
        found === 5 ? { pending: 0, indexedThrough: later(1_000) } : { pending: 3, indexedThrough: NOW },
      );
      await store.indexTexts();
      const { items, search } = await store.listSnapshots({ q: 'checkout' });
      expect(items.map(({ id }) => id)).toEqual(['new-3', 'new-2', 'new-1', 'id-2', 'id-1']);
      expect(search).toEqual({ pending: 0, indexedThrough: later(1_000) });
    });

    test('looks into label, function and file only when it is told to leave values alone', async () => {
      const { store } = await open();
      await storeAndIndex(store, [
        aSnapshot({ snapshotId: 'in-label', label: 'apple pie' }),
        aSnapshot({ snapshotId: 'in-function', functionName: 'bakeApple' }),
        aSnapshot({ snapshotId: 'in-file', filePath: '/app/apple.ts' }),
        aSnapshot({ snapshotId: 'in-value', variables: { fruit: 'apple' } }),
        aSnapshot({ snapshotId: 'in-key', variables: { apple: 1 } }),
      ]);
      expect(await idsOf(store, { q: 'apple', searchIn: 'place' })).toEqual([
        'in-file',
        'in-function',
        'in-label',
      ]);
      expect(await idsOf(store, { q: 'apple' })).toHaveLength(5);
      expect(await idsOf(store, { q: 'apple fruit', searchIn: 'place' })).toEqual([]);
      expect(await idsOf(store, { q: 'apple) OR value : (fruit', searchIn: 'place' })).toEqual([]);
    });

    test('finds keys, strings and numbers at every depth, in expressions and in log messages', async () => {
      const { store } = await open();
      const variables = { order: [{ customer: { name: 'Miriam', age: 4711 } }], isPaid: true };
      await storeAndIndex(store, [
        aSnapshot({
          snapshotId: 'a',
          variables,
          expressionResults: { 'cart.total()': 'forty' },
          logMessage: 'paid late',
        }),
      ]);
      for (const q of ['customer', 'miriam', '4711', 'isPaid', 'cart.total', 'forty', 'late']) {
        expect(await idsOf(store, { q }), q).toEqual(['a']);
      }
    });

    test('sees the first 512 characters of a string and no more', async () => {
      const { store } = await open();
      const text = (before: number): string => `${'x'.repeat(before)} end`;
      await storeAndIndex(store, [
        aSnapshot({ snapshotId: 'inside', variables: { text: text(508) } }),
        aSnapshot({ snapshotId: 'outside', variables: { text: text(512) } }),
      ]);
      expect(await idsOf(store, { q: 'end' })).toEqual(['inside']);
    });

    test('bounds what is indexed of one snapshot, and never stumbles over it', async () => {
      const { store } = await open();
      const many = Object.fromEntries(
        Array.from({ length: 900 }, (_, index) => [`key${index}`, 'y'.repeat(500)]),
      );
      await storeAndIndex(store, [
        aSnapshot({ snapshotId: 'large', variables: { first: many, last: 'needle' } }),
        aSnapshot({ snapshotId: 'small', variables: { last: 'needle' } }),
      ]);
      expect(await idsOf(store, { q: 'key0' })).toEqual(['large']);
      expect(await idsOf(store, { q: 'needle' })).toEqual(['small']);
    });

    test('knows a key called __proto__ as any other', async () => {
      const { store } = await open();
      const variables = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": "no"}}');
      await storeAndIndex(store, [aSnapshot({ snapshotId: 'a', variables })]);
      for (const q of ['__proto__', 'polluted', 'yes', 'constructor prototype no']) {
        expect(await idsOf(store, { q }), q).toEqual(['a']);
      }
      expect((await store.readSnapshot('a'))?.variables).toEqual(variables);
    });

    test('no longer finds what was deleted or swept', async () => {
      const { store } = await open({ maxAgeMs: 60_000 });
      await storeAndIndex(store, snapshotsOf(3));
      await store.deleteSnapshot('id-2');
      expect(await idsOf(store, { q: 'checkout' })).toEqual(['id-3', 'id-1']);
      await store.storeSnapshots('default', snapshotsOf(1, {}, 'young-'), later(60_000));
      await store.sweep(later(60_001));
      await store.indexTexts();
      expect(await idsOf(store, { q: 'checkout' })).toEqual(['young-1']);
    });

    test('goes on after a restart where it was', async () => {
      const { store, reopen } = await open();
      await storeAndIndex(store, snapshotsOf(2));
      await store.storeSnapshots('default', snapshotsOf(1_200, {}, 'more-'), later(1));
      const indexing = store.indexTexts();
      const again = await reopen();
      await indexing;
      await again.indexTexts();
      let found = 0;
      let before: string | undefined;
      do {
        const page = await again.listSnapshots({
          q: 'checkout',
          limit: 500,
          ...(before === undefined ? {} : { before }),
        });
        found += page.items.length;
        before = page.nextCursor ?? undefined;
      } while (before !== undefined);
      expect(found).toBe(1_202);
    });

    test.each([16, 17])('finds the same in %i rows of a filter as in all rows', async (rows) => {
      const { store } = await open();
      const ofLabel = (index: number): Snapshot =>
        aSnapshot({
          snapshotId: `${index}`,
          label: 'rare label',
          variables: index % 2 === 0 ? { note: 'sendInvoice Größe' } : { sendInvoice: 'note size' },
        });
      await storeAndIndex(store, [
        aSnapshot({ snapshotId: 'other', label: 'other', variables: { note: 'sendInvoice Größe' } }),
        ...Array.from({ length: rows }, (_, index) => ofLabel(index)),
      ]);
      const even = Array.from({ length: rows }, (_, index) => String(index))
        .filter((_, index) => index % 2 === 0)
        .toReversed();
      for (const q of ['grosse größ', 'note.sendInvoice', 'invoice note GRÖ']) {
        const found = await idsOf(store, { q, label: 'rare label' });
        expect(found, q).toEqual((await idsOf(store, { q })).filter((id) => id !== 'other'));
      }
      expect(await idsOf(store, { q: 'note.sendInv', label: 'rare label' })).toEqual(even);
      expect(await idsOf(store, { q: 'nvoice', label: 'rare label' })).toEqual([]);
      expect(await idsOf(store, { q: 'rare', label: 'rare label', searchIn: 'place' })).toHaveLength(rows);
      expect(await idsOf(store, { q: 'note', label: 'rare label', searchIn: 'place' })).toEqual([]);
      expect(await idsOf(store, { q: 'note', label: 'rare label', service: 'nobody' })).toEqual([]);
    });

    test('finds the first 512 characters of a file, and one that is far too long keeps nothing else from being found', async () => {
      const { store } = await open();
      // Six letters each once they are taken apart, and no word twice.
      const words = Array.from({ length: 1_000 }, (_, n) => `x${n}${'\u3316'.repeat(80)}`).join(' ');
      await storeAndIndex(store, [
        aSnapshot({ snapshotId: 'far-too-long', filePath: words }),
        aSnapshot({ snapshotId: 'long', filePath: `${'p'.repeat(507)}/last/beyond` }),
        aSnapshot({ snapshotId: 'after', filePath: '/app/pear.ts' }),
      ]);
      expect(await idsOf(store, { q: 'pear' })).toEqual(['after']);
      expect([await idsOf(store, { q: 'last' }), await idsOf(store, { q: 'beyond' })]).toEqual([
        ['long'],
        [],
      ]);
      expect(await idsOf(store, { q: 'x0' })).toEqual(['far-too-long']);
    });

    test('pages in both directions', async () => {
      const { store } = await open();
      await storeAndIndex(
        store,
        Array.from({ length: 9 }, (_, index) =>
          aSnapshot({
            snapshotId: `id-${index + 1}`,
            variables: { fruit: index % 2 === 0 ? 'apple' : 'pear' },
          }),
        ),
      );
      const first = await store.listSnapshots({ q: 'apple', limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(['id-9', 'id-7']);
      const cursor = first.nextCursor ?? '';
      expect(await idsOf(store, { q: 'apple', before: cursor })).toEqual(['id-5', 'id-3', 'id-1']);
      expect(await idsOf(store, { q: 'apple', after: cursor })).toEqual(['id-9']);
    });
  });
}

async function storeAndIndex(store: Store, snapshots: readonly Snapshot[]): Promise<void> {
  await store.storeSnapshots('default', snapshots, NOW);
  await store.indexTexts();
}

async function idsOf(store: Store, query: Parameters<Store['listSnapshots']>[0]): Promise<string[]> {
  return (await store.listSnapshots(query)).items.map(({ id }) => id);
}
