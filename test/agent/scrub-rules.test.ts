import { afterEach, describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../src/agent-options.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { createTestAgent } from '../../src/testing.ts';
import type { TestAgent } from '../../src/testing.ts';

let test: TestAgent | undefined;
afterEach(async () => {
  await test?.agent.shutdown(0);
});

async function sentWith(options: AgentOptions, vars: Record<string, unknown>): Promise<Snapshot | undefined> {
  test = createTestAgent({ logger: { warn: () => undefined }, ...options });
  test.agent.captureSnapshot('here', vars);
  await test.settle();
  return test.snapshots[0];
}

describe('the scrubbing rules of an agent', () => {
  it('leave out the types that are switched off, and only those', async () => {
    const snapshot = await sentWith(
      { disabledTypes: ['email', 'sensitive_name'] },
      { mail: 'ada@example.com', secret: 'open sesame', card: '4111111111111111' },
    );
    expect(snapshot?.variables).toEqual({
      mail: 'ada@example.com',
      secret: 'open sesame',
      card: '[REDACTED:credit_card]',
    });
  });

  it('apply names, paths and patterns of the user, each with its flag', async () => {
    const snapshot = await sentWith(
      {
        redactNames: ['badge'],
        allowNames: ['sessionToken'],
        redactPaths: ['user.address'],
        piiPatterns: [{ type: 'employee', pattern: /\bEMP-\d{6}\b/, severity: 'low' }],
      },
      { badge: 'x1', sessionToken: 'kept', user: { address: { city: 'Bern' } }, by: 'EMP-123456' },
    );
    expect(snapshot?.variables).toEqual({
      badge: '[REDACTED:sensitive_name]',
      sessionToken: 'kept',
      user: { address: '[REDACTED:path]' },
      by: '[REDACTED:employee]',
    });
    expect(snapshot?.securityFlags).toEqual([
      { type: 'path', severity: 'high', path: 'variables/user/address' },
      { type: 'sensitive_name', severity: 'medium', path: 'variables/badge' },
      { type: 'employee', severity: 'low', path: 'variables/by' },
    ]);
  });

  it.each<[AgentOptions, RegExp]>([
    [
      { piiPatterns: [{ type: 'own', pattern: /(a+)+$/ }] },
      /^piiPatterns\[0\]\.pattern: \/\(a\+\)\+\$\/ takes too many steps for each character .* The agent is off until it is mended\.$/,
    ],
    [
      { redactPaths: ['a[*].b[*]'] },
      /^redactPaths: "a\[\*\]\.b\[\*\]" has more than one wildcard\. .* The agent is off until it is mended\.$/,
    ],
    [
      { redactNames: ['--'] },
      /^redactNames\[0\] must be a name with a letter or digit, not "--"\. The agent is off until it is mended\.$/,
    ],
  ])('switch the agent off when they cannot be followed, and say why: %j', async (options, message) => {
    expect(await sentWith(options, { a: 1 })).toBeUndefined();
    expect(test?.agent.status()).toMatchObject({
      state: 'off',
      problems: [{ code: 'STILLFRAME_BAD_SCRUB_RULE', message: expect.stringMatching(message) as string }],
    });
  });
});
