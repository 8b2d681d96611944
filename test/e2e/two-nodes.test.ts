import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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
import { A_SECOND_MS, until } from '../helpers/until.ts';

let database: string;
let a: ControlServerProcess;
let b: ControlServerProcess;
let secret: string;

beforeAll(async () => {
  database = await createPostgresDatabase();
  [a, b] = await startTwo(database, afterAll);
  ({ secret } = await createKey(a));
});

test('a change on one node reaches the agents of the other, and so do a kill and its release', async () => {
  const stream = await openAgentStream(b, secret);
  const created = await a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'label 0' });
  expect(created.status).toBe(201);
  expect(fieldsOf(await stream.next('breakpoint_created', A_SECOND_MS))).toMatchObject({ label: 'label 0' });
  await a.api('PUT', '/api/kill-switch', { scope: 'global', on: true });
  expect(fieldsOf(await stream.next('kill_switch', A_SECOND_MS))).toMatchObject({ enabled: true });
  await b.api('PUT', '/api/kill-switch', { scope: 'global', on: false });
  expect(fieldsOf(await stream.next('kill_switch', A_SECOND_MS))).toMatchObject({ enabled: false });
});

test('a node that heard no hint finds the change by itself', async () => {
  const stream = await openAgentStream(b, secret);
  const { body } = await a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'label 1' });
  await stream.next('breakpoint_created');
  // As a node does that ends between the commit and its hint: the change is there, and nobody says so.
  const { id } = body as { id: string };
  await query(
    database,
    `WITH bumped AS (UPDATE environment SET rev = rev + 1 RETURNING name, rev),
       noted AS (INSERT INTO control_change SELECT name, rev, 'shop', 'breakpoint', 0 FROM bumped)
     UPDATE breakpoint SET enabled = 0, version = version + 1 WHERE id = '${id}'`,
  );
  expect(fieldsOf(await stream.next('breakpoint_updated'))).toMatchObject({ enabled: false });
});

test('a node whose connections were cut hears again of what happens', async () => {
  const stream = await openAgentStream(b, secret);
  await query(
    database,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  const make = () => a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'label 2' });
  await until('a connection of the node', async () => (await make()).status !== 503);
  await stream.next('breakpoint_created');
  for (const node of [a, b]) expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
});

test('a key that is revoked at one node ends the streams of the other', async () => {
  const { secret: revoked, key } = await createKey(a);
  const stream = await openAgentStream(b, revoked);
  expect((await a.api('DELETE', `/api/keys/${key.id}`)).status).toBe(204);
  await stream.ended;
  const active = () =>
    fetch(`${b.url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': revoked, ...OURS } });
  await until('the refusal', async () => (await active()).status === 401);
});

test('an agent is seen at every node, once, though its stream is at one and its reports come to another', async () => {
  await openAgentStream(b, secret);
  const isOnline = (agents: readonly AgentSummary[]): boolean => agents.some((agent) => agent.streaming);
  expect(await untilSeen(a, isOnline)).toMatchObject([{ instanceId: AGENT, unknown: false, status: null }]);
  expect((await a.api('GET', '/api/services')).body).toMatchObject([{ agentsOnline: 1 }]);
  await fetch(`${a.url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': secret, ...OURS } });
  for (const node of [a, b]) expect(await untilSeen(node, isOnline)).toMatchObject([{ instanceId: AGENT }]);
});

test('a dashboard hears of the snapshots that another node stored', async () => {
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

test('the agents of a node that is lost are unknown after 15 s', async () => {
  const ownDatabase = await createPostgresDatabase();
  const [left, lost] = await startTwo(ownDatabase);
  await openAgentStream(lost, (await createKey(left)).secret);
  await untilSeen(left);
  await lost.end('SIGKILL');
  expect(await untilSeen(left)).toMatchObject([{ streaming: true, unknown: false }]);
  await query(
    ownDatabase,
    'UPDATE node SET last_seen_at = last_seen_at - 15001 WHERE id = (SELECT node_id FROM node_agent)',
  );
  await until('the loss', async () => (await untilSeen(left)).every((agent) => agent.unknown));
  expect(await untilSeen(left)).toMatchObject([{ instanceId: AGENT, streaming: false, unknown: true }]);
});

test('nodes that start at once on an empty database all start, and take the same cookies', async () => {
  const empty = await createPostgresDatabase();
  const nodes = await Promise.all([1, 2, 3].map(() => startNodeProcess(empty)));
  for (const node of nodes) expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  expect(await query(empty, 'SELECT version FROM stillframe_schema')).toEqual([{ version: 5 }]);
});

async function startTwo(
  databaseUrl: string,
  atEnd?: Parameters<typeof startNodeProcess>[1],
): Promise<[ControlServerProcess, ControlServerProcess]> {
  return Promise.all([startNodeProcess(databaseUrl, atEnd), startNodeProcess(databaseUrl, atEnd)]);
}

/** The agents that a node knows, once there is one, or once they are as expected. */
function untilSeen(
  node: ControlServerProcess,
  isExpected: (agents: readonly AgentSummary[]) => boolean = (agents) => agents.length > 0,
): Promise<readonly AgentSummary[]> {
  return until('an agent', async () => {
    const agents = (await node.api('GET', '/api/agents')).body as readonly AgentSummary[];
    return isExpected(agents) ? agents : null;
  });
}
