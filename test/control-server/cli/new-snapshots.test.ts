import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../../control-server/cli/api-client.ts';
import { createNewSnapshots } from '../../../control-server/cli/new-snapshots.ts';

/** A server that has stored snapshots 1, 2, 3, … with their number as cursor, and answers in pages of two. */
function createShelf(): {
  readonly api: ApiClient;
  readonly requests: string[];
  store(label: string): string;
} {
  const stored: { cursor: string; label: string }[] = [];
  const requests: string[] = [];
  const api: ApiClient = {
    address: { url: 'http://shelf', token: null, source: 'given' },
    get: async <T>(path: string) => {
      requests.push(path);
      const query = new URL(path, 'http://shelf').searchParams;
      const fitting = stored.filter((one) => (query.get('label') ?? one.label) === one.label);
      const after = query.get('after');
      const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
      const found =
        after === null
          ? fitting.filter((one) => Number(one.cursor) < before).toReversed()
          : fitting.filter((one) => Number(one.cursor) > Number(after));
      const items = found.slice(0, Math.min(2, Number(query.get('limit'))));
      return { items, nextCursor: found.length > items.length ? (items.at(-1)?.cursor ?? null) : null } as T;
    },
    send: () => Promise.reject(new Error('nothing is to be changed')),
  };
  return {
    api,
    requests,
    store(label) {
      stored.push({ cursor: String(stored.length + 1), label });
      return String(stored.length);
    },
  };
}

describe('new snapshots', () => {
  it('are those that were stored after the start, in their order, over several pages', async () => {
    const shelf = createShelf();
    const shown: string[] = [];
    const snapshots = createNewSnapshots({}, (snapshot) => shown.push(snapshot.cursor));
    for (let count = 0; count < 3; count += 1) shelf.store('a');
    await snapshots.start(shelf.api);
    for (let count = 0; count < 5; count += 1) shelf.store('a');
    await snapshots.fetch(shelf.api);
    expect(shown).toEqual(['4', '5', '6', '7', '8']);
    await snapshots.fetch(shelf.api);
    expect(shown).toHaveLength(5);
  });

  it('are all there are when the server had none at the start', async () => {
    const shelf = createShelf();
    const shown: string[] = [];
    const snapshots = createNewSnapshots({}, (snapshot) => shown.push(snapshot.cursor));
    await snapshots.start(shelf.api);
    for (let count = 0; count < 5; count += 1) shelf.store('a');
    await snapshots.fetch(shelf.api);
    shelf.store('a');
    await snapshots.fetch(shelf.api);
    expect(shown).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('are handed over once, though hints come faster than answers', async () => {
    const shelf = createShelf();
    const shown: string[] = [];
    const snapshots = createNewSnapshots({}, (snapshot) => shown.push(snapshot.cursor));
    shelf.store('a');
    await snapshots.start(shelf.api);
    await Promise.all(
      ['a', 'a', 'a'].map((label) => {
        shelf.store(label);
        return snapshots.fetch(shelf.api);
      }),
    );
    expect(shown).toEqual(['2', '3', '4']);
  });

  it('of one label leave the others out, and do not read them over and over', async () => {
    const shelf = createShelf();
    const shown: string[] = [];
    const snapshots = createNewSnapshots({ label: 'rare' }, (snapshot) => shown.push(snapshot.cursor));
    shelf.store('often');
    await snapshots.start(shelf.api);
    shelf.store('often');
    await snapshots.fetch(shelf.api);
    shelf.store('rare');
    await snapshots.fetch(shelf.api);
    expect(shown).toEqual(['3']);
    expect(shelf.requests.at(-1)).toContain('after=2');
  });

  it('come with the next fetch when one failed', async () => {
    const shelf = createShelf();
    const shown: string[] = [];
    const snapshots = createNewSnapshots({}, (snapshot) => shown.push(snapshot.cursor));
    shelf.store('a');
    await snapshots.start(shelf.api);
    shelf.store('a');
    const broken = { ...shelf.api, get: () => Promise.reject(new Error('the server is restarting')) };
    await expect(snapshots.fetch(broken)).rejects.toThrow('restarting');
    await snapshots.fetch(shelf.api);
    expect(shown).toEqual(['2']);
  });
});
