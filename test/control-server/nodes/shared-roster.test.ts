import { expect, test } from 'vitest';
import { createSharedRoster, mergeAgents } from '../../../control-server/nodes/shared-roster.ts';
import type { SharedAgent } from '../../../control-server/store/cluster-store.ts';
import { agent, agentStatus } from '../dashboard/samples.ts';

const LATER = '2026-11-21T10:00:05.000Z';

test('an agent of two nodes is one: with a stream if any has it, and what it said last', () => {
  const withStream = shared({ streaming: true, status: null, connectedAt: LATER, lastSeenAt: LATER });
  const withReport = shared({ streaming: false, status: agentStatus({ captured: 7 }) });
  for (const both of [
    [withStream, withReport],
    [withReport, withStream],
  ]) {
    expect(mergeAgents(both)).toMatchObject([
      {
        agent: {
          streaming: true,
          status: { captured: 7 },
          lastSeenAt: LATER,
          connectedAt: withReport.agent.connectedAt,
        },
      },
    ]);
  }
});

test('an agent is lost only when no node has its stream or has heard of it since', () => {
  const lost = shared({ streaming: false, connectionLostAt: '2026-11-21T10:00:00.000Z' });
  const merge = (other: Parameters<typeof shared>[0]) =>
    [mergeAgents([lost, shared(other)]), mergeAgents([shared(other), lost])].map(
      ([merged]) => merged?.agent.connectionLostAt,
    );
  expect(mergeAgents([lost])[0]?.agent.connectionLostAt).toBe('2026-11-21T10:00:00.000Z');
  expect(merge({ streaming: true })).toEqual([null, null]);
  expect(merge({ streaming: false, lastSeenAt: LATER })).toEqual([null, null]);
  const earlier = '2026-11-21T09:59:00.000Z';
  expect(merge({ streaming: false, lastSeenAt: earlier })).toEqual([
    '2026-11-21T10:00:00.000Z',
    '2026-11-21T10:00:00.000Z',
  ]);
});

test('an agent that said farewell to another node than the one of its stream has left', async () => {
  const { roster, present } = start();
  present.set('a', shared({ streaming: false, connectionLostAt: '2026-11-21T10:00:00.000Z' }));
  expect(await roster.listAgents()).toHaveLength(1);
  const farewell = agentStatus({ capture: 'off', control: 'closed' });
  present.set('b', shared({ streaming: false, status: farewell, lastSeenAt: LATER }));
  expect(await roster.listAgents()).toEqual([]);
});

test('a farewell is the last word, also when the node of the stream notices its end later or has a clock ahead', () => {
  const farewell = shared({ streaming: false, status: agentStatus({ capture: 'off', control: 'closed' }) });
  const stream = { streaming: false, connectionLostAt: LATER, lastSeenAt: LATER };
  const endOf = (other: SharedAgent) =>
    [mergeAgents([farewell, other]), mergeAgents([other, farewell])].map(
      ([merged]) => merged?.agent.status?.control,
    );
  expect(endOf(shared({ ...stream, status: agentStatus({}) }))).toEqual(['closed', 'closed']);
  expect(endOf(shared({ ...stream, status: null }))).toEqual(['closed', 'closed']);
  const startedAnew = agentStatus({ startedAt: LATER });
  expect(endOf(shared({ ...stream, status: startedAnew }))).toEqual(['open', 'open']);
});

test('an agent is unknown only when no node knows it', () => {
  const lost = shared({ unknown: true, streaming: false });
  expect(mergeAgents([lost])).toMatchObject([{ agent: { unknown: true } }]);
  expect(mergeAgents([lost, shared({ streaming: true })])).toMatchObject([
    { agent: { unknown: false, streaming: true } },
  ]);
});

test('agents of other services and environments stay apart', () => {
  const all = [shared({}), shared({ serviceName: 'billing' }), shared({ environment: 'staging' })];
  expect(mergeAgents(all)).toHaveLength(3);
});

test('what is written for the other nodes is what changed, and who is gone', async () => {
  const { roster, present, written } = start();
  present.set('a', shared({}));
  present.set('b', shared({ instanceId: 'b' }));
  await roster.share();
  await roster.share();
  present.set('a', shared({ streaming: false }));
  present.delete('b');
  await roster.share();
  expect(written).toMatchObject([
    { changed: ['a', 'b'], gone: [] },
    { changed: ['a'], gone: ['b'] },
  ]);
  roster.forgetShared();
  await roster.share();
  expect(written.at(-1)).toMatchObject({ changed: ['a'], gone: [] });
});

test('clients without an id are not taken for those of another node that counted as far', async () => {
  const { roster, present, written } = start();
  present.set('stream:1', shared({ instanceId: 'stream:1' }));
  await roster.share();
  expect(written).toMatchObject([{ ids: ['stream:1@node-one'] }]);
});

test('an agent of a node with an earlier version, which does not tell of lost connections, is not lost', async () => {
  const { connectionLostAt: _, ...earlier } = shared({}).agent;
  const row = JSON.stringify({ agent: earlier, labels: [] });
  const { roster } = start(() => Promise.resolve([JSON.parse(row) as SharedAgent]));
  expect(await roster.listAgents()).toEqual([{ ...earlier, connectionLostAt: null }]);
});

test('while the database is away a node knows its own agents', async () => {
  const { roster, present } = start(() => Promise.reject(new Error('away')));
  present.set('a', shared({}));
  expect(await roster.listAgents()).toEqual([shared({}).agent]);
});

test('labels are added up over the agents of all nodes', async () => {
  const counts = { captured: 2, stored: 1, spooled: 0, dropped: {} };
  const there = { ...shared({ instanceId: 'there' }), labels: [{ label: 'checkout', ...counts }] };
  const { roster, present } = start(() => Promise.resolve([there]));
  present.set('a', { ...shared({}), labels: [{ label: 'checkout', ...counts }] });
  expect(await roster.countLabels('shop', null)).toEqual([
    { label: 'checkout', captured: 4, stored: 2, spooled: 0, dropped: {}, agents: 2 },
  ]);
  expect(await roster.countLabels('billing', null)).toEqual([]);
});

function shared(fields: Parameters<typeof agent>[0]): SharedAgent {
  return { agent: agent(fields), labels: [] };
}

function start(readAgents: () => Promise<SharedAgent[]> = () => Promise.resolve([])) {
  const present = new Map<string, SharedAgent>();
  const written: { changed: string[]; gone: readonly string[]; ids: string[] }[] = [];
  const roster = createSharedRoster({
    cluster: {
      readAgents,
      shareAgents: (_node, changed, gone) => {
        const ids = [...changed.values()].map(({ agent: { instanceId } }) => instanceId);
        written.push({ changed: [...changed.keys()], gone, ids });
        return Promise.resolve();
      },
    },
    live: { shareAgents: () => present },
    nodeId: 'node-one-of-two',
    now: () => 0,
  });
  return { roster, present, written };
}
