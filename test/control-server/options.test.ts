import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../control-server/options.ts';
import type { ControlServerOptions } from '../../control-server/options.ts';
import { VERSION } from '../../src/protocol/version.ts';

describe('options of the control server', () => {
  it('have a value each when nothing is said', () => {
    expect(resolveOptions({ dataFolder: '/data' })).toEqual({
      host: '127.0.0.1',
      port: 7070,
      portFallback: false,
      dataFolder: '/data',
      databaseUrl: null,
      tls: null,
      allowedHosts: [],
      publicUrl: null,
      insecureHttp: false,
      firstAdmin: null,
      oidc: null,
      ownerUnseenMs: 30 * 86_400_000,
      trustAgents: true,
      webhookAllowPrivate: [],
      metricsToken: null,
      retention: {},
      limits: {
        maxStreamAgeMs: 600_000,
        drainMs: 20_000,
        diskLimitPercent: 90,
        keySnapshotsPerSecond: 500,
        keyMbPerDay: 10_240,
        keyAgents: 5_000,
        keyServices: 500,
      },
      heartbeatMs: 15_000,
      logLevel: 'warn',
      logDestination: process.stderr,
      onNotice: expect.any(Function),
    });
  });

  it.each<[string, object]>([
    ['host', { host: 'http://localhost' }],
    ['host', { host: '' }],
    ['port', { port: -1 }],
    ['port', { port: 65_536 }],
    ['port', { port: 70.5 }],
    ['port', { port: '7070' }],
    ['maxStreamAgeMs', { maxStreamAgeMs: 999 }],
    ['maxStreamAgeMs', { maxStreamAgeMs: 86_400_001 }],
    ['drainMs', { drainMs: -1 }],
    ['drainMs', { drainMs: 600_001 }],
    ['diskLimitPercent', { diskLimitPercent: 0 }],
    ['diskLimitPercent', { diskLimitPercent: 101 }],
    ['keySnapshotsPerSecond', { keySnapshotsPerSecond: 0 }],
    ['keyMbPerDay', { keyMbPerDay: 0.5 }],
    ['keyAgents', { keyAgents: 20_001 }],
    ['keyServices', { keyServices: 0 }],
    ['keyServices', { keyServices: 10_001 }],
    ['heartbeatMs', { heartbeatMs: 249 }],
    ['heartbeatMs', { heartbeatMs: 30_001 }],
    ['logLevel', { logLevel: 'loud' }],
    ['tlsCert', { tlsCert: 'cert.pem' }],
    ['tlsKey', { tlsKey: 'key.pem' }],
    ['allowedHosts', { allowedHosts: ['*.example.com'] }],
    ['allowedHosts', { allowedHosts: ['https://example.com'] }],
    ['databaseUrl', { databaseUrl: 'localhost/stillframe' }],
    ['databaseUrl', { databaseUrl: 'mysql://localhost/stillframe' }],
    ['publicUrl', { publicUrl: 'example.com' }],
    ['publicUrl', { publicUrl: 'https://example.com/path' }],
    ['publicUrl', { publicUrl: 'javascript:alert(1)' }],
    ['firstAdmin', { firstAdmin: { name: 'ada', password: 'a'.repeat(11) } }],
    ['firstAdmin', { firstAdmin: { name: '', password: 'a'.repeat(12) } }],
    ['prot', { prot: 7070 }],
  ])('are refused with the name %s for %o', (name, options) => {
    expect(() => resolveOptions(options as ControlServerOptions)).toThrow(
      expect.objectContaining({ code: 'bad_option', message: expect.stringContaining(name) }),
    );
  });

  it.each(['postgres://ann:hunter2@db/stillframe', 'postgresql://db/stillframe?sslmode=verify-full'])(
    'take %s as a database',
    (databaseUrl) => {
      expect(resolveOptions({ databaseUrl }).databaseUrl).toBe(databaseUrl);
    },
  );

  it('never show the password of a database that is refused, and take an empty one for none', () => {
    const refused = () => resolveOptions({ databaseUrl: 'mysql://ann:hunter2@db/stillframe' });
    expect(refused).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
    expect(resolveOptions({ databaseUrl: '' }).databaseUrl).toBeNull();
  });

  it.each([
    { port: 0 },
    { port: 65_535 },
    { heartbeatMs: 250 },
    { heartbeatMs: 30_000 },
    { host: '::' },
    { allowedHosts: ['a.example', '[::1]', 'fd00::1'] },
  ])('take %o', (options) => {
    expect(resolveOptions(options)).toMatchObject(options);
  });

  it.each([
    ['a name that nobody could sign in with', { name: 'a'.repeat(101), password: 'correct horse battery' }],
    ['a name that a terminal would obey', { name: 'ada\u001b[2J', password: 'correct horse battery' }],
    ['a password that nobody could sign in with', { name: 'ada', password: 'x'.repeat(1_025) }],
  ])('refuse a first administrator with %s', (_, firstAdmin) => {
    expect(() => resolveOptions({ firstAdmin })).toThrow(expect.objectContaining({ code: 'bad_option' }));
  });

  it('never repeat a password that is refused', () => {
    const firstAdmin = { name: 'ada', password: 'hunter2' };
    expect(() => resolveOptions({ firstAdmin })).not.toThrow(/hunter2/);
  });
});

describe('the version', () => {
  it('is the one of the package', () => {
    const file = new URL('../../control-server/package.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: VERSION });
  });
});
