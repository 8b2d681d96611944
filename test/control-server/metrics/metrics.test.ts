import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer } from '../../../control-server/index.ts';
import type { ControlServer } from '../../../control-server/index.ts';
import { until } from '../../helpers/until.ts';
import { parseExposition, valueOf } from './exposition.ts';
import type { Family } from './exposition.ts';

const HOSTILE = 'a "label" \\ with\nall of it } 1\u2028';
const CAPTURE = '/sdk/snapshots/capture';

let folder: string;
let server: ControlServer;
let key: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-metrics-'));
  server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
  key = (await server.createKey({ name: 'agents' })).secret;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const scrape = async (): Promise<Map<string, Family>> =>
  parseExposition(await (await fetch(`${server.url}/metrics`)).text());
const agent = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(server.url + path, { ...init, headers: { 'x-api-key': key, ...init.headers } });
const api = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(server.url + path, {
    ...init,
    headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
  });
const snapshot = (n: number, override: object = {}): object => ({
  snapshot_id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  service_name: 'shop',
  label: 'checkout',
  file_path: '/app/order.ts',
  line_number: 1,
  function_name: 'f',
  variables: { total: 1 },
  captured_at: '2026-11-21T10:00:00.000Z',
  ...override,
});

describe('GET /metrics', () => {
  it('says what is there before anything happened', async () => {
    const metrics = await scrape();
    expect(valueOf(metrics, 'stillframe_store_up')).toBe(1);
    expect(valueOf(metrics, 'stillframe_streams', { kind: 'agent' })).toBe(0);
    expect(valueOf(metrics, 'stillframe_streams', { kind: 'dashboard' })).toBe(0);
    expect(valueOf(metrics, 'stillframe_kill_switches_on', { scope: 'global' })).toBe(0);
    expect(valueOf(metrics, 'stillframe_webhook_deliveries_total', { outcome: 'failed' })).toBe(0);
    expect(valueOf(metrics, 'stillframe_agent_breakers_open')).toBe(0);
    expect(valueOf(metrics, 'stillframe_store_write_queue')).toBeGreaterThanOrEqual(0);
    expect(valueOf(metrics, 'stillframe_store_unsearchable_snapshots')).toBe(0);
    expect(valueOf(metrics, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(valueOf(metrics, 'nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0);
    expect(valueOf(metrics, 'stillframe_store_thread_delay_max_seconds')).toBeGreaterThanOrEqual(0);
    expect(valueOf(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it('counts a known traffic as it was', async () => {
    const lines = gzipSync(
      [snapshot(1), snapshot(2), snapshot(1), snapshot(3, { service_name: 'a\u0001b' }), { nonsense: true }]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const sent = await agent(CAPTURE, {
      method: 'POST',
      body: lines,
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    });
    expect(sent.status).toBe(202);
    const single = JSON.stringify(snapshot(4));
    const json = { 'content-type': 'application/json' };
    expect((await agent(CAPTURE, { method: 'POST', body: single, headers: json })).status).toBe(201);
    const anonymous = await fetch(server.url + CAPTURE, { method: 'POST', body: single });
    expect(anonymous.status).toBe(401);

    const metrics = await scrape();
    expect(valueOf(metrics, 'stillframe_ingest_snapshots_accepted_total')).toBe(3);
    expect(valueOf(metrics, 'stillframe_ingest_snapshots_duplicate_total')).toBe(1);
    const rejected = metrics.get('stillframe_ingest_snapshots_rejected_total')?.samples ?? [];
    expect(rejected.map(({ value }) => value)).toEqual([1, 1]);
    expect(valueOf(metrics, 'stillframe_ingest_snapshots_rejected_total', { code: 'bad_service_name' })).toBe(
      1,
    );
    const bytes = (stage: string) => valueOf(metrics, 'stillframe_ingest_bytes_total', { stage });
    expect(bytes('received')).toBe(lines.length + single.length);
    expect(bytes('unpacked')).toBeGreaterThan(bytes('received'));
    for (const [status, count] of [
      ['202', 1],
      ['201', 1],
      ['401', 1],
    ] as const) {
      const labels = { route: CAPTURE, method: 'POST', status };
      expect(valueOf(metrics, 'stillframe_http_requests_total', labels)).toBe(count);
    }
    expect(valueOf(metrics, 'stillframe_http_request_duration_seconds_count', { route: CAPTURE })).toBe(3);
    expect(valueOf(metrics, 'stillframe_store_calls_total', { call: 'storeSnapshots', outcome: 'ok' })).toBe(
      2,
    );
    expect(valueOf(metrics, 'stillframe_store_calls_in_flight')).toBeLessThan(10);
    expect(valueOf(metrics, 'stillframe_store_commits')).toBeGreaterThan(1);
    expect(valueOf(metrics, 'stillframe_store_committed_writes')).toBeGreaterThanOrEqual(
      valueOf(metrics, 'stillframe_store_commits'),
    );
    expect(valueOf(metrics, 'stillframe_store_snapshot_bytes')).toBeGreaterThan(500);
    expect(valueOf(metrics, 'stillframe_store_size_bytes')).toBeGreaterThan(8_192);
  });

  it('counts streams as they open and close, and why', async () => {
    const leaving = new AbortController();
    const staying = await agent('/sdk/snapshots/stream/shop', { signal: leaving.signal });
    const revoked = await server.createKey({ name: 'revoked' });
    const ended = await fetch(`${server.url}/sdk/snapshots/stream/shop`, {
      headers: { 'x-api-key': revoked.secret },
    });
    const dashboard = new AbortController();
    await fetch(`${server.url}/api/events`, {
      headers: { authorization: `Bearer ${server.localToken}` },
      signal: dashboard.signal,
    });
    const open = await scrape();
    expect(valueOf(open, 'stillframe_streams', { kind: 'agent' })).toBe(2);
    expect(valueOf(open, 'stillframe_streams', { kind: 'dashboard' })).toBe(1);
    expect(valueOf(open, 'stillframe_agents', { streaming: 'true' })).toBe(2);

    await api(`/api/keys/${revoked.key.id}`, { method: 'DELETE', body: '{}' });
    await ended.text();
    leaving.abort();
    dashboard.abort();
    await staying.text().catch(() => undefined);
    const closed = await until('the streams to be over', async () => {
      const metrics = await scrape();
      return valueOf(metrics, 'stillframe_streams', { kind: 'agent' }) === 0 &&
        valueOf(metrics, 'stillframe_streams', { kind: 'dashboard' }) === 0
        ? metrics
        : null;
    });
    expect(valueOf(closed, 'stillframe_streams_opened_total', { kind: 'agent' })).toBe(2);
    expect(valueOf(closed, 'stillframe_streams_closed_total', { kind: 'agent', reason: 'ended' })).toBe(1);
    expect(valueOf(closed, 'stillframe_streams_closed_total', { kind: 'agent', reason: 'gone' })).toBe(1);
    expect(valueOf(closed, 'stillframe_streams_closed_total', { kind: 'dashboard', reason: 'gone' })).toBe(1);
  });

  it('shows what agents report by label and reason, whatever a label holds', async () => {
    const report = (service: string, instance: string, breaker: string, labels: object[]) =>
      agent(`/sdk/snapshots/active/${service}`, {
        method: 'POST',
        headers: { 'x-agent-instance': `00000000-0000-4000-8000-${instance.padStart(12, '0')}` },
        body: JSON.stringify({ events: [{ type: 'agent_status', breaker, labels }] }),
      });
    const counts = (label: string, captured: number, dropped: object = {}) => ({
      label,
      captured,
      stored: 0,
      spooled: 0,
      dropped,
    });
    await report('shop', '1', 'open', [counts(HOSTILE, 1_000, { rate: 2_000, size: 1 })]);
    await report('shop', '2', 'closed', [counts(HOSTILE, 500)]);
    await report(
      'other-shop',
      '3',
      'half_open',
      Array.from({ length: 150 }, (_, n) => counts(`label ${n}`, n + 1, { send: 1 })),
    );
    const metrics = await scrape();
    const named = { service: 'shop', environment: 'default', label: HOSTILE };
    expect(valueOf(metrics, 'stillframe_agent_captures', named)).toBe(1_500);
    expect(valueOf(metrics, 'stillframe_agent_drops', { ...named, reason: 'rate' })).toBe(2_000);
    expect(valueOf(metrics, 'stillframe_agent_drops', { ...named, reason: 'size' })).toBe(1);
    expect(valueOf(metrics, 'stillframe_agent_breakers_open')).toBe(2);

    // A hundred by name, those with the most first; the 51 with the least as one.
    const captures = metrics.get('stillframe_agent_captures')?.samples ?? [];
    expect(captures.length).toBe(101);
    const other = { service: 'other', environment: 'other', label: 'other' };
    expect(valueOf(metrics, 'stillframe_agent_captures', other)).toBe((51 * 52) / 2);
    expect(valueOf(metrics, 'stillframe_agent_drops', { ...other, reason: 'send' })).toBe(51);
    const last = { service: 'other-shop', environment: 'default', label: 'label 51' };
    expect(valueOf(metrics, 'stillframe_agent_captures', last)).toBe(52);
  });

  it('shows which kill switches are on', async () => {
    const put = (body: object) => api('/api/kill-switch', { method: 'PUT', body: JSON.stringify(body) });
    await put({ scope: 'service', serviceName: 'shop', on: true });
    await put({ scope: 'service', serviceName: 'other-shop', on: true });
    await put({ scope: 'global', on: true });
    await put({ scope: 'global', on: false });
    const metrics = await scrape();
    expect(valueOf(metrics, 'stillframe_kill_switches_on', { scope: 'service' })).toBe(2);
    expect(valueOf(metrics, 'stillframe_kill_switches_on', { scope: 'global' })).toBe(0);
  });
});
