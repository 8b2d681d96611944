import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import { snapshotsOf } from '../store/snapshots-of.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const SECRET = 'needle-in-a-value';

let api: OpenApi;
let id: string;
beforeAll(async () => {
  api = await openApi();
  await api.store.storeSnapshots(
    'default',
    snapshotsOf(1, { variables: { name: SECRET }, logMessage: SECRET, expressionResults: { name: SECRET } }),
    new Date(api.clock.ms).toISOString(),
  );
  await api.store.indexTexts();
  id = (await api.store.listSnapshots({})).items[0]?.id ?? '';
});
afterAll(() => api[Symbol.asyncDispose]());

const asViewer = async (url: string) => api.call('GET', url, { cookie: await api.signIn('viewer') });
const list = async (query = '') => (await asViewer(`/api/snapshots${query}`)).json<SnapshotPage>().items;

async function setViewersSeeValues(viewersSeeValues: boolean): Promise<void> {
  const body = {
    viewersSeeValues,
    traceLinkTemplate: null,
    retention: { maxAgeMs: null, maxSnapshotsPerBreakpoint: null, maxTotalBytes: null },
  };
  const answer = await api.call('PUT', '/api/settings', { cookie: await api.signIn(), body });
  expect(answer.statusCode).toBe(200);
  api.clock.ms += 1_000;
}

describe('a viewer without the right to values', () => {
  it('sees that something was captured, and no preview of it', async () => {
    expect(await list()).toMatchObject([{ id, preview: '' }]);
    expect((await asViewer('/api/snapshots')).body).not.toContain('needle');
  });

  it('finds nothing by a value, though by its place', async () => {
    expect(await list('?q=needle')).toEqual([]);
    expect(await list('?q=needle&searchIn=place')).toEqual([]);
    expect((await asViewer('/api/snapshots?q=needle&searchIn=all')).json()).toMatchObject({
      status: 403,
      code: 'values_not_allowed',
    });
    const [place] = (await api.store.listSnapshots({})).items;
    expect(await list(`?q=${place?.label}`)).toHaveLength(1);
  });

  it.each(['', '/raw'])(
    'does not read a snapshot%s, one that is there no more than one that is not',
    async (end) => {
      const [there, missing] = [
        await asViewer(`/api/snapshots/${id}${end}`),
        await asViewer(`/api/snapshots/none${end}`),
      ];
      expect([there.statusCode, there.body]).toEqual([403, missing.body]);
      expect(there.json()).toMatchObject({ code: 'values_not_allowed' });
    },
  );

  it.each(['ndjson', 'json', 'csv'])('exports no %s', async (format) => {
    const answer = await asViewer(`/api/snapshots/export?format=${format}`);
    expect(answer.json()).toMatchObject({ status: 403, code: 'values_not_allowed' });
  });

  it.each(['/api/webhooks', '/api/audit', '/api/audit/export?format=csv', '/api/users', '/api/keys'])(
    'does not get at %s, where values may go or who looked at them',
    async (url) => {
      expect((await asViewer(url)).json()).toMatchObject({ status: 403, code: 'not_allowed' });
    },
  );

  it.each(['/api/services', '/api/agents', '/api/breakpoints', '/api/settings', '/api/openapi.json'])(
    'finds no value in %s',
    async (url) => {
      const answer = await asViewer(url);
      expect([answer.statusCode, answer.body.includes('needle')]).toEqual([200, false]);
    },
  );
});

describe('a viewer with the right to values', () => {
  it('sees what an operator sees, until the right is taken back', async () => {
    await setViewersSeeValues(true);
    expect(await list()).toMatchObject([{ preview: expect.stringContaining(SECRET) as string }]);
    expect(await list('?q=needle&searchIn=all')).toHaveLength(1);
    for (const url of [`/api/snapshots/${id}`, `/api/snapshots/${id}/raw`, '/api/snapshots/export']) {
      const answer = await asViewer(url);
      expect([answer.statusCode, answer.body.includes(SECRET)], url).toEqual([200, true]);
    }
    await setViewersSeeValues(false);
    expect(await list()).toMatchObject([{ preview: '' }]);
    expect((await asViewer(`/api/snapshots/${id}`)).statusCode).toBe(403);
  });

  it('changes nothing all the same', async () => {
    await setViewersSeeValues(true);
    const cookie = await api.signIn('viewer');
    const answer = await api.call('DELETE', `/api/snapshots/${id}`, { cookie });
    expect(answer.json()).toMatchObject({ status: 403, code: 'not_allowed' });
    await setViewersSeeValues(false);
  });
});
