import { describe, expect, it } from 'vitest';
import {
  loginPath,
  parseRoute,
  pathAfterLogin,
  servicePath,
  comparisonPath,
  snapshotIdIn,
  snapshotPath,
} from '../../../control-server/dashboard/src/routes.ts';

describe('addresses', () => {
  it.each([
    ['/', { name: 'services' }],
    ['/snapshots', { name: 'snapshots' }],
    ['/keys', { name: 'keys' }],
    ['/users', { name: 'users' }],
    ['/audit', { name: 'audit' }],
    ['/settings', { name: 'settings' }],
    ['/health/', { name: 'health' }],
    ['/login', { name: 'login' }],
    ['/setup', { name: 'setup' }],
    ['/invitation', { name: 'invitation' }],
    ['/snapshots/01a1', { name: 'snapshot', id: '01a1' }],
    ['/snapshots/01a1/compare/01%2Fb2', { name: 'comparison', leftId: '01a1', rightId: '01/b2' }],
    [
      '/services/production/shop',
      { name: 'service', environment: 'production', serviceName: 'shop', tab: 'snapshots' },
    ],
    [
      '/services/production/shop/agents/',
      { name: 'service', environment: 'production', serviceName: 'shop', tab: 'agents' },
    ],
  ])('%s leads to its page', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it.each([
    '/nowhere',
    '/keys/more',
    '/services',
    '/services/production',
    '/services/production/shop/unknown-tab',
    '/services/production/shop/agents/more',
    '/snapshots/a/b',
    '/snapshots/a/compare',
    '/snapshots/a/versus/b',
    '/snapshots/%E0%A4%A',
  ])('%s leads to the page that says so', (path) => {
    expect(parseRoute(path)).toEqual({ name: 'unknown' });
  });

  it.each(['a b', 'a/b', '50%25', '100%', '?q=1#x', '<img src=x>', 'ünïcode', '__proto__'])(
    'a service may be called %s',
    (serviceName) => {
      const path = servicePath({ environment: serviceName, serviceName }, 'breakpoints');
      expect(parseRoute(path)).toEqual({
        name: 'service',
        environment: serviceName,
        serviceName,
        tab: 'breakpoints',
      });
      expect(parseRoute(snapshotPath(serviceName))).toEqual({ name: 'snapshot', id: serviceName });
    },
  );
});

describe('the way back after signing in', () => {
  it('leads to where the person was', () => {
    const wanted = '/services/a%2Fb/shop/snapshots?q=x&label=y';
    expect(pathAfterLogin(loginPath(wanted).slice('/login'.length))).toBe(wanted);
    expect(loginPath('/')).toBe('/login');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '',
    'keys',
    '/login?next=/',
  ])('never leads to %j', (next) => {
    expect(pathAfterLogin(`?next=${encodeURIComponent(next)}`)).toBe('/');
  });
});

describe('what names a snapshot', () => {
  const id = '018f0000-0000-7000-8000-000000000001';

  it.each([id, ` ${id} `, snapshotPath(id), `https://stillframe.example${snapshotPath(id)}`])(
    'is %s',
    (text) => {
      expect(snapshotIdIn(text)).toBe(id);
    },
  );

  it.each(['', 'checkout', '/snapshots', comparisonPath(id, id), 'javascript:alert(1)'])(
    'is not %s',
    (text) => {
      expect(snapshotIdIn(text)).toBeNull();
    },
  );
});
