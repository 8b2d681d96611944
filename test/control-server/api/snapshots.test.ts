import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page, SnapshotSummary } from '../../../src/protocol/api.ts';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const HOSTILE = '<img src=x onerror=alert(1)>\u2028"; DROP TABLE snapshot; --';
const INJECTIONS = [
  "' OR '1'='1",
  "' OR 1=1 --",
  "'; DROP TABLE snapshot; --",
  '" OR ""="',
  "') UNION SELECT secret_hash FROM sdk_key --",
  "' UNION SELECT NULL,NULL,NULL --",
  "1; ATTACH DATABASE '/tmp/x' AS x",
  "x' AND (SELECT COUNT(*) FROM user) > 0 --",
  "x' || (SELECT pass_hash FROM user LIMIT 1) || '",
  '%',
  '_',
  '%%%%',
  '\\',
  '\\%',
  '*',
  'a*b?[c]',
  '$.variables',
  '$[*]',
  'NULL',
  'null',
  'undefined',
  '0',
  '-1',
  '1e309',
  '{"$gt":""}',
  '[$ne]',
  '../../etc/passwd',
  '\u0000',
  'a\u0000b',
  '\r\nSet-Cookie: x=1',
  '${7*7}',
  '{{7*7}}',
  '\ud800',
  '\u202e',
  'ﬀ'.repeat(60),
  '(a+)+$',
];
const TEXT_FILTERS = [
  'service',
  'environment',
  'label',
  'breakpoint',
  'instance',
  'flag',
  'trace',
  'file',
] as const;

let api: OpenApi;
let cookie: string;

beforeAll(async () => {
  api = await openApi();
  cookie = await api.signIn('operator');
  for (const [index, given] of [
    { label: 'first', traceId: 'a'.repeat(32) },
    {
      label: 'second',
      functionName: 'refund',
      securityFlags: [{ type: 'email', severity: 'high', path: '' } as const],
    },
    { serviceName: 'billing', label: null, variables: { note: HOSTILE } },
  ].entries()) {
    const at = new Date(api.clock.ms + index * 1_000).toISOString();
    await api.store.storeSnapshots('default', [aSnapshot(given)], at);
  }
  await api.store.indexTexts();
});
afterAll(() => api[Symbol.asyncDispose]());

async function list(query: Record<string, string>): Promise<SnapshotPage> {
  const answer = await api.call('GET', `/api/snapshots?${new URLSearchParams(query).toString()}`, { cookie });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
const labels = async (query: Record<string, string>) => (await list(query)).items.map((item) => item.label);

describe('GET /api/snapshots', () => {
  it('lists the newest first, and pages without a gap or a repetition', async () => {
    expect(await labels({})).toEqual([null, 'second', 'first']);
    const first = await list({ limit: '2' });
    expect(first.items.map((item) => item.label)).toEqual([null, 'second']);
    const rest = await list({ limit: '2', before: first.nextCursor ?? '' });
    expect([rest.items.map((item) => item.label), rest.nextCursor]).toEqual([['first'], null]);
  });

  it('follows from a cursor, the oldest first', async () => {
    const oldest = (await list({})).items.at(-1)?.cursor ?? '';
    expect(await labels({ after: oldest })).toEqual(['second', null]);
  });

  it('filters by each field', async () => {
    expect(await labels({ service: 'billing' })).toEqual([null]);
    expect(await labels({ label: 'first' })).toEqual(['first']);
    expect(await labels({ trace: 'a'.repeat(32) })).toEqual(['first']);
    expect(await labels({ flag: 'email' })).toEqual(['second']);
    expect(await labels({ q: 'REFUND' })).toEqual(['second']);
    expect(await labels({ environment: 'staging' })).toEqual([]);
    expect(
      await labels({ file: '/app/src/order.ts', mode: 'snapshot', pinned: 'false', q: 'first' }),
    ).toEqual(['first']);
    expect(await labels({ mode: 'logpoint' })).toEqual([]);
    expect(await labels({ pinned: 'true' })).toEqual([]);
    expect(await labels({ from: '2026-11-21T10:00:01Z', to: '2026-11-21T10:00:02Z' })).toEqual(['second']);
    expect(await labels({ from: '2026-11-21T11:00:02+01:00' })).toEqual([null]);
  });

  it.each(TEXT_FILTERS)('takes any text as nothing but text in %s', async (filter) => {
    for (const injection of INJECTIONS) {
      const found = await list({ [filter]: injection });
      expect(found.items.length, injection).toBeLessThan(3);
    }
    expect(await labels({})).toHaveLength(3);
  });

  it('takes any text as nothing but words to search for', async () => {
    for (const injection of INJECTIONS) {
      const { items, search } = await list({ q: injection });
      expect([items.length <= 3, search?.pending], injection).toEqual([true, 0]);
    }
    expect(await labels({ q: 'refund OR checkout' })).toEqual([]);
  });

  it.each(['before', 'after'])('refuses any text that is no cursor in %s', async (parameter) => {
    for (const injection of INJECTIONS) {
      const query = new URLSearchParams({ [parameter]: injection }).toString();
      const answer = await api.call('GET', `/api/snapshots?${query}`, { cookie });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_cursor']);
    }
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=-1',
    'limit=1&limit=2',
    'q=',
    `q=${'x'.repeat(201)}`,
    'q=a&q=b',
    'q[]=a',
    'q[$ne]=a',
    'from=yesterday',
    'from=2026-13-01T00:00:00Z',
    'to=1',
    'sort=secret',
    'order=body',
    'offset=1',
    '__proto__[x]=1',
    'constructor=1',
    'before=a&after=b',
    'mode=other',
    'pinned=1',
    'searchIn=body',
  ])('refuses ?%s', async (query) => {
    const answer = await api.call('GET', `/api/snapshots?${query}`, { cookie });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_request']);
  });

  it('takes limits at both edges', async () => {
    expect((await list({ limit: '1' })).items).toHaveLength(1);
    expect((await list({ limit: '500' })).items).toHaveLength(3);
  });
});

describe('one snapshot', () => {
  const hostileId = async () => (await list({ service: 'billing' })).items[0]?.id ?? '';

  it('is read whole, its values as they were', async () => {
    const answer = await api.call('GET', `/api/snapshots/${await hostileId()}`, { cookie });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      serviceName: 'billing',
      variables: { note: HOSTILE },
      lineNumber: 42,
    });
  });

  it('is downloaded as a file that no browser shows as a page', async () => {
    const id = await hostileId();
    const answer = await api.call('GET', `/api/snapshots/${id}/raw`, { cookie });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="snapshot-${id}.json"`);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.json()).toMatchObject({ id, variables: { note: HOSTILE } });
  });

  it('keeps a variable called __proto__ as data', async () => {
    const variables = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
    const at = new Date(api.clock.ms - 60_000).toISOString();
    await api.store.storeSnapshots('default', [aSnapshot({ serviceName: 'proto', variables })], at);
    const [item] = (await list({ service: 'proto' })).items;
    const answer = await api.call('GET', `/api/snapshots/${item?.id}`, { cookie });
    expect(answer.body).toContain('"variables":{"__proto__":{"polluted":true},"constructor":1}');
    expect(await api.store.deleteSnapshot(item?.id ?? '')).toBe(true);
  });

  it('says where it is, for the hit before and the hit after', async () => {
    const [, second] = (await list({})).items;
    const answer = await api.call('GET', `/api/snapshots/${second?.id}`, { cookie });
    const { cursor } = answer.json<{ cursor: string }>();
    expect(await labels({ before: cursor, limit: '1' })).toEqual(['first']);
    expect(await labels({ after: cursor, limit: '1' })).toEqual([null]);
  });

  it('is pinned and unpinned by an operator', async () => {
    const id = await hostileId();
    const call = async (method: 'PUT' | 'DELETE', who = cookie): Promise<number> =>
      (await api.call(method, `/api/snapshots/${id}/pin`, { cookie: who })).statusCode;
    expect(await call('PUT', await api.signIn('viewer'))).toBe(403);
    expect([await call('PUT'), await call('PUT')]).toEqual([204, 204]);
    expect((await list({ pinned: 'true' })).items.map((item) => [item.id, item.pinned])).toEqual([
      [id, true],
    ]);
    expect([await call('DELETE'), await call('DELETE')]).toEqual([204, 204]);
    expect((await list({ pinned: 'true' })).items).toEqual([]);
    const missing = await api.call('PUT', '/api/snapshots/nobody/pin', { cookie });
    expect(missing.json()).toMatchObject({ status: 404, code: 'snapshot_not_found' });
  });

  it('is removed once', async () => {
    const at = new Date(api.clock.ms - 60_000).toISOString();
    await api.store.storeSnapshots('default', [aSnapshot({ serviceName: 'gone' })], at);
    const [item] = (await list({ service: 'gone' })).items;
    const remove = () => api.call('DELETE', `/api/snapshots/${item?.id}`, { cookie });
    expect((await remove()).statusCode).toBe(204);
    expect((await remove()).json()).toMatchObject({ status: 404, code: 'snapshot_not_found' });
  });

  it('is 404 for any text that is no id', async () => {
    for (const injection of INJECTIONS) {
      if (injection.length > 64) continue;
      const url = `/api/snapshots/${encodeURIComponent(injection.toWellFormed())}`;
      expect((await api.call('GET', url, { cookie })).statusCode, injection).toBe(404);
    }
  });
});

describe('a viewer', () => {
  it('sees that something was captured, and neither previews, values nor a search in them', async () => {
    const viewer = await api.signIn('viewer');
    const page = await api.call('GET', '/api/snapshots', { cookie: viewer });
    const items = page.json<Page<SnapshotSummary>>().items;
    expect(items.map((item) => [item.label, item.preview])).toEqual([
      [null, ''],
      ['second', ''],
      ['first', ''],
    ]);
    for (const url of ['?q=a&searchIn=all', `/${items[0]?.id}`, `/${items[0]?.id}/raw`]) {
      const answer = await api.call('GET', `/api/snapshots${url}`, { cookie: viewer });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'values_not_allowed']);
    }
  });

  it('searches labels, functions and files, whatever is in the values', async () => {
    const viewer = await api.signIn('viewer');
    const found = async (query: string): Promise<(string | null)[]> => {
      const answer = await api.call('GET', `/api/snapshots?${query}`, { cookie: viewer });
      return answer.json<Page<SnapshotSummary>>().items.map((item) => item.label);
    };
    expect(await found('q=refund')).toEqual(['second']);
    expect(await found('q=refund&searchIn=place')).toEqual(['second']);
    expect(await found('q=onerror')).toEqual([]);
    expect(await labels({ q: 'onerror' })).toEqual([null]);
    expect(await labels({ q: 'onerror', searchIn: 'place' })).toEqual([]);
  });
});
