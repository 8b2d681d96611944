import { Registry } from 'prom-client';
import { expect, it, vi } from 'vitest';
import { registerAgentMetrics } from '../../../control-server/metrics/agent-metrics.ts';

it('looks at all agents as often however many services they are of: a scrape holds up every stream', async () => {
  const totals = { label: 'l', captured: 1, stored: 0, spooled: 0, dropped: { rate: 2 }, agents: 1 };
  const live = {
    listAgents: vi.fn(() => []),
    countAllLabels: vi.fn(() =>
      ['shop', 'mail', 'billing'].map((serviceName) => ({ serviceName, environment: 'default', totals })),
    ),
  };
  const registry = new Registry();
  registerAgentMetrics(registry, live);
  const text = await registry.metrics();
  expect(text).toContain('stillframe_agent_captures{service="mail",environment="default",label="l"} 1');
  expect(text).toContain(
    'stillframe_agent_drops{service="billing",environment="default",label="l",reason="rate"} 2',
  );
  expect([live.listAgents.mock.calls.length, live.countAllLabels.mock.calls.length]).toEqual([2, 2]);
});
