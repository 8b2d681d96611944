import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let admin: string;
beforeEach(async () => {
  api = await openApi();
  admin = await api.signIn('admin');
});
afterEach(() => api[Symbol.asyncDispose]());

const VALUES = {
  viewersSeeValues: true,
  traceLinkTemplate: 'https://traces.example.com/trace/{traceId}?span={spanId}',
  retention: { maxAgeMs: 60_000, maxSnapshotsPerBreakpoint: 1, maxTotalBytes: null },
};
const SERVICE = { autoRegisterEnabled: false, trustAgents: false, traceLinkTemplate: null };

describe('the settings of the server', () => {
  it('have defaults, can be seen by everybody, and are replaced by administrators', async () => {
    const viewer = await api.signIn('viewer');
    const before = await api.call('GET', '/api/settings', { cookie: viewer });
    expect(before.json()).toEqual({
      viewersSeeValues: false,
      traceLinkTemplate: null,
      retention: { maxAgeMs: null, maxSnapshotsPerBreakpoint: null, maxTotalBytes: null },
      version: 0,
      updatedAt: null,
      updatedBy: null,
    });
    const after = await api.call('PUT', '/api/settings', { cookie: admin, body: VALUES });
    expect(after.json()).toEqual({
      ...VALUES,
      version: 1,
      updatedAt: '2026-11-21T10:00:00.000Z',
      updatedBy: 'a admin',
    });
    expect((await api.call('GET', '/api/settings', { cookie: viewer })).json()).toEqual(after.json());
  });

  it('are replaced only by who saw them last', async () => {
    const put = (version: string) =>
      api.call('PUT', '/api/settings', { cookie: admin, body: VALUES, headers: { 'if-match': version } });
    expect((await put('"0"')).statusCode).toBe(200);
    expect((await put('"0"')).json()).toMatchObject({ status: 412, code: 'version_mismatch' });
    expect((await put('0')).json()).toMatchObject({ status: 400, code: 'bad_if_match' });
  });

  it.each([
    'javascript:alert(1)//{traceId}',
    'java\nscript:alert({traceId})',
    'data:text/html,{traceId}',
    'vbscript:{traceId}',
    '//traces.example.com/{traceId}',
    '/trace/{traceId}',
    'https://{traceId}/',
    'https://{traceId}.example.com/',
    'https://example.com{traceId}/',
    'https://a@b{traceId}/x',
    'https://user:secret@traces.example.com/{traceId}',
    'https://traces.example.com:{traceId}/',
    'https:\\\\traces.example.com\\{traceId}',
    'https://traces.example.com/no-id',
    'https://traces.example.com/ {traceId}',
    'https://traces.example.com/\u202e{traceId}',
    ' https://traces.example.com/{traceId}',
    'ftp://traces.example.com/{traceId}',
    `https://traces.example.com/{traceId}${'x'.repeat(2_000)}`,
  ])('refuse the link template %j', async (traceLinkTemplate) => {
    for (const [url, body] of [
      ['/api/settings', { ...VALUES, traceLinkTemplate }],
      ['/api/services/shop/settings', { ...SERVICE, traceLinkTemplate }],
    ] as const) {
      const answer = await api.call('PUT', url, { cookie: admin, body });
      expect([answer.statusCode, answer.json().field]).toEqual([400, 'traceLinkTemplate']);
    }
  });

  it.each([
    [{ ...VALUES, viewersSeeValues: 'yes' }, 'viewersSeeValues'],
    [{ ...VALUES, isAdmin: true }, 'isAdmin'],
    [{ viewersSeeValues: true }, 'traceLinkTemplate'],
    [{ ...VALUES, retention: { ...VALUES.retention, maxAgeMs: 59_999 } }, 'retention/maxAgeMs'],
    [{ ...VALUES, retention: { ...VALUES.retention, maxTotalBytes: 0 } }, 'retention/maxTotalBytes'],
    [
      { ...VALUES, retention: { ...VALUES.retention, maxSnapshotsPerBreakpoint: 1.5 } },
      'retention/maxSnapshotsPerBreakpoint',
    ],
  ])('refuse %j', async (body, field) => {
    const answer = await api.call('PUT', '/api/settings', { cookie: admin, body });
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad_request', field });
  });
});

describe('the settings of a service', () => {
  it('have defaults, hold for that service only, and are replaced by administrators', async () => {
    const url = `/api/services/${encodeURIComponent('a/b')}/settings`;
    expect((await api.call('GET', url, { cookie: admin })).json()).toEqual({
      serviceName: 'a/b',
      autoRegisterEnabled: true,
      trustAgents: null,
      traceLinkTemplate: null,
      version: 0,
      updatedAt: null,
      updatedBy: null,
    });
    const after = await api.call('PUT', url, { cookie: admin, body: SERVICE });
    expect(after.json()).toMatchObject({ serviceName: 'a/b', ...SERVICE, version: 1, updatedBy: 'a admin' });
    expect((await api.call('GET', url, { cookie: admin })).json()).toEqual(after.json());
    const other = await api.call('GET', '/api/services/a/settings', { cookie: admin });
    expect(other.json()).toMatchObject({ serviceName: 'a', version: 0 });
  });
});
