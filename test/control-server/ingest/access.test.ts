import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream } from '../live/stream-reader.ts';
import { startIngest } from './ingest-server.ts';
import type { Call, IngestServer } from './ingest-server.ts';
import { eventually } from '../../helpers/until.ts';

let server: IngestServer;
beforeAll(async () => {
  server = await startIngest();
});
afterAll(() => server.close());

const snapshot = { service_name: 'shop', label: 'a', captured_at: '2026-11-21T10:00:00Z', variables: {} };

/** Every call of the protocol, with the scope that it needs. */
const CALLS: readonly [name: string, path: string, call: Call, scope: 'ingest' | 'control:read'][] = [
  ['GET active', '/sdk/snapshots/active/shop', {}, 'control:read'],
  ['POST active', '/sdk/snapshots/active/shop', { body: { events: [] } }, 'control:read'],
  ['stream', '/sdk/snapshots/stream/shop', {}, 'control:read'],
  ['auto-register', '/sdk/snapshots/auto-register', { body: { service_name: 'shop', label: 'a' } }, 'ingest'],
  ['capture', '/sdk/snapshots/capture', { body: snapshot }, 'ingest'],
  ['traces', '/v1/traces', { body: {} }, 'ingest'],
  ['metrics', '/v1/metrics', { body: {} }, 'ingest'],
];

describe.each(CALLS)('%s', (_, path, call, scope) => {
  test('answers 401 without a key, and the same to each key that is not valid', async () => {
    const without = await server.call(path, { ...call, key: null });
    expect(without).toMatchObject({
      status: 401,
      json: { code: 'sdk_key_missing', status: 401 },
      headers: {
        'content-type': expect.stringMatching(/^application\/problem\+json/) as unknown,
        'www-authenticate': 'Bearer',
      },
    });
    const revoked = await server.createKey();
    await server.store.revokeKey(revoked.id, new Date().toISOString());
    const wrongSecret = `${server.key.slice(0, -4)}AAAA`;
    const answers = await Promise.all(
      ['ctxio_test_key', `sf_aaaaaaaaaaaa_${'A'.repeat(43)}`, wrongSecret, revoked.text].map((key) =>
        server.call(path, { ...call, key }),
      ),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, json: { code: 'sdk_key_unknown' } });
      expect(answer.text).toBe(answers[0]?.text);
    }
  });

  test('answers 403 to a key without its scope', async () => {
    const { text } = await server.createKey({ scopes: scope === 'ingest' ? ['control:read'] : ['ingest'] });
    await expect(server.call(path, { ...call, key: text })).resolves.toMatchObject({
      status: 403,
      json: { code: 'missing_scope' },
    });
  });

  test('takes no key from the address', async () => {
    const answer = await server.call(`${path}?x-api-key=${server.key}&api_key=${server.key}`, {
      ...call,
      key: null,
    });
    expect(answer.status).toBe(401);
  });
});

describe('a call that names a service', () => {
  const naming = CALLS.filter(([, path]) => !path.startsWith('/v1/'));
  test.each(naming)('(%s) answers 403 to a key of another service', async (_, path, call) => {
    const { text } = await server.createKey({ serviceName: 'other' });
    await expect(server.call(path, { ...call, key: text })).resolves.toMatchObject({
      status: 403,
      json: { code: 'wrong_service' },
    });
  });
});

describe('a call that is answered in one piece', () => {
  const answered = CALLS.filter(([name]) => name !== 'stream');
  test.each(answered)('(%s) accepts the key as a Bearer token', async (_, path, call) => {
    const answer = await server.call(path, {
      ...call,
      key: null,
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect([200, 201]).toContain(answer.status);
  });
});

describe('a key', () => {
  test('of one environment neither sees nor touches another', async () => {
    const staging = await server.createKey({ environment: 'staging' });
    await server.call('/sdk/snapshots/auto-register', {
      key: staging.text,
      body: { service_name: 'apart', label: 'only-staging' },
    });
    await server.call('/sdk/snapshots/capture', {
      key: staging.text,
      body: { ...snapshot, service_name: 'apart', environment: 'default' },
    });
    const answer = await server.call('/sdk/snapshots/active/apart');
    expect(answer.json).toMatchObject({ breakpoints: [] });
    const { items } = await server.store.listSnapshots({ service: 'apart' });
    expect(items.map(({ environment }) => environment)).toEqual(['staging']);
    const [item] = items;
    await expect(server.store.readSnapshot(item?.id ?? '')).resolves.toMatchObject({
      environment: 'staging',
    });
  });

  test('of one environment does not learn what another has stored', async () => {
    const staging = await server.createKey({ environment: 'staging' });
    const { json: registered } = await server.call('/sdk/snapshots/auto-register', {
      key: staging.text,
      body: { service_name: 'apart', label: 'switched-off' },
    });
    const { id } = registered as { id: string };
    await server.store.patchBreakpoint(id, { enabled: false }, null, new Date().toISOString());
    const stored = { ...snapshot, service_name: 'apart', snapshot_id: randomUUID() };
    await server.call('/sdk/snapshots/capture', { body: stored });
    const guessed = { ...stored, label: 'switched-off', breakpoint_id: id };
    const answers = await Promise.all(
      [guessed, { ...guessed, snapshot_id: randomUUID() }].map((body) =>
        server.call('/sdk/snapshots/capture', { key: staging.text, body }),
      ),
    );
    expect(answers.map(({ json }) => json)).toMatchObject([
      { rejected: [{ code: 'breakpoint_disabled' }] },
      { rejected: [{ code: 'breakpoint_disabled' }] },
    ]);
  });

  test('is noted as used', async () => {
    const { id, text } = await server.createKey();
    await server.call('/sdk/snapshots/active/shop', { key: text });
    await eventually(async () => {
      const keys = await server.store.listKeys();
      expect(keys.find((key) => key.id === id)?.lastUsedAt).not.toBeNull();
    });
  });

  test('keeps no stream that it opened once it is revoked', async () => {
    const { id, text } = await server.createKey();
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/shop`, { 'x-api-key': text });
    await reader.next('init');
    await server.store.revokeKey(id, new Date().toISOString());
    server.live.endKey(id);
    await reader.ended;
    const again = await openStream(`${server.url}/sdk/snapshots/stream/shop`, { 'x-api-key': text });
    expect(again.status).toBe(401);
    again.close();
  });
});
