import { afterEach, describe, expect, test } from 'vitest';
import type { AgentStatusEvent } from '../../../src/protocol/agent-event.ts';
import { agentClient, startLive } from './live-server.ts';
import type { LiveServer } from './live-server.ts';
import { eventually } from '../../helpers/until.ts';

const INSTANCE = '11111111-1111-4111-8111-111111111111';
const START_MS = Date.parse('2026-11-21T10:00:00.000Z');

const status: AgentStatusEvent = {
  type: 'agent_status',
  capture: 'running',
  control: 'open',
  breaker: 'closed',
  agentVersion: '0.1.0',
  runtime: 'node/24.0.0',
  host: 'web-1',
  pid: 77,
  environment: 'production',
  release: '1.2.3',
  commit: 'abc',
  startedAt: '2026-11-21T09:00:00.000Z',
  captured: 3,
  stored: 2,
  spooled: 0,
  queued: 1,
  unconfirmed: 1,
  dropped: { rate: 4 },
  labels: [],
  lastError: null,
};

let clockMs = START_MS;
const servers: LiveServer[] = [];
async function start(maxStreamAgeMs?: number): Promise<LiveServer> {
  clockMs = START_MS;
  const server = await startLive({
    now: () => clockMs,
    heartbeatMs: 10,
    hintIntervalMs: 5,
    ...(maxStreamAgeMs === undefined ? {} : { maxStreamAgeMs }),
  });
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('the list of agents', () => {
  test('adds up the labels of each service in each environment, whatever the agents are of', async () => {
    const { live } = await start();
    const labels = (captured: number) => [
      { ...status, labels: [{ label: 'l', captured, stored: 0, spooled: 0, dropped: {} }] },
    ];
    live.noteAgent(agentClient({ instanceId: INSTANCE }), labels(1));
    live.noteAgent(agentClient({ instanceId: INSTANCE.replace(/.$/, '2') }), labels(2));
    live.noteAgent(agentClient({ instanceId: INSTANCE, environment: 'staging' }), labels(4));
    live.noteAgent(agentClient({ instanceId: INSTANCE, serviceName: 'mail' }), labels(8));
    const totals = { label: 'l', captured: 3, stored: 0, spooled: 0, dropped: {}, agents: 2 };
    expect(live.countAllLabels()).toEqual([
      { serviceName: 'shop', environment: 'default', totals },
      { serviceName: 'shop', environment: 'staging', totals: { ...totals, captured: 4, agents: 1 } },
      { serviceName: 'mail', environment: 'default', totals: { ...totals, captured: 8, agents: 1 } },
    ]);
  });

  test('keeps a bounded number of breakpoint reports, however many agents claim to be there', async () => {
    const { live } = await start();
    const reports = Array.from({ length: 2_000 }, (_, index) => ({
      type: 'breakpoint_status' as const,
      breakpointId: `${index}-${'x'.repeat(100)}`,
      state: 'received' as const,
      reason: null,
    }));
    const kept = () => live.listAgents().reduce((sum, agent) => sum + agent.breakpoints.length, 0);
    // One key has half of it at most, whatever it claims.
    for (const [keyId, most] of [
      ['key-1', 200_000],
      ['key-2', 400_000],
      ['key-3', 400_000],
    ] as const) {
      for (let number = 0; number < 110; number++) {
        const instanceId = INSTANCE.replace(/.{4}$/, String(number).padStart(4, '0'));
        live.noteAgent(agentClient({ instanceId, keyId, serviceName: keyId }), reports);
      }
      expect(kept()).toBe(most);
    }
    expect(live.listAgents()[0]?.breakpoints[0]?.breakpointId).toHaveLength(64);
    // Who is gone makes room.
    clockMs += 60_000;
    await eventually(() => {
      live.noteAgent(agentClient({ instanceId: INSTANCE }), reports);
      expect(kept()).toBe(2_000);
    });
  });

  test('has an agent with its stream, its last status and what it made of each breakpoint', async () => {
    const { live, openAgent } = await start();
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    clockMs += 2_000;
    live.noteAgent(agentClient({ instanceId: INSTANCE }), [
      status,
      { type: 'breakpoint_status', breakpointId: 'bp', state: 'received', reason: null },
      { type: 'breakpoint_status', breakpointId: 'bp', state: 'error', reason: 'bad condition' },
      {
        type: 'circuit_breaker_tripped',
        failureCount: 3,
        windowSeconds: 60,
        cooldownSeconds: 300,
        timestamp: '2026-11-21T09:00:00.000Z',
      },
    ]);
    const { type: _, labels: __, ...summary } = status;
    expect(live.listAgents()).toEqual([
      {
        instanceId: INSTANCE,
        serviceName: 'shop',
        environment: 'default',
        userAgent: 'stillframe/0.1.0 node/24.0.0',
        address: '127.0.0.1',
        connectedAt: '2026-11-21T10:00:00.000Z',
        lastSeenAt: '2026-11-21T10:00:02.000Z',
        streaming: true,
        connectionLostAt: null,
        unknown: false,
        status: summary,
        breakpoints: [{ breakpointId: 'bp', state: 'error', reason: 'bad condition' }],
      },
    ]);
  });

  test('shows an agent whose stream closed as offline at once, and forgets it after 60 s', async () => {
    const { live, openAgent } = await start();
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    reader.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    clockMs += 59_999;
    expect(live.listAgents()).toHaveLength(1);
    clockMs += 1;
    expect(live.listAgents()).toEqual([]);
  });

  test('says that a connection is lost, and since when, once the agent could have been back for a second', async () => {
    const { live, openAgent } = await start();
    const lostAt = () => live.listAgents().map(({ connectionLostAt }) => connectionLostAt);
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    clockMs += 5_000;
    expect(lostAt()).toEqual([null]);
    reader.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    clockMs += 1_999;
    expect(lostAt()).toEqual([null]);
    clockMs += 1;
    expect(lostAt()).toEqual(['2026-11-21T10:00:05.000Z']);
    const back = await openAgent({ instanceId: INSTANCE });
    await back.next('init');
    clockMs += 5_000;
    expect(lostAt()).toEqual([null]);
  });

  test('is left at once by an agent that says farewell, with what it counted, once its stream is closed', async () => {
    const { live, openAgent } = await start();
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    const client = agentClient({ instanceId: INSTANCE });
    const labels = [{ label: 'l', captured: 3, stored: 2, spooled: 0, dropped: {} }];
    const farewell = { ...status, capture: 'off', control: 'closed', labels } as const;
    live.noteAgent(client, [{ ...farewell, control: 'open' }]);
    live.noteAgent(client, [{ ...farewell, capture: 'killed' }]);
    expect(live.listAgents()).toHaveLength(1);
    live.noteAgent(client, [farewell]);
    expect(live.listAgents()).toMatchObject([{ streaming: true }]);
    reader.close();
    await eventually(() => expect(live.listAgents()).toEqual([]));
    expect(live.countLabels(client.serviceName, null)).toMatchObject([{ label: 'l', captured: 3 }]);
    // Other nodes may have its stream in their books still.
    expect([...live.shareAgents().values()]).toMatchObject([{ agent: { status: { control: 'closed' } } }]);
    live.noteAgent(client, [status]);
    expect(live.listAgents()).toHaveLength(1);
  });

  test('takes no connection for lost while the agent is heard of, or has another stream', async () => {
    const { live, openAgent } = await start();
    const lostAt = () => live.listAgents().map(({ connectionLostAt }) => connectionLostAt);
    const [first, second] = [
      await openAgent({ instanceId: INSTANCE }),
      await openAgent({ instanceId: INSTANCE }),
    ];
    await Promise.all([first.next('init'), second.next('init')]);
    first.close();
    await second.next('heartbeat');
    clockMs += 2_000;
    expect(lostAt()).toEqual([null]);
    second.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    clockMs += 2_000;
    expect(lostAt()).toEqual(['2026-11-21T10:00:02.000Z']);
    live.noteAgent(agentClient({ instanceId: INSTANCE }), [status]);
    clockMs += 10_000;
    expect(lostAt()).toEqual([null]);
  });

  test('takes no old client for lost, of which nothing tells whether it is back', async () => {
    const { live, openAgent } = await start();
    const reader = await openAgent({ userAgent: 'Ruby' });
    await reader.next('init');
    reader.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    clockMs += 30_000;
    expect(live.listAgents()).toMatchObject([{ connectionLostAt: null }]);
  });

  test('hints to dashboards that a connection is lost, without waiting for anything else', async () => {
    const { live, openAgent, openDashboard } = await start();
    const dashboard = await openDashboard();
    await dashboard.next('hello');
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    reader.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    // What was hinted of the end itself is before this in the stream.
    live.hint({ topic: 'keys' });
    await dashboard.next('keys');
    const hinted = dashboard.events.length;
    clockMs += 2_000;
    await eventually(() =>
      expect(dashboard.events.slice(hinted).map(({ name }) => name)).toContain('agents'),
    );
    expect(live.listAgents()).toMatchObject([{ connectionLostAt: '2026-11-21T10:00:00.000Z' }]);
  });

  test('keeps an agent whose stream is open, however long it says nothing', async () => {
    const { live, openAgent } = await start(24 * 3_600_000);
    const reader = await openAgent({ instanceId: INSTANCE });
    await reader.next('init');
    clockMs += 3_600_000;
    await reader.next('heartbeat');
    expect(live.listAgents()).toMatchObject([{ instanceId: INSTANCE, streaming: true }]);
  });

  test('has an agent that reconnects once, streaming until the last of its streams is gone', async () => {
    const { live, openAgent } = await start();
    const first = await openAgent({ instanceId: INSTANCE });
    const second = await openAgent({ instanceId: INSTANCE });
    await Promise.all([first.next('init'), second.next('init')]);
    first.close();
    await second.next('heartbeat');
    expect(live.listAgents()).toMatchObject([{ streaming: true }]);
    second.close();
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
  });

  test('keeps the same instance id apart by service', async () => {
    const { live } = await start();
    live.noteAgent(agentClient({ instanceId: INSTANCE }));
    live.noteAgent(agentClient({ instanceId: INSTANCE, serviceName: 'other' }));
    expect(live.listAgents()).toHaveLength(2);
  });

  test('counts an old client without an id as one agent a stream, its polls as signs of life', async () => {
    const { live, openAgent } = await start();
    const old = { userAgent: 'Ruby' };
    live.noteAgent(agentClient(old));
    expect(live.listAgents()).toMatchObject([{ instanceId: 'stream:1', streaming: false, status: null }]);
    const readers = await Promise.all([openAgent(old), openAgent(old)]);
    await Promise.all(readers.map((reader) => reader.next('init')));
    expect(live.listAgents()).toMatchObject([
      { instanceId: 'stream:1', streaming: true },
      { instanceId: 'stream:2', streaming: true },
    ]);
    clockMs += 30_000;
    live.noteAgent(agentClient(old));
    expect(live.listAgents().map(({ lastSeenAt }) => lastSeenAt)).toEqual([
      '2026-11-21T10:00:30.000Z',
      '2026-11-21T10:00:30.000Z',
    ]);
    readers[0]?.close();
    await eventually(() => expect(live.listAgents().filter(({ streaming }) => streaming)).toHaveLength(1));
    const back = await openAgent(old);
    await back.next('init');
    expect(live.listAgents().map(({ instanceId }) => instanceId)).toEqual(['stream:1', 'stream:2']);
  });

  test('cuts what an agent says of itself, so that reports cannot fill the memory', async () => {
    const { live } = await start();
    const client = agentClient({ instanceId: INSTANCE });
    live.noteAgent(client, [{ ...status, host: 'h'.repeat(100_000), lastError: 'e'.repeat(513) }]);
    live.noteAgent(
      client,
      Array.from({ length: 2_100 }, (_, index) => ({
        type: 'breakpoint_status' as const,
        breakpointId: `bp-${index}`,
        state: 'installed' as const,
        reason: null,
      })),
    );
    const [agent] = live.listAgents();
    expect(agent?.status?.host).toHaveLength(512);
    expect(agent?.status?.lastError).toHaveLength(512);
    expect(agent?.breakpoints).toHaveLength(2_000);
  });

  test('keeps a bounded number of labels, of one agent and of all, until those who counted them are gone', async () => {
    const { live } = await start();
    const labels = Array.from({ length: 1_001 }, (_, index) => ({
      label: `label ${index}`,
      captured: 1,
      stored: 0,
      spooled: 0,
      dropped: {},
    }));
    for (let number = 0; number < 210; number++) {
      const instanceId = INSTANCE.replace(/.{4}$/, String(number).padStart(4, '0'));
      live.noteAgent(agentClient({ instanceId }), [{ ...status, labels }]);
    }
    const kept = () => live.countLabels('shop', null).reduce((sum, { agents }) => sum + agents, 0);
    expect(live.countLabels('shop', null)).toHaveLength(1_000);
    expect(kept()).toBe(200_000);
    clockMs += 60_000;
    await eventually(() => {
      live.noteAgent(agentClient({ instanceId: INSTANCE }), [{ ...status, labels }]);
      expect(kept()).toBe(1_000);
    });
  });

  test('adds up what the agents of a service counted by label, an older report changing nothing', async () => {
    const { live } = await start();
    const note = (
      fields: Parameters<typeof agentClient>[0],
      ...labels: AgentStatusEvent['labels'][number][]
    ) => live.noteAgent(agentClient(fields), [{ ...status, labels }]);
    const web = { instanceId: INSTANCE };
    note(web, { label: 'checkout', captured: 5, stored: 4, spooled: 0, dropped: { rate: 7 } });
    note(web, { label: 'refund', captured: 1, stored: 0, spooled: 0, dropped: {} });
    note(web, { label: 'checkout', captured: 4, stored: 4, spooled: 0, dropped: { rate: 6, send: 1 } });
    note(
      { instanceId: 'other' },
      { label: 'checkout', captured: 1, stored: 1, spooled: 0, dropped: { rate: 1 } },
    );
    note(
      { instanceId: 'third', environment: 'staging' },
      { label: 'checkout', captured: 100, stored: 100, spooled: 0, dropped: {} },
    );
    note(
      { ...web, serviceName: 'web' },
      { label: 'checkout', captured: 9, stored: 9, spooled: 0, dropped: {} },
    );
    expect(live.countLabels('shop', 'default')).toEqual([
      { label: 'checkout', captured: 6, stored: 5, spooled: 0, dropped: { rate: 8, send: 1 }, agents: 2 },
      { label: 'refund', captured: 1, stored: 0, spooled: 0, dropped: {}, agents: 1 },
    ]);
    expect(live.countLabels('shop', null)[0]).toMatchObject({ captured: 106, agents: 3 });
    expect(live.countLabels('none', null)).toEqual([]);
    clockMs += 60_000;
    expect(live.countLabels('shop', null)).toEqual([]);
  });

  test('is hinted to dashboards when it changes', async () => {
    const { live, openAgent, openDashboard } = await start();
    const dashboard = await openDashboard();
    await dashboard.next('hello');
    const reader = await openAgent({ instanceId: INSTANCE });
    await dashboard.next('agents');
    live.noteAgent(agentClient({ instanceId: INSTANCE }), [status]);
    await dashboard.next('agents');
    reader.close();
    await dashboard.next('agents');
    await eventually(() => expect(live.listAgents()).toMatchObject([{ streaming: false }]));
    clockMs += 60_000;
    await dashboard.next('agents');
    expect(live.listAgents()).toEqual([]);
  });
});
