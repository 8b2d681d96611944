import type { ClusterStore, ControlNotice, NewSnapshots, Revisions, SharedAgent } from '../cluster-store.ts';
import type { NodeFacts, ServerNode } from '../../../src/protocol/api-nodes.ts';
import { toIso } from '../instant.ts';
import type { Database, Session } from './database.ts';
import { listen } from './listener.ts';
import {
  answerSource,
  askForSource,
  awaitedSource,
  forgetSourceQuestions,
  openSourceQuestions,
  takeSourceAnswers,
} from './source-questions.ts';

/** A node that was not heard of for this long is taken for dead, and after a while forgotten. */
const DEAD_AFTER_MS = 15_000;
const FORGOTTEN_AFTER_MS = 60_000;
/** New snapshots that one look counts; of more, the number is a lower bound. */
const MAX_NEW = 5_000;
const NO_FACTS: NodeFacts = {
  host: '',
  version: '',
  agents: 0,
  diskUsedPercent: null,
  diskLimitPercent: 100,
};
/** The clock of the database: those of the nodes may differ. */
const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** The cluster of the nodes on this database. */
export async function openCluster(url: string, database: Database): Promise<ClusterStore> {
  const known = await database.get<{ instance_id: string }>('SELECT instance_id FROM stillframe_schema');
  return {
    instanceId: known?.instance_id ?? '',
    listen: (onHint) => listen(url, onHint),
    readRevisions: () => readRevisions(database),
    readChanges: (since) => readChanges(database, since),
    readNewestSequence: async () => {
      const row = await database.get<{ newest: number | null }>(
        'SELECT max(sequence) AS newest FROM snapshot',
      );
      return row?.newest ?? 0;
    },
    readNewSnapshots: (after) => readNewSnapshots(database, after),
    beat: (nodeId, startedAtMs, facts) =>
      database.transaction((session) => beat(session, nodeId, startedAtMs, facts)),
    readNodes: () => readNodes(database),
    shareAgents: (nodeId, changed, gone) =>
      database.transaction((session) => shareAgents(session, nodeId, changed, gone)),
    readAgents: (exceptNodeId) => readAgents(database, exceptNodeId),
    askForSource: (question) => askForSource(database, question),
    openSourceQuestions: (withinMs) => openSourceQuestions(database, withinMs),
    awaitedSource: (from, requestId, withinMs) => awaitedSource(database, from, requestId, withinMs),
    answerSource: (from, requestId, document, withinMs) =>
      answerSource(database, from, requestId, document, withinMs),
    takeSourceAnswers: (requestIds) => takeSourceAnswers(database, requestIds),
    leave: async (nodeId) => {
      await database.run('DELETE FROM node WHERE id = :nodeId', { nodeId });
    },
  };
}

async function readRevisions(session: Session): Promise<Revisions> {
  const rows = await session.all<{ epoch: number; name: string | null; rev: number | null }>(
    `SELECT m.number AS epoch, e.name, e.rev FROM meta m LEFT JOIN environment e ON true WHERE m.name = 'epoch'`,
  );
  return {
    epoch: rows[0]?.epoch ?? 0,
    byEnvironment: new Map(
      rows.flatMap(({ name, rev }) => (name === null || rev === null ? [] : [[name, rev] as const])),
    ),
  };
}

async function readChanges(
  session: Session,
  since: Revisions,
): Promise<ReadonlyMap<string, readonly ControlNotice[] | null>> {
  const rows = await session.all<{
    environment: string;
    rev: number;
    since: number;
    service_name: string | null;
    kind: ControlNotice['kind'] | null;
  }>(
    `SELECT e.name AS environment, e.rev, coalesce(k.rev, 0) AS since, c.service_name, c.kind
     FROM environment e
       LEFT JOIN unnest(:environments::text[], :revs::bigint[]) AS k (name, rev) ON k.name = e.name
       LEFT JOIN control_change c ON c.environment = e.name AND c.rev > coalesce(k.rev, 0) AND c.rev <= e.rev
     WHERE e.rev > coalesce(k.rev, 0)
     ORDER BY e.name, c.rev`,
    {
      environments: [...since.byEnvironment.keys()],
      revs: [...since.byEnvironment.values()],
    },
  );
  const changes = new Map<string, readonly ControlNotice[] | null>();
  for (const [environment, ofEnvironment] of Map.groupBy(rows, (row) => row.environment)) {
    const notices = ofEnvironment.flatMap(({ service_name: serviceName, kind }) =>
      serviceName === null || kind === null
        ? []
        : [{ environment, serviceName: serviceName === '' ? null : serviceName, kind }],
    );
    const [first] = ofEnvironment;
    const expected = first === undefined ? 0 : first.rev - first.since;
    changes.set(environment, notices.length === expected ? notices : null);
  }
  return changes;
}

async function readNewSnapshots(session: Session, after: number): Promise<NewSnapshots> {
  const row = await session.get<{ count: number; newest: number | null; services: string[] | null }>(
    `SELECT count(*) AS count, max(sequence) AS newest, array_agg(DISTINCT service_name) AS services
     FROM (SELECT sequence, service_name FROM snapshot WHERE sequence > :after ORDER BY sequence LIMIT :limit) AS n`,
    { after, limit: MAX_NEW },
  );
  return { count: row?.count ?? 0, newest: row?.newest ?? after, services: row?.services ?? [] };
}

async function beat(
  session: Session,
  nodeId: string,
  startedAtMs: number,
  facts: NodeFacts,
): Promise<{ others: number; isNew: boolean }> {
  const own = await session.get<{ is_new: boolean }>(
    `INSERT INTO node (id, started_at, last_seen_at, facts) VALUES (:nodeId, :startedAtMs, ${NOW_MS}, :facts)
     ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at, facts = excluded.facts
     RETURNING xmax = 0 AS is_new`,
    { nodeId, startedAtMs, facts: JSON.stringify(facts) },
  );
  await session.run(
    `DELETE FROM node WHERE id IN (
       SELECT id FROM node WHERE last_seen_at < ${NOW_MS} - :forgottenMs::bigint FOR UPDATE SKIP LOCKED)`,
    { forgottenMs: FORGOTTEN_AFTER_MS },
  );
  await forgetSourceQuestions(session);
  const row = await session.get<{ others: number }>(
    `SELECT count(*) AS others FROM node WHERE id <> :nodeId AND last_seen_at >= ${NOW_MS} - :deadMs::bigint`,
    { nodeId, deadMs: DEAD_AFTER_MS },
  );
  return { others: row?.others ?? 0, isNew: own?.is_new ?? true };
}

async function readNodes(session: Session): Promise<Omit<ServerNode, 'current'>[]> {
  const rows = await session.all<{
    id: string;
    started_at: number;
    last_seen_at: number;
    facts: string;
    is_alive: boolean;
  }>(
    `SELECT id, started_at, last_seen_at, facts, last_seen_at >= ${NOW_MS} - :deadMs::bigint AS is_alive FROM node`,
    { deadMs: DEAD_AFTER_MS },
  );
  return rows.map((row) => ({
    ...NO_FACTS,
    // Only beat writes it; a node of an earlier version says nothing.
    // oxlint-disable-next-line no-unsafe-type-assertion
    ...(JSON.parse(row.facts) as Partial<NodeFacts>),
    id: row.id,
    startedAt: toIso(row.started_at),
    lastSeenAt: toIso(row.last_seen_at),
    alive: row.is_alive,
  }));
}

async function shareAgents(
  session: Session,
  nodeId: string,
  changed: ReadonlyMap<string, SharedAgent>,
  gone: readonly string[],
): Promise<void> {
  if (gone.length > 0) {
    await session.run('DELETE FROM node_agent WHERE node_id = :nodeId AND agent_key = ANY (:gone::text[])', {
      nodeId,
      gone,
    });
  }
  if (changed.size === 0) return;
  await session.run(
    `INSERT INTO node_agent (node_id, agent_key, document)
     SELECT :nodeId::text, agent_key, document FROM unnest(:keys::text[], :documents::text[]) AS n (agent_key, document)
     ON CONFLICT (node_id, agent_key) DO UPDATE SET document = excluded.document`,
    {
      nodeId,
      keys: [...changed.keys()],
      documents: [...changed.values()].map((shared) => JSON.stringify(shared)),
    },
  );
}

async function readAgents(session: Session, exceptNodeId: string): Promise<SharedAgent[]> {
  const rows = await session.all<{ document: string; is_alive: boolean }>(
    `SELECT a.document, n.last_seen_at >= ${NOW_MS} - :deadMs::bigint AS is_alive
     FROM node_agent a JOIN node n ON n.id = a.node_id WHERE a.node_id <> :exceptNodeId`,
    { exceptNodeId, deadMs: DEAD_AFTER_MS },
  );
  return rows.map(({ document, is_alive: isAlive }) => {
    // Only shareAgents writes it, and a later version that changes it has a migration.
    // oxlint-disable-next-line no-unsafe-type-assertion
    const { agent, labels } = JSON.parse(document) as SharedAgent;
    return { agent: isAlive ? agent : { ...agent, streaming: false, unknown: true }, labels };
  });
}
