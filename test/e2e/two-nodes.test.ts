import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { AgentSummary } from '../../src/protocol/api.ts';
import { fieldsOf, openStream } from '../control-server/live/stream-reader.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import {
  AGENT,
  capture,
  createKey,
  openAgentStream,
  OURS,
  startNodeProcess,
} from '../helpers/node-process.ts';
import { createPostgresDatabase, query } from '../helpers/postgres-database.ts';
import { until } from '../helpers/until.ts';

test('a change on one node reaches the agents of the other, and so do a kill and its release', async () => {
  const [a, b] = await startTwo(await createPostgresDatabase());
  const { secret } = await createKey(a);
  const stream = await openAgentStream(b, secret);
  const created = await a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'checkout' });
  expect(created.status).toBe(201);
  expect(fieldsOf(await stream.next('breakpoint_created', 1_000))).toMatchObject({ label: 'checkout' });
  await a.api('PUT', '/api/kill-switch', { scope: 'global', on: true });
  expect(fieldsOf(await stream.next('kill_switch', 1_000))).toMatchObject({ enabled: true });
  await b.api('PUT', '/api/kill-switch', { scope: 'global', on: false });
  expect(fieldsOf(await stream.next('kill_switch', 1_000))).toMatchObject({ enabled: false });
});

test('a node that heard no hint finds the change by itself', async () => {
  const database = await createPostgresDatabase();
  const [a, b] = await startTwo(database);
  const { secret } = await createKey(a);
  const stream = await openAgentStream(b, secret);
  const { body } = await a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'checkout' });
  await stream.next('breakpoint_created');
  // As a node does that ends between the commit and its hint: the change is there, and nobody says so.
  const { id } = body as { id: string };
  await query(
    database,
    `WITH bumped AS (UPDATE environment SET rev = rev + 1 RETURNING name, rev),
       noted AS (INSERT INTO control_change SELECT name, rev, 'shop', 'breakpoint', 0 FROM bumped)
     UPDATE breakpoint SET enabled = 0, version = version + 1 WHERE id = '${id}'`,
  );
  expect(fieldsOf(await stream.next('breakpoint_updated', 10_000))).toMatchObject({ enabled: false });
});

test('a node whose connections were cut hears again of what happens', async () => {
  const database = await createPostgresDatabase();
  const [a, b] = await startTwo(database);
  const { secret } = await createKey(a);
  const stream = await openAgentStream(b, secret);
  await query(
    database,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  const make = () => a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'checkout' });
  await until('a connection of the node', async () => (await make()).status !== 503);
  await stream.next('breakpoint_created', 10_000);
  for (const node of [a, b]) expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
});

test('a key that is revoked at one node ends the streams of the other', async () => {
  const [a, b] = await startTwo(await createPostgresDatabase());
  const { secret, key } = await createKey(a);
  const stream = await openAgentStream(b, secret);
  expect((await a.api('DELETE', `/api/keys/${key.id}`)).status).toBe(204);
  await stream.ended;
  const active = () => fetch(`${b.url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': secret } });
  await until('the refusal', async () => (await active()).status === 401, 2_000);
});

test('an agent is seen at every node, once, though its stream is at one and its reports come to another', async () => {
  const [a, b] = await startTwo(await createPostgresDatabase());
  const { secret } = await createKey(a);
  await openAgentStream(b, secret);
  const [seen] = await untilSeen(a);
  expect(seen).toMatchObject({ instanceId: AGENT, streaming: true, unknown: false, status: null });
  expect((await a.api('GET', '/api/services')).body).toMatchObject([{ agentsOnline: 1 }]);
  await fetch(`${a.url}/sdk/snapshots/active/shop`, {
    headers: { 'x-api-key': secret, ...OURS },
  });
  for (const node of [a, b]) {
    const agents = await untilSeen(node);
    expect(agents).toMatchObject([{ instanceId: AGENT, streaming: true }]);
  }
});

test('the agents of a node that is lost are unknown after 15 s', async () => {
  const database = await createPostgresDatabase();
  const [a, b] = await startTwo(database);
  const { secret } = await createKey(a);
  await openAgentStream(b, secret);
  await untilSeen(a);
  await b.end('SIGKILL');
  expect(await untilSeen(a)).toMatchObject([{ streaming: true, unknown: false }]);
  await query(
    database,
    'UPDATE node SET last_seen_at = last_seen_at - 15001 WHERE id = (SELECT node_id FROM node_agent)',
  );
  await until('the loss', async () => (await untilSeen(a)).every((agent) => agent.unknown));
  expect(await untilSeen(a)).toMatchObject([{ instanceId: AGENT, streaming: false, unknown: true }]);
});

test('a dashboard hears of the snapshots that another node stored', async () => {
  const [a, b] = await startTwo(await createPostgresDatabase());
  const { secret } = await createKey(a);
  const dashboard = await openStream(`${b.url}/api/events`, { authorization: `Bearer ${b.localToken}` });
  onTestFinished(() => dashboard.close());
  await dashboard.next('hello');
  await until('a hint', async () => {
    await capture(a, secret, [randomUUID(), randomUUID()]);
    return dashboard.events.some(({ name }) => name === 'snapshots');
  });
  expect(fieldsOf(await dashboard.next('snapshots'))).toMatchObject({
    services: ['shop'],
    cursor: expect.stringMatching(/^sn-/),
  });
});

test('nodes that start at once on an empty database all start, and take the same cookies', async () => {
  const database = await createPostgresDatabase();
  const nodes = await Promise.all([1, 2, 3].map(() => startNodeProcess(database)));
  for (const node of nodes) expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  expect(await query(database, 'SELECT version FROM stillframe_schema')).toEqual([{ version: 1 }]);
});

async function startTwo(database: string): Promise<[ControlServerProcess, ControlServerProcess]> {
  return Promise.all([startNodeProcess(database), startNodeProcess(database)]);
}

/** The agents that a node knows, once there is one. */
function untilSeen(node: ControlServerProcess): Promise<readonly AgentSummary[]> {
  return until('an agent', async () => {
    const agents = (await node.api('GET', '/api/agents')).body as readonly AgentSummary[];
    return agents.length > 0 ? agents : null;
  });
}
