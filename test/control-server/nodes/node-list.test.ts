import { expect, test } from 'vitest';
import { createNodeList } from '../../../control-server/nodes/node-list.ts';
import type { NodeFacts, ServerNode } from '../../../src/protocol/api-nodes.ts';

const FACTS: NodeFacts = {
  host: 'till-1',
  version: '1.2.3',
  agents: 3,
  diskUsedPercent: 41.5,
  diskLimitPercent: 90,
};
const STARTED = '2026-11-21T10:00:00.000Z';
const own: ServerNode = {
  ...FACTS,
  id: 'one',
  startedAt: STARTED,
  lastSeenAt: '2026-11-21T10:01:00.000Z',
  current: true,
  alive: true,
};

function listed(readNodes: (() => Promise<Omit<ServerNode, 'current'>[]>) | null): Promise<ServerNode[]> {
  return createNodeList({
    nodeId: 'one',
    startedAtMs: Date.parse(STARTED),
    readFacts: () => FACTS,
    cluster: readNodes === null ? null : { readNodes },
    now: () => Date.parse(STARTED) + 60_000,
  }).list();
}

test('a process that is alone is the only one', async () => {
  expect(await listed(null)).toEqual([own]);
});

test('the one that answers stands first and speaks for itself, the others follow by name', async () => {
  const other = (id: string, host: string): Omit<ServerNode, 'current'> => ({
    ...FACTS,
    id,
    host,
    startedAt: STARTED,
    lastSeenAt: STARTED,
    alive: false,
  });
  const found = await listed(() =>
    Promise.resolve([
      other('three', 'till-3'),
      other('one', 'as the database has it'),
      other('two', 'till-2'),
    ]),
  );
  expect(found.map(({ id, current, host }) => [id, current, host])).toEqual([
    ['one', true, 'till-1'],
    ['two', false, 'till-2'],
    ['three', false, 'till-3'],
  ]);
});

test('the one that answers is there alone while the database does not answer', async () => {
  expect(await listed(() => Promise.reject(new Error('away')))).toEqual([own]);
});
