import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngest } from '../ingest/ingest-server.ts';
import type { IngestServer } from '../ingest/ingest-server.ts';
import { HOSTILE_TEXTS, hostileBody, hostileValue } from './hostile.ts';
import { faultOf, FUZZ_RUNS, FUZZ_SEED } from './judge-answer.ts';
import { sendRaw } from './raw-request.ts';

const CAPTURE = '/sdk/snapshots/capture';
const SNAPSHOT = {
  snapshot_id: '01900000-0000-7000-8000-000000000001',
  breakpoint_id: 'b1',
  service_name: 'shop',
  label: 'checkout',
  file_path: '/app/order.ts',
  line_number: 1,
  function_name: 'f',
  variables: { total: 1 },
  value_marks: [{ path: '/total', kind: 'number' }],
  security_flags: [{ type: 'email', severity: 'medium', path: 'x' }],
  stack_trace: 'at f',
  frames: [{ function: 'f', file: 'a', line: 1, column: 1, in_app: true }],
  trace_id: 'a',
  request_context: { method: 'GET', path: '/', headers: {} },
  expression_results: { a: 1 },
  captured_at: '2026-11-21T10:00:00Z',
  truncated: { depth: 1 },
  scrubbed: { version: '1' },
};
const REGISTRATION = {
  service_name: 'shop',
  file_path: '/app/order.ts',
  line_number: 1,
  function_name: 'f',
  label: 'checkout',
};
const STATUS = {
  type: 'agent_status',
  capture: 'running',
  breaker: 'open',
  pid: 1,
  dropped: { rate: 1 },
  labels: [{ label: 'checkout', captured: 1, dropped: {} }],
};
const BREAKPOINT_STATUS = { type: 'breakpoint_status', breakpoint_id: 'b1', state: 'emitting' };

let server: IngestServer;
beforeAll(async () => {
  server = await startIngest();
});
afterAll(() => server.close());

/** With one thing, at its top or one level below, that is not what was expected. */
function spoiled(example: Record<string, unknown>): Arbitrary<unknown> {
  const names = Object.keys(example);
  return fc
    .tuple(fc.constantFrom(...names, 'unknown'), hostileValue, fc.boolean())
    .map(([name, value, isDeep]) => {
      const before = example[name];
      const isObject = typeof before === 'object' && before !== null && !Array.isArray(before);
      return { ...example, [name]: isDeep && isObject ? { ...before, x: value } : value };
    });
}

const MESSAGES: Readonly<Record<string, Arbitrary<unknown>>> = {
  [CAPTURE]: fc.oneof(
    spoiled(SNAPSHOT),
    fc.array(fc.oneof(spoiled(SNAPSHOT), hostileValue), { maxLength: 5 }),
  ),
  '/sdk/snapshots/auto-register': spoiled(REGISTRATION),
  '/sdk/snapshots/active/': fc
    .array(fc.oneof(spoiled(STATUS), spoiled(BREAKPOINT_STATUS), hostileValue), { maxLength: 4 })
    .map((events) => ({ events })),
  '/v1/traces': hostileValue,
};
const HEADERS: Arbitrary<Record<string, string>> = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/x-ndjson',
      'application/x-protobuf',
      'x',
      '',
    ),
    'user-agent': fc.constantFrom(
      'python-requests/2',
      'Java-http-client/17',
      'stillframe/1',
      '',
      'a'.repeat(3_000),
    ),
    'x-agent-instance': fc.constantFrom('x', '00000000-0000-4000-8000-000000000001', 'a'.repeat(3_000)),
    'last-event-id': fc.constantFrom('1-1', 'x', '-', '9'.repeat(40)),
    upgrade: fc.constant('h2c'),
  },
  { requiredKeys: [] },
);

it('answers whatever an agent sends with what it promised or a problem', { timeout: 600_000 }, async () => {
  const other = await server.createKey({ serviceName: 'other', scopes: ['control:read'] });
  const statuses = new Set<number>();
  const runs = FUZZ_RUNS * 8;
  for (const [path, message] of Object.entries(MESSAGES)) {
    const body = fc.oneof(
      { weight: 4, arbitrary: message.map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: hostileBody },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    const service = fc.constantFrom(
      'shop',
      'a/b',
      '100%',
      '..',
      ...HOSTILE_TEXTS.filter((text) => text.isWellFormed()),
    );
    const encoding = fc.constantFrom(null, null, 'gzip', 'zstd', 'gzip, gzip', 'br');
    await fc.assert(
      fc.asyncProperty(body, service, HEADERS, encoding, async (text, name, headers, coding) => {
        const isNamed = path.endsWith('/');
        const target = isNamed ? `${path}${encodeURIComponent(name)}` : path;
        const packed = text !== null && coding === 'gzip' ? gzipSync(text) : text;
        await Promise.all(
          [server.key, other.text, 'sf_abcdefgh_0123456789', null].map(async (key) => {
            const answer = await sendRaw({
              port: server.port,
              method: text === null && isNamed ? 'GET' : 'POST',
              path: target,
              headers: {
                ...headers,
                ...(key === null ? {} : { 'x-api-key': key }),
                ...(coding === null ? {} : { 'content-encoding': coding }),
              },
              body: packed,
            });
            if (answer === null) return;
            statuses.add(answer.statusCode);
            expect(faultOf(answer)).toBe(null);
          }),
        );
      }),
      { seed: FUZZ_SEED, numRuns: runs },
    );
  }
  for (const status of [200, 201, 202, 400, 401, 403, 415]) expect(statuses).toContain(status);
  expect(server.problems).toEqual([]);
});

it('opens a stream or refuses it, whatever names the service', async () => {
  for (const name of [...HOSTILE_TEXTS.filter((text) => text.isWellFormed()), 'a/../b', '%2e%2e']) {
    const answer = await sendRaw({
      port: server.port,
      method: 'GET',
      path: `/sdk/snapshots/stream/${encodeURIComponent(name)}`,
      headers: { 'x-api-key': server.key, 'last-event-id': 'x' },
      body: null,
    });
    expect(answer === null ? 'lost' : faultOf(answer)).toBe(null);
  }
});
