import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAgentEvent } from '../../src/protocol/agent-event.ts';
import { parseRegistration } from '../../src/protocol/breakpoint.ts';
import { encodeSnapshot, parseSnapshot } from '../../src/protocol/snapshot.ts';

interface RecordedRequest {
  readonly sdk: string;
  readonly url: string;
  readonly body: unknown;
}

// What released SDKs of other vendors and languages really sent, a request a line.
const REQUESTS = readFileSync(
  join(import.meta.dirname, '../fixtures/wire/foreign-sdk-requests.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line): RecordedRequest => JSON.parse(line) as RecordedRequest);

function bodiesTo(path: string): (readonly [sdk: string, body: unknown])[] {
  const sent = REQUESTS.filter(({ url, body }) => url.startsWith(path) && body !== undefined);
  return sent.map(({ sdk, body }) => [sdk, body] as const);
}

describe('recorded requests of foreign SDKs', () => {
  test.each(bodiesTo('/sdk/snapshots/capture'))('a capture of the %s SDK is read', (_sdk, body) => {
    const sent = body as Record<string, unknown>;
    const snapshot = parseSnapshot(body);
    expect(snapshot).toMatchObject({
      snapshotId: null,
      serviceName: sent['service_name'],
      breakpointId: sent['breakpoint_id'],
      label: sent['label'],
      filePath: sent['file_path'],
      lineNumber: sent['line_number'],
      functionName: sent['function_name'],
      variables: sent['variables'],
      stackTrace: sent['stack_trace'],
      mode: 'snapshot',
      scrubbed: null,
    });
    if (typeof snapshot === 'string') return;
    expect(Date.parse(snapshot.capturedAt)).toBe(Date.parse(String(sent['captured_at'])));
    expect(parseSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))))).toEqual(snapshot);
  });

  test('their security flags keep what was found and where', () => {
    const flags = bodiesTo('/sdk/snapshots/capture').flatMap(([sdk, body]) => {
      const snapshot = parseSnapshot(body);
      return typeof snapshot === 'string' ? [] : snapshot.securityFlags.map((flag) => ({ sdk, ...flag }));
    });
    expect(flags).toContainEqual({ sdk: 'ruby', type: 'email', severity: 'high', path: 'email' });
    expect(flags).toContainEqual({ sdk: 'php', type: 'sensitive_data', severity: 'high', path: 'email' });
    expect(flags).toContainEqual({
      sdk: 'node',
      type: 'sensitive_variable_name',
      severity: 'medium',
      path: 'api_token',
    });
  });

  test('a request context of PHP has its address under another name and an empty query as a list', () => {
    const contexts = bodiesTo('/sdk/snapshots/capture').flatMap(([sdk, body]) => {
      const snapshot = parseSnapshot(body);
      return sdk === 'php' && typeof snapshot === 'object' ? [snapshot.requestContext] : [];
    });
    expect(contexts).toContainEqual({
      method: 'GET',
      path: '/checkout',
      url: '/checkout?token=abc',
      ip: 'unknown',
      userAgent: '',
      query: {},
      headers: { AUTHORIZATION: 'Bearer supersecret-authorization-header', COOKIE: 'session=abcdef' },
    });
  });

  test.each(bodiesTo('/sdk/snapshots/auto-register'))(
    'a registration of the %s SDK is read',
    (_sdk, body) => {
      const sent = body as Record<string, unknown>;
      expect(parseRegistration(body)).toEqual({
        serviceName: sent['service_name'],
        filePath: sent['file_path'],
        lineNumber: sent['line_number'],
        functionName: sent['function_name'],
        label: sent['label'],
      });
    },
  );

  test('an event of the Node SDK is read', () => {
    const [event] = bodiesTo('/sdk/snapshots/active/').flatMap(
      ([, body]) => (body as { events: unknown[] }).events,
    );
    expect(parseAgentEvent(event)).toEqual({
      type: 'circuit_breaker_tripped',
      failureCount: 3,
      windowSeconds: 60,
      cooldownSeconds: 300,
      timestamp: '2026-11-20T15:55:50.151Z',
    });
  });
});
