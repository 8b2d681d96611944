import { afterEach, describe, expect, it } from 'vitest';
import { createTestAgent } from '../../src/testing.ts';
import type { TestAgent } from '../../src/testing.ts';
import type { SnapshotAgent } from '../../src/snapshot-agent.ts';
import { known, startAgent } from './agent-on-a-link.ts';

let test: TestAgent;
afterEach(() => test.agent.shutdown(0));

describe('a label that is scrubbed on its way out', () => {
  const label = 'order of ada@example.com';
  const wireLabel = 'order of [REDACTED:email]';

  it('is known to the server by its scrubbed name only', async () => {
    test = createTestAgent();
    test.agent.captureSnapshot(label, { a: 1 });
    await test.settle();
    expect(test.snapshots.map((snapshot) => snapshot.label)).toEqual([wireLabel]);
  });

  it('is cut to 256 characters after that, so that no half of a secret is left at its end', async () => {
    test = createTestAgent({ maxStringLength: 8 });
    const labels = [200, 230, 240, 250, 255].map(
      (length) => `${'x'.repeat(length)} ada.lovelace@example.com`,
    );
    const long = 'y'.repeat(10_000);
    for (const text of [...labels, long]) test.agent.captureSnapshot(text, { a: 1 });
    await test.settle();
    expect(test.snapshots.map((snapshot) => snapshot.label)).toEqual([
      `${'x'.repeat(200)} [REDACTED:email]`,
      `${'x'.repeat(230)} [REDACTED:email]`,
      `${'x'.repeat(240)} `,
      `${'x'.repeat(250)} `,
      `${'x'.repeat(255)} `,
      'y'.repeat(256),
    ]);
    expect(test.agent.status().held).toBe(0);
  });

  it('follows its breakpoint by that name: it is not taken for deleted, and can be switched', async () => {
    test = createTestAgent();
    test.agent.captureSnapshot(label, { a: 1 });
    await test.settle();
    test.setKillSwitch(false);
    test.agent.captureSnapshot(label, { a: 2 });
    expect(test.agent.status().dropped).toMatchObject({ disabled: 0, rate: 1 });

    test.setBreakpoint(wireLabel, { enabled: false });
    test.agent.captureSnapshot(label, { a: 3 });
    expect(test.agent.status().dropped).toMatchObject({ disabled: 1, rate: 1 });
  });
});

describe('the books of a label', () => {
  it('say what became of each of its calls', async () => {
    test = createTestAgent();
    test.agent.captureSnapshot('checkout', { a: 1 });
    for (let call = 0; call < 5; call++) test.agent.captureSnapshot('checkout', { a: 2 });
    test.agent.captureSnapshot('refund', { a: 1 });
    await test.settle();
    test.setBreakpoint('refund', { enabled: false });
    for (let call = 0; call < 3; call++) test.agent.captureSnapshot('refund', { a: 2 });
    const { byLabel } = test.agent.status();
    expect(byLabel['checkout']).toMatchObject({ captured: 1, dropped: { unregistered: 5 } });
    expect(byLabel['refund']).toMatchObject({ captured: 1, dropped: { disabled: 3 } });
  });

  it('hold a label called __proto__ like any other', () => {
    test = createTestAgent();
    test.agent.captureSnapshot('__proto__', { a: 1 });
    expect(Object.keys(test.agent.status().byLabel)).toEqual(['__proto__']);
  });
});

describe('the registration of a label', () => {
  it('names its place as a snapshot does: scrubbed, and cut to what a text may have', async () => {
    const { agent, registrations, submitted, state } = startAgent({ maxStringLength: 64 });
    const text = `export default (agent) => ({ 'ada@example.com'() { agent.captureSnapshot('placed', {}) } })['ada@example.com']();`;
    const { default: capture } = (await import(`data:text/javascript,${text}`)) as {
      readonly default: (agent: SnapshotAgent) => void;
    };
    capture(agent);
    await expect.poll(() => registrations.length).toBe(1);
    const { asked, answer } = registrations[0]!;
    expect(asked).toMatchObject({
      filePath: "data:text/javascript,export default (agent) => ({ '",
      functionName: '[REDACTED:email]',
    });
    answer(known('placed'));
    state([known('placed')]);
    await agent.shutdown();
    const [{ filePath, functionName } = asked] = submitted;
    expect({ filePath, functionName }).toEqual({
      filePath: asked.filePath,
      functionName: asked.functionName,
    });
  });
});
