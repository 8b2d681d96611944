import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer } from '../../../control-server/index.ts';
import type { ControlServer } from '../../../control-server/index.ts';
import { API_ROUTES } from '../api/api-routes.ts';
import { exchange } from '../ingest/raw-exchange.ts';

const AGENT_ROUTES = [
  '/sdk/snapshots/active/shop',
  '/sdk/snapshots/stream/shop',
  '/sdk/snapshots/auto-register',
  '/sdk/snapshots/capture',
  '/v1/traces',
  '/v1/metrics',
];
const OTHERS = ['/', '/login', '/metrics', '/healthz', '/readyz', '/nowhere', '/assets/none.js'];
const PATHS = [
  ...new Set([...API_ROUTES.map(([, url]) => url.replace(/:\w+/g, 'x')), ...AGENT_ROUTES, ...OTHERS]),
];

let folder: string;
let server: ControlServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-browsers-'));
  server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('a page of another origin', () => {
  it.each(PATHS)('is allowed nothing at %s: neither asked first nor in the answer', async (path) => {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const answer = await exchange(
        server.port,
        `${method} ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\nOrigin: https://evil.example\r\n` +
          'Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-api-key\r\n' +
          'Content-Length: 0\r\nConnection: close\r\n\r\n',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 \d{3}/);
      expect(answer).not.toMatch(/access-control-/i);
      if (method === 'OPTIONS') expect(answer).toMatch(/^HTTP\/1\.1 4/);
    }
  });

  it.each(PATHS)('can frame nothing at %s, run nothing in it and guess no type', async (path) => {
    const answer = await fetch(server.url + path);
    await answer.body?.cancel();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
    ]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });
});
