import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeSnapshot } from '../../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let cookie: string;
let isDiskFull = false;

beforeAll(async () => {
  api = await openApi({ isDiskFull: () => isDiskFull });
  cookie = await api.signIn('admin');
});
afterAll(() => api[Symbol.asyncDispose]());

/** A snapshot with something in every field. */
const EVERYTHING: Snapshot = aSnapshot({
  snapshotId: '0190a000-0000-7000-8000-000000000009',
  breakpointId: 'bp-1',
  valueMarks: [{ path: '/a', kind: 'map', className: 'Map', reason: 'depth', size: 2 }],
  scopes: [{ kind: 'local', names: ['total'] }],
  securityFlags: [{ type: 'email', severity: 'low', path: 'variables/a' }],
  frames: [
    {
      functionName: 'placeOrder',
      filePath: '/app/src/order.ts',
      lineNumber: 42,
      columnNumber: 3,
      origin: 'application',
      isAsync: true,
    },
  ],
  source: [{ frame: 0, startLine: 41, lines: ['', 'return total;'] }],
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  requestContext: {
    method: 'GET',
    path: '/cart',
    url: '/cart?id=1',
    ip: '127.0.0.1',
    userAgent: 'curl',
    query: { id: '1' },
    headers: { accept: '*/*' },
  },
  expressionResults: { 'cart.total': 12 },
  logMessage: 'total 12',
  truncated: { depth: 1 },
  environment: 'eu',
  release: '1.2.3',
  commit: 'abc',
  host: 'web-1',
  instanceId: '11111111-1111-4111-8111-111111111111',
  scrubbed: { version: '1' },
});
const ID = '0190a000-0000-7000-8000-00000000000';
const line = (fields: Partial<Snapshot>) => JSON.stringify(encodeSnapshot(aSnapshot(fields)));

async function importText(payload: string, type = 'application/x-ndjson', query = '') {
  const answer = await api.app.inject({
    method: 'POST',
    url: `/api/snapshots/import${query}`,
    headers: { cookie, host: '127.0.0.1', 'content-type': type },
    payload,
  });
  return { status: answer.statusCode, body: answer.json() };
}

describe('an import', () => {
  it('takes up what was exported, once, and leaves out what was received elsewhere when', async () => {
    const at = new Date(api.clock.ms - 60_000).toISOString();
    await api.store.storeSnapshots(
      'staging',
      [
        aSnapshot({
          snapshotId: `${ID}1`,
          serviceName: 'moved',
          capturedAt: '2026-01-01T00:00:00.000Z',
          scrubbed: { version: '1' },
        }),
        aSnapshot({ snapshotId: `${ID}2`, serviceName: 'moved', traceId: 'a'.repeat(32) }),
      ],
      at,
    );
    for (const [format, type] of [
      ['ndjson', 'application/x-ndjson'],
      ['json', 'application/json'],
    ] as const) {
      const { body } = await api.call('GET', `/api/snapshots/export?service=moved&format=${format}`, {
        cookie,
      });
      const before = await api.store.readSnapshot(`${ID}1`);
      expect(await importText(body, type)).toEqual({
        status: 200,
        body: { stored: 0, duplicates: 2, rejected: 0, problems: [] },
      });
      for (const id of [`${ID}1`, `${ID}2`]) await api.store.deleteSnapshot(id);
      expect(await importText(body, type)).toEqual({
        status: 200,
        body: { stored: 2, duplicates: 0, rejected: 0, problems: [] },
      });
      expect(await api.store.readSnapshot(`${ID}1`)).toEqual({
        ...before,
        cursor: expect.any(String),
        receivedAt: new Date(api.clock.ms).toISOString(),
        sizeBytes: expect.any(Number),
      });
    }
  });

  it('names every line that it does not take, and takes the others', async () => {
    const deep = (levels: number) =>
      `{"service_name":"lines","captured_at":"2026-11-21T10:00:00Z","variables":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const lines = [
      line({ serviceName: 'lines' }),
      '',
      'not json',
      '[]',
      '{"captured_at":"2026-11-21T10:00:00Z"}',
      '{"service_name":"lines","captured_at":"yesterday"}',
      deep(63),
      deep(64),
      line({ serviceName: 'lines', label: 'x'.repeat(257) }),
      line({ serviceName: 'lines', environment: 'x'.repeat(65) }),
      line({ serviceName: 'lines', label: 'last' }),
    ];
    expect(await importText(lines.join('\n'))).toEqual({
      status: 200,
      body: {
        stored: 3,
        duplicates: 0,
        rejected: 7,
        problems: [
          { line: 3, code: 'bad_json' },
          { line: 4, code: 'not_an_object' },
          { line: 5, code: 'no_service_name' },
          { line: 6, code: 'bad_captured_at' },
          { line: 8, code: 'too_deep' },
          { line: 9, code: 'label_too_long' },
          { line: 10, code: 'bad_environment' },
        ],
      },
    });
    // A value that nests as deep as is allowed comes back from every page.
    const page = await api.call('GET', '/api/snapshots/export?service=lines&format=json', { cookie });
    expect(page.json()).toHaveLength(3);
  });

  it('scrubs what no trusted agent has scrubbed', async () => {
    const variables = { mail: 'ada@example.com' };
    const scrubbed = { version: '1' };
    await importText(
      [line({ snapshotId: `${ID}3`, variables }), line({ snapshotId: `${ID}4`, variables, scrubbed })].join(
        '\n',
      ),
    );
    expect((await api.store.readSnapshot(`${ID}3`))?.variables).toEqual({ mail: '[REDACTED:email]' });
    expect((await api.store.readSnapshot(`${ID}4`))?.variables).toEqual(variables);
  });

  it('keeps a variable called __proto__ as data', async () => {
    const variables = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');
    await importText(line({ snapshotId: `${ID}5`, variables }));
    expect(JSON.stringify((await api.store.readSnapshot(`${ID}5`))?.variables)).toBe(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}',
    );
    expect('polluted' in {}).toBe(false);
  });

  it('goes where the snapshots were, else into default, or all into one environment', async () => {
    const lines = [
      line({ snapshotId: `${ID}6`, environment: 'eu' }),
      line({ snapshotId: `${ID}7` }),
      line({ snapshotId: `${ID}8`, environment: 'eu' }),
    ];
    await importText(lines.slice(0, 2).join('\n'));
    await importText(lines[2] ?? '', 'application/x-ndjson', '?environment=archive');
    const environments = [`${ID}6`, `${ID}7`, `${ID}8`].map(
      async (id) => (await api.store.readSnapshot(id))?.environment,
    );
    expect(await Promise.all(environments)).toEqual(['eu', 'default', 'archive']);
  });

  it('stores a snapshot without an id once, however often it comes', async () => {
    const lines = [
      line({ serviceName: 'foreign', label: 'a' }),
      line({ serviceName: 'foreign', label: 'b' }),
    ];
    expect((await importText(lines.join('\n'))).body).toMatchObject({ stored: 2, duplicates: 0 });
    expect((await importText(lines.join('\n'))).body).toMatchObject({ stored: 0, duplicates: 2 });
  });

  it('is described by the document, every field of an export', async () => {
    interface Described {
      readonly paths: Record<
        string,
        { readonly post: { readonly requestBody: { readonly content: Content } } }
      >;
    }
    type Content = Record<string, { readonly schema: { readonly anyOf: readonly [unknown, TSchema] } }>;
    const { paths } = await api.readDocumentation<Described>();
    const content = paths['/api/snapshots/import']?.post.requestBody.content ?? {};
    expect(Object.keys(content)).toEqual(['application/json', 'application/x-ndjson']);
    const schema = content['application/json']?.schema.anyOf[1] ?? {};
    const validator = Compile(schema);
    const wire = { ...encodeSnapshot(EVERYTHING), received_at: '2026-11-21T10:00:00.000Z' };
    expect([...validator.Errors(wire)]).toEqual([]);
    const described = 'properties' in schema ? Object.keys(schema.properties as object) : [];
    expect(described.toSorted()).toEqual(Object.keys(wire).toSorted());
    expect(validator.Check({ service_name: 'shop' })).toBe(false);
  });

  it('waits for room on the disk, as captures do', async () => {
    isDiskFull = true;
    const refused = await importText(line({ serviceName: 'full' }));
    isDiskFull = false;
    expect(refused).toMatchObject({ status: 507, body: { code: 'disk_full' } });
  });

  it('refuses what is too much at a time, and what is neither JSON nor NDJSON', async () => {
    const many = (count: number) => '{}\n'.repeat(count);
    expect(await importText(many(1_000))).toMatchObject({ status: 200, body: { rejected: 1_000 } });
    expect((await importText(many(1_000))).body.problems).toHaveLength(100);
    expect(await importText(many(1_001))).toMatchObject({ status: 413 });
    expect(await importText(' '.repeat(8 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
    expect(await importText('a,b', 'text/csv')).toMatchObject({ status: 415 });
    expect(await importText('<x/>', 'text/plain')).toMatchObject({ status: 415 });
  });
});
