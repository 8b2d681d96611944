import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../control-server/http/app.ts';
import { registerStaticFiles } from '../../../control-server/http/static-files.ts';
import { openApp } from './open-app.ts';

let app: App;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stillframe-static-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'dist/index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'dist/favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'dist/assets/index-Ab12_-xY.js'), 'export {};'.repeat(100));
  await writeFile(join(folder, 'dist/assets/plain.js'), 'export {};');
  await writeFile(join(folder, 'dist/.env'), 'SECRET');
  await writeFile(join(folder, 'secret.txt'), 'SECRET');
  await symlink(join(folder, 'secret.txt'), join(folder, 'dist/link.txt'));
  ({ app } = openApp());
  await registerStaticFiles(app, join(folder, 'dist'));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { host: 'localhost', ...headers } });

describe('static files', () => {
  it('are served with their type, the ones with a hash in the name for ever', async () => {
    const script = await get('/assets/index-Ab12_-xY.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of ['/', '/index.html', '/favicon.svg', '/assets/plain.js']) {
      const file = await get(url);
      expect(file.statusCode).toBe(200);
      expect(file.headers['cache-control']).toBe('no-cache');
    }
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await get('/index.html');
    const again = await get('/index.html', { 'if-none-match': String(headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('are compressed for who takes gzip', async () => {
    const url = '/assets/index-Ab12_-xY.js';
    const gzipped = await get(url, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(gzipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzipped.rawPayload).toString()).toBe('export {};'.repeat(100));
    for (const encoding of ['identity', 'gzip;q=0', 'gzip;q=0.0, br']) {
      expect((await get(url, { 'accept-encoding': encoding })).headers['content-encoding']).toBeUndefined();
    }
  });

  it('answer a page route, and a HEAD for it, with the page', async () => {
    for (const url of ['/services/a%2Fb', '/snapshots/1?x=2', '/login', '/services/shop.v2']) {
      const page = await get(url, { accept: 'text/html,*/*;q=0.8' });
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    }
    const head = await app.inject({ method: 'HEAD', url: '/login', headers: { host: 'localhost' } });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it('never answer a path of programs, or a missing asset or icon, with the page', async () => {
    for (const url of ['/api', '/api/none', '/sdk/x', '/v1/none', '/assets/index-old.js']) {
      const missing = await get(url);
      expect([missing.statusCode, missing.json().code]).toEqual([404, 'not_found']);
    }
    expect((await get('/favicon.ico', { accept: 'image/avif,image/webp,*/*;q=0.8' })).statusCode).toBe(404);
    const post = await app.inject({ method: 'POST', url: '/login', headers: { host: 'localhost' } });
    expect(post.statusCode).toBe(404);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/..%2Fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '/....//secret.txt',
    '/index.html%00.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/C:%5cWindows%5cwin.ini',
    '/link.txt',
    '/.env',
    '/%252e%252e%252fsecret.txt',
    '/file:///etc/passwd',
    '/assets',
    '/__proto__',
    '/constructor',
  ])('never give %s anything but the page or 404', async (url) => {
    const answer = await get(url);
    expect(answer.body).not.toContain('SECRET');
    expect(answer.body).not.toContain('root:');
    expect([200, 400, 404]).toContain(answer.statusCode);
    if (answer.statusCode === 200) expect(answer.body).toContain('<title>page</title>');
  });

  it('say how to build the dashboard when it is not there, on pages only', async () => {
    const { app: empty } = openApp();
    await registerStaticFiles(empty, join(folder, 'missing'));
    const page = await empty.inject({ url: '/', headers: { host: 'localhost' } });
    expect(page.statusCode).toBe(503);
    expect(page.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(page.body).toContain('dashboard_not_built');
    expect(page.body).toContain('npm run build -w @stillframe/dashboard');
    expect((await empty.inject({ url: '/api/x', headers: { host: 'localhost' } })).statusCode).toBe(404);
    await empty.close();
  });
});
