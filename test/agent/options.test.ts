import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { resolveOptions } from '../../src/options.ts';
import type { AgentOptions } from '../../src/agent-options.ts';
import type { ResolvedOptions } from '../../src/options.ts';

function resolve(
  options: Record<string, unknown> = {},
  env: Record<string, string> = {},
  packageName: string | null = null,
): { resolved: ResolvedOptions; codes: string[]; messages: string } {
  const { resolved, problems } = resolveOptions(options as AgentOptions, {
    env,
    hostName: 'host-1',
    readPackageName: () => packageName,
  });
  return {
    resolved,
    codes: problems.map((problem) => problem.code),
    messages: problems.map((problem) => problem.message).join('\n'),
  };
}

describe('options', () => {
  it('is off without a key and says so', () => {
    const { resolved, codes } = resolve();
    expect(resolved.isEnabled).toBe(false);
    expect(codes).toEqual(['STILLFRAME_NO_API_KEY']);
  });

  it.each([
    ['20.20.2', false],
    ['22.18.0', false],
    ['22.19.0', true],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('on Node %s runs: %s', (version, runs) => {
    const { resolved, problems } = resolveOptions(
      { apiKey: 'k' },
      { env: {}, hostName: 'h', readPackageName: () => null },
      version,
    );
    expect(resolved.isEnabled).toBe(runs);
    expect(problems).toEqual(
      runs
        ? []
        : [
            {
              code: 'STILLFRAME_OLD_NODE',
              message: `Node ${version} is too old: the agent is off. Run the service on Node 22.19 or newer.`,
            },
          ],
    );
  });

  it('takes no name of a service that the control server refuses, and says so', () => {
    const longest = 's'.repeat(200);
    const { resolved, codes } = resolve({ apiKey: 'k', serviceName: longest });
    expect([resolved.serviceName, codes]).toEqual([longest, []]);
    for (const bad of [`${longest}s`, 'a\u0000b', '\ud800']) {
      const received = JSON.stringify(bad.slice(0, 80));
      for (const [options, env, what] of [
        [{ serviceName: bad }, {}, 'Option "serviceName"'],
        [{}, { OTEL_SERVICE_NAME: bad }, 'Environment variable OTEL_SERVICE_NAME'],
      ] as const) {
        const refused = resolve({ apiKey: 'k', ...options }, env, 'from-package');
        expect([refused.resolved.serviceName, refused.messages]).toEqual([
          'from-package',
          `${what} must be a text of 1 to 200 characters without control characters, not ${received}; it is left out.`,
        ]);
      }
    }
  });

  it.each(['piiPatterns', 'redactNames', 'logger', 'serviceName', 'maxDepth', 'debug'])(
    'takes the default for %s when looking at the value throws',
    (name) => {
      const fail = (): never => {
        throw new Error('mine');
      };
      const { proxy: revoked, revoke } = Proxy.revocable([], {});
      revoke();
      const bad = [new Proxy([], { get: fail, has: fail, getPrototypeOf: fail }), revoked];
      for (const value of bad) {
        expect(resolve({ apiKey: 'k', [name]: value }).codes).toEqual(['STILLFRAME_BAD_OPTION']);
      }
    },
  );

  it('is on once a key exists and enabled is not false', () => {
    expect(resolve({ apiKey: 'k' }).resolved.isEnabled).toBe(true);
    expect(resolve({ apiKey: 'k', enabled: false }).resolved.isEnabled).toBe(false);
    expect(resolve({ enabled: false }).codes).toEqual([]);
  });

  it('takes the option before STILLFRAME_*, that before TRACEKIT_*, that before the default', async () => {
    const env = { STILLFRAME_API_KEY: 'two', TRACEKIT_API_KEY: 'three' };
    expect(await resolve({ apiKey: 'one' }, env).resolved.apiKey?.()).toBe('one');
    expect(await resolve({}, env).resolved.apiKey?.()).toBe('two');
    expect(await resolve({}, { TRACEKIT_API_KEY: 'three' }).resolved.apiKey?.()).toBe('three');
  });

  it('takes an empty variable for an unset one, and trims', async () => {
    expect(resolve({}, { STILLFRAME_API_KEY: '' }).resolved.apiKey).toBeNull();
    expect(resolve({}, { STILLFRAME_API_KEY: '  ' }).resolved.apiKey).toBeNull();
    expect(await resolve({}, { STILLFRAME_API_KEY: ' k\n' }).resolved.apiKey?.()).toBe('k');
    expect(await resolve({ apiKey: async () => ' k\n' }).resolved.apiKey?.()).toBe('k');
  });

  it('reads no variable with env: false', () => {
    const { resolved } = resolve({ env: false }, { STILLFRAME_API_KEY: 'k', SERVICE_NAME: 'x' });
    expect(resolved.apiKey).toBeNull();
    expect(resolved.serviceName).toBe('node-app');
  });

  it.each([
    [{ serviceName: 'a' }, { STILLFRAME_SERVICE_NAME: 'b' }, 'p', 'a'],
    [{}, { STILLFRAME_SERVICE_NAME: 'b', OTEL_SERVICE_NAME: 'c', SERVICE_NAME: 'd' }, 'p', 'b'],
    [{}, { OTEL_SERVICE_NAME: 'c', SERVICE_NAME: 'd' }, 'p', 'c'],
    [{}, { OTEL_SERVICE_NAME: '', SERVICE_NAME: 'd' }, 'p', 'd'],
    [{}, {}, 'p', 'p'],
    [{}, {}, null, 'node-app'],
  ])('names the service from %j and %j, package %j: %s', (options, env, packageName, expected) => {
    expect(resolve(options, env as Record<string, string>, packageName).resolved.serviceName).toBe(expected);
  });

  it.each([
    ['http://h.example:1', 'http://h.example:1/'],
    ['h.example:1', 'http://h.example:1/'],
    ['http://h.example:1/v1/traces', 'http://h.example:1/'],
    ['https://h.example/prefix/sdk/snapshots/capture', 'https://h.example/prefix'],
    ['https://h.example/prefix/', 'https://h.example/prefix'],
    ['http://h.example/?a=b#c', 'http://h.example/'],
  ])('takes the endpoint %s as %s', (endpoint, expected) => {
    expect(resolve({ apiKey: 'k', endpoint, insecure: true }).resolved.endpoint.href).toBe(expected);
  });

  it.each(['ftp://h', 'http://', 'http://user:pass@h', 'not a url'])(
    'is off with the endpoint %j',
    (endpoint) => {
      const { resolved, codes } = resolve({ apiKey: 'k', endpoint });
      expect(codes).toEqual(['STILLFRAME_BAD_ENDPOINT']);
      expect(resolved.isEnabled).toBe(false);
    },
  );

  it('refuses plain http off loopback unless insecure is said, never in production', () => {
    const endpoint = 'http://stillframe.internal:7070';
    expect(resolve({ apiKey: 'k', endpoint }).codes).toEqual(['STILLFRAME_INSECURE_ENDPOINT']);
    expect(resolve({ apiKey: 'k', endpoint, insecure: true }).resolved.isEnabled).toBe(true);
    expect(
      resolve({ apiKey: 'k', endpoint, insecure: true }, { NODE_ENV: 'production' }).resolved.isEnabled,
    ).toBe(false);
    for (const loopback of ['localhost:1', '127.0.0.1:1', 'http://[::1]:1', 'http://127.9.9.9']) {
      expect(resolve({ apiKey: 'k', endpoint: loopback }).resolved.isEnabled, loopback).toBe(true);
    }
    expect(resolve({ apiKey: 'k', endpoint: 'http://127.0.0.1.evil.example' }).resolved.isEnabled).toBe(
      false,
    );
  });

  it.each([
    ['maxDepth', 0, 1, 10, 11, 3],
    ['maxPayloadBytes', 1_023, 1_024, 262_144, 262_145, 16_384],
    ['rateLimitMs', 999, 1_000, 3_600_000, 3_600_001, 1_000],
  ])('keeps %s within its range', (name, below, min, max, above, fallback) => {
    const read = (value: unknown): unknown => {
      const { resolved } = resolve({ apiKey: 'k', [name]: value });
      return { ...resolved.limits, rateLimitMs: resolved.rateLimitMs }[name as 'maxDepth'];
    };
    expect([min, max].map(read)).toEqual([min, max]);
    expect([below, above, Number.NaN, '7', -1, 1.5, {}].map(read)).toEqual(Array(7).fill(fallback));
  });

  it('names the option, what was received, the range and what is used instead', () => {
    const { messages } = resolve({ apiKey: 'k', maxDepth: 99 }, {});
    expect(messages).toBe('Option "maxDepth" must be a whole number from 1 to 10, not 99; 3 is used.');
    expect(resolve({ apiKey: 'k' }, { STILLFRAME_MAX_DEPTH: 'many' }).messages).toBe(
      'Environment variable STILLFRAME_MAX_DEPTH must be a whole number from 1 to 10, not "many"; 3 is used.',
    );
  });

  it('never shows a key in a problem', () => {
    expect(resolve({ apiKey: 12345678 }).messages).not.toContain('12345678');
  });

  it('uses the stricter value where privacy is concerned', () => {
    const { resolved } = resolve({ apiKey: 'k', piiScrubbing: 'no', requestContext: 3 });
    expect(resolved.piiScrubbing).toBe(true);
    expect(resolved.requestContext).toBe(false);
    expect(resolve({ apiKey: 'k' }, { STILLFRAME_ENABLED: 'maybe' }).resolved.isEnabled).toBe(false);
  });

  it('takes lists from the environment, separated by commas that stand in no quotation marks', () => {
    const { resolved, codes } = resolve(
      { apiKey: 'k' },
      {
        STILLFRAME_DISABLED_TYPES: 'email, phone',
        STILLFRAME_REDACT_NAMES: 'customerCode,,badge ',
        STILLFRAME_ALLOW_NAMES: 'sessionToken',
        STILLFRAME_REDACT_PATHS: 'user.address, headers["a,b"].c,orders[*].note',
      },
    );
    expect(codes).toEqual([]);
    expect(resolved).toMatchObject({
      disabledTypes: ['email', 'phone'],
      redactNames: ['customerCode', 'badge'],
      allowNames: ['sessionToken'],
      redactPaths: ['user.address', 'headers["a,b"].c', 'orders[*].note'],
    });
  });

  it('looks for every type when one that is to be left out is unknown, and says which', () => {
    const { resolved, messages } = resolve({ apiKey: 'k', disabledTypes: ['email', 'e-mail'] });
    expect(resolved).toMatchObject({ isEnabled: true, disabledTypes: [] });
    expect(messages).toBe(
      'Option "disabledTypes" must be a list of types, each one of email, ssn, credit_card, phone, aws_key, ' +
        'aws_secret, oauth_token, stripe_key, password, jwt, private_key, api_key, sensitive_name, not ' +
        '["email", "e-mail"]; an empty list is used.',
    );
  });

  it.each([
    ['redactNames', 'badge', 'a list of texts, not "badge"'],
    ['redactNames', ['badge', 3], 'a list of texts, not a list'],
    ['redactPaths', 'user.address', 'a list of texts, not "user.address"'],
    ['piiPatterns', /x/, 'a list of {type, pattern, severity}, not an object'],
  ])('is off while %s is %j: what was to be held back would leave', (name, value, said) => {
    const { resolved, codes, messages } = resolve({ apiKey: 'k', [name]: value });
    expect(resolved.isEnabled).toBe(false);
    expect(codes).toEqual(['STILLFRAME_BAD_OPTION']);
    expect(messages).toBe(`Option "${name}" must be ${said}; the agent is off until it is mended.`);
  });

  it('reports an unknown option', () => {
    expect(resolve({ apiKey: 'k', maxDeph: 3 }).codes).toEqual(['STILLFRAME_UNKNOWN_OPTION']);
  });

  it('survives options that are no object', () => {
    for (const options of [null, undefined, 3, 'x', [], () => {}]) {
      expect(() =>
        resolveOptions(options as unknown as AgentOptions, {
          env: {},
          hostName: 'h',
          readPackageName: () => null,
        }),
      ).not.toThrow();
    }
  });

  it('throws with strict, naming every problem', () => {
    const attempt = (): unknown => resolve({ strict: true, maxDepth: 99 });
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(/maxDepth.*No SDK key|No SDK key.*maxDepth/s);
  });
});
