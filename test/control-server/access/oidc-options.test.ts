import { describe, expect, it } from 'vitest';
import { readOidcEnvironment } from '../../../control-server/oidc-environment.ts';
import { resolveOidc, resolveOwnerUnseenMs } from '../../../control-server/oidc-options.ts';
import type { OidcOptions } from '../../../control-server/oidc-options.ts';

const PUBLIC = new URL('https://stillframe.example.com');
const OIDC: OidcOptions = {
  issuer: 'https://id.example.com/realm',
  clientId: 'stillframe',
  defaultRole: 'viewer',
};

describe('the options of an identity provider', () => {
  it('have defaults, and the addresses that the provider sends browsers back to', () => {
    expect(resolveOidc(OIDC, PUBLIC)).toEqual({
      issuer: new URL('https://id.example.com/realm'),
      clientId: 'stillframe',
      clientSecret: null,
      redirectUri: new URL('https://stillframe.example.com/api/oidc/callback'),
      signedOutUri: new URL('https://stillframe.example.com/login'),
      scopes: ['openid', 'profile', 'email'],
      roleClaim: null,
      roles: new Map(),
      defaultRole: 'viewer',
      allowedDomains: [],
    });
    expect(resolveOidc(undefined, null)).toBeNull();
  });

  it.each<[string, object, URL | null, RegExp]>([
    ['no publicUrl', OIDC, null, /needs publicUrl/],
    [
      'a publicUrl over plain http',
      OIDC,
      new URL('http://stillframe.example.com'),
      /publicUrl that starts with https/,
    ],
    [
      'an issuer over plain http',
      { ...OIDC, issuer: 'http://id.example.com' },
      PUBLIC,
      /issuer that starts with https/,
    ],
    ['an issuer that is no address', { ...OIDC, issuer: 'id' }, PUBLIC, /issuer that is an address/],
    ['no client', { ...OIDC, clientId: '' }, PUBLIC, /clientId/],
    ['nobody who could come in', { ...OIDC, defaultRole: undefined }, PUBLIC, /let nobody in/],
    ['roles without a claim', { ...OIDC, roles: { a: 'admin' } }, PUBLIC, /no roleClaim/],
    ['a claim without roles', { ...OIDC, roleClaim: 'groups' }, PUBLIC, /roleClaim, but no roles/],
    ['a role that there is not', { ...OIDC, defaultRole: 'root' }, PUBLIC, /not "root"/],
    ['two secrets', { ...OIDC, clientSecret: 'a', clientSecretFile: 'b' }, PUBLIC, /not both/],
    ['a file that is not there', { ...OIDC, clientSecretFile: '/nonexistent' }, PUBLIC, /cannot read/],
    ['an empty file', { ...OIDC, clientSecretFile: '/dev/null' }, PUBLIC, /finds nothing/],
    ['a misspelt name', { ...OIDC, clientID: 'x' }, PUBLIC, /no option "clientID"/],
  ])('are refused with %s', (_, oidc, publicUrl, message) => {
    // oxlint-disable-next-line no-unsafe-type-assertion -- wrong on purpose
    expect(() => resolveOidc(oidc as OidcOptions, publicUrl)).toThrow(
      expect.objectContaining({ code: 'bad_option', message: expect.stringMatching(message) as string }),
    );
  });

  it.each([
    [undefined, 30],
    [{}, 30],
    [{ tokenDays: 1 }, 1],
    [{ tokenDays: 365 }, 365],
  ])('let tokens of %j work for %i days after the last sign-in', (given, days) => {
    const oidc = given === undefined ? undefined : { ...OIDC, ...given };
    expect(resolveOwnerUnseenMs(oidc)).toBe(days * 86_400_000);
  });

  it.each([0, 366, 1.5, Number.NaN])('refuse %d days for tokens', (tokenDays) => {
    expect(() => resolveOwnerUnseenMs({ ...OIDC, tokenDays })).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        message: expect.stringMatching(/whole number of 1 to 365/) as string,
      }),
    );
  });

  it('allow plain http on this machine', () => {
    const here = { ...OIDC, issuer: 'http://127.0.0.1:8080' };
    expect(resolveOidc(here, new URL('http://localhost:7070'))).toMatchObject({ clientId: 'stillframe' });
  });
});

const PROVIDER = {
  STILLFRAME_OIDC_ISSUER: 'https://id.example.com',
  STILLFRAME_OIDC_CLIENT_ID: 'stillframe',
};

describe('an identity provider of the environment', () => {
  it('is none where nothing is said of one', () => {
    expect(readOidcEnvironment({ STILLFRAME_METRICS_TOKEN: 'x' })).toBeUndefined();
    expect(
      readOidcEnvironment({ STILLFRAME_OIDC_ISSUER: ' ', STILLFRAME_OIDC_CLIENT_ID: '' }),
    ).toBeUndefined();
  });

  it('is none for the variables of a platform about a service whose name begins so', () => {
    const env = {
      STILLFRAME_OIDC_SERVICE_HOST: '10.0.0.7',
      STILLFRAME_OIDC_SERVICE_PORT_HTTPS: '443',
      STILLFRAME_OIDC_PORT: 'tcp://10.0.0.7:443',
      STILLFRAME_OIDC_PORT_443_TCP_ADDR: '10.0.0.7',
      STILLFRAME_OIDC_PROXY_SERVICE_HOST: '10.0.0.8',
      STILLFRAME_OIDC_PROXY_SERVICE_PORT_HTTP: '4180',
      STILLFRAME_OIDC_PROXY_PORT: 'tcp://10.0.0.8:4180',
      STILLFRAME_OIDC_PROXY_PORT_4180_TCP_PROTO: 'tcp',
    };
    expect(readOidcEnvironment(env)).toBeUndefined();
  });

  it.each([
    [
      { STILLFRAME_OIDC_ISSUER: ' ', STILLFRAME_OIDC_CLIENT_ID: 'x' },
      'STILLFRAME_OIDC_CLIENT_ID without STILLFRAME_OIDC_ISSUER set up no provider. Give what is missing, or unset all of them.',
    ],
    [
      { STILLFRAME_OIDC_ISSUER: 'https://id.example.com', STILLFRAME_OIDC_ROLE_CLAIM: 'groups' },
      'STILLFRAME_OIDC_ISSUER and STILLFRAME_OIDC_ROLE_CLAIM without STILLFRAME_OIDC_CLIENT_ID set up no provider. Give what is missing, or unset all of them.',
    ],
    [
      { STILLFRAME_OIDC_TOKEN_DAYS: '7' },
      'STILLFRAME_OIDC_TOKEN_DAYS without STILLFRAME_OIDC_ISSUER and STILLFRAME_OIDC_CLIENT_ID set up no provider. Give what is missing, or unset all of them.',
    ],
  ])('is refused when only a part is said: %j', (env, message) => {
    expect(() => readOidcEnvironment(env)).toThrow(expect.objectContaining({ code: 'bad_option', message }));
  });

  it.each([
    'STILLFRAME_OIDC_ALLOWED_DOMAIN',
    'STILLFRAME_OIDC_',
    'STILLFRAME_OIDC_PORTAL',
    'STILLFRAME_OIDC_SERVICE_NAME',
  ])('is refused with a variable that means nothing, which may be misspelt: %s', (variable) => {
    const env = { ...PROVIDER, [variable]: 'example.com' };
    expect(() => readOidcEnvironment(env)).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        message:
          `${variable} is no variable of this server. Known are: STILLFRAME_OIDC_ISSUER, _CLIENT_ID, ` +
          '_CLIENT_SECRET, _CLIENT_SECRET_FILE, _SCOPES, _ROLE_CLAIM, _ROLES, _DEFAULT_ROLE, _ALLOWED_DOMAINS, ' +
          '_TOKEN_DAYS.',
      }),
    );
  });

  it.each(['STILLFRAME_OIDC_ALLOWED_DOMAINS', 'STILLFRAME_OIDC_SCOPES'])(
    'is refused with a list of nothing: %s',
    (variable) => {
      expect(() => readOidcEnvironment({ ...PROVIDER, [variable]: ', ' })).toThrow(
        expect.objectContaining({ code: 'bad_option', message: `${variable} is ",", a list of nothing.` }),
      );
    },
  );

  it('is read with lists and roles', () => {
    expect(
      readOidcEnvironment({
        STILLFRAME_OIDC_ISSUER: 'https://id.example.com',
        STILLFRAME_OIDC_CLIENT_ID: 'stillframe',
        STILLFRAME_OIDC_CLIENT_SECRET_FILE: '/run/secrets/oidc',
        STILLFRAME_OIDC_ROLE_CLAIM: 'groups',
        STILLFRAME_OIDC_ROLES: 'cn=admins=admin, devs=operator',
        STILLFRAME_OIDC_DEFAULT_ROLE: '',
        STILLFRAME_OIDC_ALLOWED_DOMAINS: 'example.com, example.org',
        STILLFRAME_OIDC_TOKEN_DAYS: '7',
      }),
    ).toEqual({
      issuer: 'https://id.example.com',
      clientId: 'stillframe',
      clientSecretFile: '/run/secrets/oidc',
      roleClaim: 'groups',
      tokenDays: 7,
      roles: { 'cn=admins': 'admin', devs: 'operator' },
      allowedDomains: ['example.com', 'example.org'],
    });
  });

  it.each(['soon', '1.5', '-1', '0x10'])('is refused with the days that were written: %s', (days) => {
    const env = { ...PROVIDER, STILLFRAME_OIDC_TOKEN_DAYS: days };
    expect(() => readOidcEnvironment(env)).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        message: `STILLFRAME_OIDC_TOKEN_DAYS is "${days}". It must be a whole number from 1 to 365.`,
      }),
    );
  });

  it('is refused with roles that are no list', () => {
    const env = { ...PROVIDER, STILLFRAME_OIDC_ROLES: 'admin' };
    expect(() => readOidcEnvironment(env)).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        message: 'STILLFRAME_OIDC_ROLES is a list such as admins=admin,developers=operator, not "admin".',
      }),
    );
  });
});
