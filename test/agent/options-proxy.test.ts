import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../src/options.ts';

function resolve(
  endpoint: string,
  env: Record<string, string>,
  more: Record<string, unknown> = {},
): { proxy: string | null; isEnabled: boolean; messages: string[] } {
  const { resolved, problems } = resolveOptions(
    { apiKey: 'k', endpoint, insecure: true, ...more },
    { env, hostName: 'h', readPackageName: () => null },
  );
  return {
    proxy: resolved.proxy?.href ?? null,
    isEnabled: resolved.isEnabled,
    messages: problems.map(({ message }) => message),
  };
}

describe('the proxy', () => {
  it.each([
    ['https://a.example', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https://a.example', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:2' }, 'http://p:1/'],
    ['https://a.example', { https_proxy: '', HTTPS_PROXY: 'http://q:2' }, 'http://q:2/'],
    ['https://a.example', { HTTPS_PROXY: ' p:1 ' }, 'http://p:1/'],
    ['https://a.example', { HTTPS_PROXY: 'https://u:w@p:1' }, 'https://u:w@p:1/'],
    ['https://a.example', { HTTP_PROXY: 'http://p:1' }, null],
    ['http://a.example', { HTTP_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['http://a.example', { HTTPS_PROXY: 'http://p:1' }, null],
    ['https://a.example', {}, null],
  ])('of %s with %j is %j', (endpoint, env, proxy) => {
    expect(resolve(endpoint, env as Record<string, string>)).toEqual({
      proxy,
      isEnabled: true,
      messages: [],
    });
  });

  it.each(['http://127.0.0.1:7070', 'http://localhost:1', 'https://[::1]:1', 'https://127.9.9.9'])(
    'is never used for %s',
    (endpoint) => {
      const env = { HTTP_PROXY: 'socks5://p:1', HTTPS_PROXY: 'http://p:1' };
      expect(resolve(endpoint, env)).toEqual({ proxy: null, isEnabled: true, messages: [] });
    },
  );

  it.each([
    ['https://a.example', '*', true],
    ['https://a.example', 'b.example, *', true],
    ['https://a.example', '*:8443', false],
    ['https://a.example:8443', '*:8443', true],
    ['https://a.example', 'a.example', true],
    ['https://A.Example', 'a.EXAMPLE.', true],
    ['https://a.example.', 'a.example', true],
    ['https://x.a.example', 'a.example', true],
    ['https://x.a.example', '.a.example', true],
    ['https://a.example', '.a.example', true],
    ['https://x.a.example', '*.a.example', true],
    ['https://a.example', '*.a.example', false],
    ['https://ba.example', 'a.example', false],
    ['https://a.example.org', 'a.example', false],
    ['https://a.example', 'a.example:443', true],
    ['https://a.example', 'a.example:80', false],
    ['http://a.example', 'a.example:80', true],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.1.2.3', true],
    ['https://10.1.2.3', '10.0.0.0/33', false],
    ['https://a.example', '10.0.0.0/8', false],
    ['https://[2001:db8::7]', '2001:db8::/32', true],
    ['https://[2001:db8::7]', '2001:db8::7', true],
    ['https://[2001:db8::7]', '2001:0DB8:0::0007', true],
    ['https://[2001:db8::7]', '2001:db8::8', false],
    ['https://[2001:db8::7]:8443', '[2001:db8::7]:8443', true],
    ['https://[2001:db8::7]', '[2001:db8::7]:8443', false],
    ['https://a.example', ' , ;', false],
  ])('of %s with NO_PROXY=%j: excepted %s', (endpoint, exceptions, isExcepted) => {
    for (const name of ['no_proxy', 'NO_PROXY']) {
      const { proxy } = resolve(endpoint, {
        HTTPS_PROXY: 'http://p:1',
        HTTP_PROXY: 'http://p:1',
        [name]: exceptions,
      });
      expect([name, proxy === null]).toEqual([name, isExcepted]);
    }
  });

  it.each(['socks5://p:1', 'ftp://p', 'http://', 'http://u:%zz@p:1'])(
    'that cannot be used (%s) switches the agent off: nothing goes around it, and it is not shown',
    (proxy) => {
      expect(resolve('https://a.example', { HTTPS_PROXY: proxy })).toEqual({
        proxy: null,
        isEnabled: false,
        messages: [
          'Environment variable HTTPS_PROXY must be the address of an http or https proxy; the agent is off. ' +
            'Mend it, or add a.example to NO_PROXY.',
        ],
      });
    },
  );

  it('is not read from the environment with env: false', () => {
    expect(resolve('https://a.example', { HTTPS_PROXY: 'http://p:1' }, { env: false }).proxy).toBeNull();
  });
});
