import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import type { PostgresStore } from '../../../control-server/store/postgres-store.ts';
import type { Hint } from '../../../control-server/store/cluster-store.ts';
import type { NodeFacts } from '../../../src/protocol/api-nodes.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import { eventually } from '../../helpers/until.ts';
import { CHECKOUT, later, NOW, SHOP } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

const FACTS: NodeFacts = {
  host: 'till-1',
  version: '1.2.3',
  agents: 3,
  diskUsedPercent: 41.5,
  diskLimitPercent: 90,
};

test('two nodes that store at once store each snapshot once and never more than a limit allows', async () => {
  const { a, b } = await openTwo();
  await a.createBreakpoint(
    { environment: 'default', serviceName: 'shop', label: 'checkout', maxCaptures: 50 },
    NOW,
  );
  const batches = Array.from({ length: 20 }, (_, index) => snapshotsOf(5, {}, `${index}-`));
  const stored = await Promise.all(
    batches.flatMap((batch) => [a, b].map((node) => node.storeSnapshots('default', batch, NOW))),
  );
  const outcomes = stored.flatMap((batch) => batch.outcomes);
  expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(50);
  const [breakpoint] = await b.listBreakpoints(SHOP);
  expect(breakpoint).toMatchObject({ captureCount: 50, enabled: false, version: 2 });
  expect(stored.flatMap(({ changes }) => changes)).toHaveLength(1);
  expect((await a.listSnapshots({ limit: 500 })).items).toHaveLength(50);
});

test('who follows the list sees every snapshot of two nodes, in the order of the cursors', async () => {
  const { a, b } = await openTwo();
  const seen: string[] = [];
  let after = 'sn-0';
  const done = new AbortController();
  const follow = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const { items } = await a.listSnapshots({ after, limit: 500 });
      seen.push(...items.map(({ id }) => id));
      after = items.at(-1)?.cursor ?? after;
    }
  };
  const following = follow();
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      [a, b, a, b].map((node, index) =>
        node.storeSnapshots('default', snapshotsOf(3, {}, `${round}-${index}-`), NOW),
      ),
    );
  }
  done.abort();
  await following;
  const { items } = await a.listSnapshots({ after, limit: 500 });
  seen.push(...items.map(({ id }) => id));
  expect(new Set(seen).size).toBe(120);
});

test('changes of two nodes at once have revisions of their own, and none is lost', async () => {
  const { a, b } = await openTwo();
  const { breakpoint } = await a.registerLabel('default', CHECKOUT, NOW);
  const changes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const node = index % 2 === 0 ? a : b;
      return index % 5 === 0
        ? node.setKillSwitch(
            {
              scope: 'global',
              serviceName: null,
              environment: null,
              on: index === 0,
              reason: null,
              by: null,
            },
            later(index),
          )
        : node.patchBreakpoint(breakpoint.id, { maxCaptures: 100 + index }, null, NOW);
    }),
  );
  expect(changes).not.toContain(null);
  const { version } = await b.readServiceState(SHOP, NOW);
  expect(Number(version.split('-')[1])).toBe(21);
  expect(await a.readBreakpoint(breakpoint.id)).toMatchObject({ version: 17 });
});

test('who listens has a hint of a kill and of a question for source on another node, without looking', async () => {
  const { a, b } = await openTwo();
  const hints: Hint[] = [];
  const listening = b.cluster.listen((hint) => hints.push(hint));
  onTestFinished(() => listening.stop());
  await eventually(() => expect(hints).toEqual(['any']));
  await a.setKillSwitch(
    { scope: 'global', serviceName: null, environment: null, on: true, reason: null, by: null },
    NOW,
  );
  await eventually(() => expect(hints).toEqual(['any', 'change']));
  const instance = { environment: 'default', serviceName: 'shop', instanceId: 'one' };
  await a.cluster.askForSource({ ...instance, requestId: 'one', wanted: { kind: 'tree' } });
  await eventually(() => expect(hints).toEqual(['any', 'change', 'source']));
});

test('of two nodes that expire at once one says so', async () => {
  const { a, b } = await openTwo();
  const { breakpoint } = await a.registerLabel('default', CHECKOUT, NOW);
  await a.patchBreakpoint(breakpoint.id, { expireAt: later(1_000) }, null, NOW);
  const changes = await Promise.all([a, b, a, b].map((node) => node.expireBreakpoints(later(1_000))));
  expect(changes.flat()).toHaveLength(1);
});

test('a breakpoint that was spent by a node that ended at once is disabled by another', async () => {
  const { a, url } = await openTwo();
  const { breakpoint } = await a.registerLabel('default', CHECKOUT, NOW);
  await query(
    url,
    `UPDATE breakpoint SET max_captures = 1, capture_count = 1, last_hit_at = ${Date.parse(NOW)}`,
  );
  expect(await a.expireBreakpoints(later(4_999))).toEqual([]);
  expect(await a.expireBreakpoints(later(5_000))).toMatchObject([
    { kind: 'breakpoint_updated', breakpoint: { id: breakpoint.id, enabled: false } },
  ]);
});

test('two administrators who demote each other at once do not leave the server without one', async () => {
  const { a, b } = await openTwo();
  const user = { passwordHash: 'x', identity: null, role: 'admin', createdAt: NOW } as const;
  for (const id of ['ann', 'bob']) {
    await a.createUser({ ...user, id, name: id, lastSignInAt: null, disabledAt: null });
  }
  const demoted = await Promise.allSettled([
    a.updateUser('ann', { role: 'viewer' }),
    b.updateUser('bob', { role: 'viewer' }),
  ]);
  expect(demoted.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a delivery of a webhook is given to one node only', async () => {
  const { a, b } = await openTwo();
  await a.createWebhook({
    id: 'w',
    url: 'https://example.com/',
    events: ['kill_switch'],
    secrets: [],
    enabled: true,
    disabledReason: null,
    consecutiveFailures: 0,
    droppedDeliveries: 0,
    createdAt: NOW,
    createdBy: 'ann',
    updatedAt: NOW,
    version: 1,
  });
  const notice = { event: 'kill_switch', minIntervalMs: 1_000, body: '{}', webhookId: null } as const;
  const told = await Promise.all(
    [a, b].map((node) => node.queueWebhookNotice({ ...notice, key: 'same' }, NOW)),
  );
  expect(told.map(({ queued }) => queued).toSorted()).toEqual([0, 1]);
  const claimed = await Promise.all([a, b, a, b].map((node) => node.claimWebhookDelivery([], 60_000, NOW)));
  expect(claimed.filter((delivery) => delivery !== null)).toHaveLength(1);
});

test('nodes say of themselves what the others show, those that were not heard of for 15 s as such', async () => {
  const { a, b, url } = await openTwo();
  const startedAtMs = Date.parse(NOW);
  expect(await a.cluster.beat('one', startedAtMs, FACTS)).toEqual({ others: 0, isNew: true });
  await b.cluster.beat('two', startedAtMs, { ...FACTS, host: 'till-2' });
  await b.cluster.beat('two', startedAtMs, { ...FACTS, host: 'till-2', agents: 4, diskUsedPercent: null });
  await query(url, `UPDATE node SET last_seen_at = last_seen_at - 15100 WHERE id = 'one'`);
  // What a node of the version before this one writes.
  await query(
    url,
    `INSERT INTO node (id, started_at, last_seen_at) SELECT 'old', started_at, last_seen_at FROM node WHERE id = 'two'`,
  );
  const nodes = (await a.cluster.readNodes()).toSorted((left, right) => left.id.localeCompare(right.id));
  expect(nodes).toMatchObject([
    { id: 'old', startedAt: NOW, alive: true, host: '', version: '', agents: 0, diskUsedPercent: null },
    { ...FACTS, id: 'one', startedAt: NOW, alive: false },
    { ...FACTS, id: 'two', host: 'till-2', alive: true, agents: 4, diskUsedPercent: null },
  ]);
  await a.cluster.leave('two');
  expect((await b.cluster.readNodes()).map(({ id }) => id).toSorted()).toEqual(['old', 'one']);
});

test('a text of source that nobody fetched goes with the next beat of any node', async () => {
  const { a, b, url } = await openTwo();
  const instance = { environment: 'default', serviceName: 'shop', instanceId: 'one' };
  for (const requestId of ['late', 'fresh']) {
    await a.cluster.askForSource({ ...instance, requestId, wanted: { kind: 'tree' } });
    expect(await b.cluster.answerSource(instance, requestId, '{}', 60_000)).toBe(true);
  }
  await query(url, `UPDATE source_question SET asked_at = asked_at - 60000 WHERE id = 'late'`);
  await b.cluster.beat('two', Date.parse(NOW), FACTS);
  expect(await query(url, 'SELECT id FROM source_question')).toEqual([{ id: 'fresh' }]);
});

async function openTwo(): Promise<{ a: PostgresStore; b: PostgresStore; url: string }> {
  const url = await createPostgresDatabase();
  // At once: both find an empty database.
  const [a, b] = await Promise.all([createPostgresStore({ url }), createPostgresStore({ url })]);
  onTestFinished(async () => {
    await Promise.all([a.close(), b.close()]);
  });
  return { a, b, url };
}
