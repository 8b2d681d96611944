import { parseSourceRequest } from '../../../src/protocol/source.ts';
import type { SourceAnswerer, SourceQuestion } from '../cluster-store.ts';
import type { Database, Session } from './database.ts';
import { CHANNEL, SOURCE_HINT } from './state-versions.ts';

/** The clock of the database: those of the nodes may differ. */
const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
/** Longer than anybody waits. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Writes a question down, and wakes the other nodes. */
export async function askForSource(database: Database, question: SourceQuestion): Promise<void> {
  const { requestId, environment, serviceName, instanceId, wanted } = question;
  await database.transaction(async (session) => {
    await session.run(
      `INSERT INTO source_question (id, environment, service_name, instance_id, kind, file_id, asked_at)
       VALUES (:requestId, :environment, :serviceName, :instanceId, :kind, :fileId, ${NOW_MS})`,
      {
        requestId,
        environment,
        serviceName,
        instanceId,
        kind: wanted.kind,
        fileId: wanted.kind === 'file' ? wanted.fileId : null,
      },
    );
    await session.run(`SELECT pg_notify('${CHANNEL}', '${SOURCE_HINT}')`, {});
  });
}

/** Removes questions that nobody waits for any more, and with them the texts that nobody fetched: source is not kept. */
export async function forgetSourceQuestions(session: Session): Promise<void> {
  await session.run(
    `DELETE FROM source_question WHERE id IN (
       SELECT id FROM source_question WHERE asked_at < ${NOW_MS} - :forgottenMs::bigint FOR UPDATE SKIP LOCKED)`,
    { forgottenMs: FORGOTTEN_AFTER_MS },
  );
}

/** The questions of the last while that nobody has answered. */
export async function openSourceQuestions(database: Database, withinMs: number): Promise<SourceQuestion[]> {
  const rows = await database.all<{
    id: string;
    environment: string;
    service_name: string;
    instance_id: string;
    kind: string;
    file_id: string | null;
  }>(
    `SELECT id, environment, service_name, instance_id, kind, file_id FROM source_question
     WHERE answer IS NULL AND asked_at >= ${NOW_MS} - :withinMs::bigint`,
    { withinMs },
  );
  return rows.flatMap(({ id, kind, file_id: fileId, ...row }) => {
    const request = parseSourceRequest({ request_id: id, kind, file_id: fileId });
    if (request === null) return [];
    return [
      {
        ...request,
        environment: row.environment,
        serviceName: row.service_name,
        instanceId: row.instance_id,
      },
    ];
  });
}

const AWAITED = `id = :requestId AND environment = :environment AND instance_id = :instanceId
  AND (:serviceName::text IS NULL OR service_name = :serviceName::text)
  AND answer IS NULL AND asked_at >= ${NOW_MS} - :withinMs::bigint`;

/** The service that somebody asked about and waits for an answer from there; null when nobody does. */
export async function awaitedSource(
  database: Database,
  from: SourceAnswerer,
  requestId: string,
  withinMs: number,
): Promise<string | null> {
  const found = await database.get<{ service_name: string }>(
    `SELECT service_name FROM source_question WHERE ${AWAITED}`,
    { ...from, requestId, withinMs },
  );
  return found?.service_name ?? null;
}

/** Writes an answer down, once, and wakes the other nodes. */
export async function answerSource(
  database: Database,
  from: SourceAnswerer,
  requestId: string,
  document: string,
  withinMs: number,
): Promise<boolean> {
  const rows = await database.all(
    `WITH answered AS (UPDATE source_question SET answer = :document WHERE ${AWAITED} RETURNING id)
     SELECT pg_notify('${CHANNEL}', '${SOURCE_HINT}') FROM answered`,
    { ...from, requestId, document, withinMs },
  );
  return rows.length > 0;
}

/** The answers to these questions that are there, which goes for good. */
export async function takeSourceAnswers(
  database: Database,
  requestIds: readonly string[],
): Promise<{ readonly requestId: string; readonly document: string }[]> {
  const rows = await database.all<{ id: string; answer: string }>(
    `DELETE FROM source_question WHERE id = ANY (:requestIds::text[]) AND answer IS NOT NULL RETURNING id, answer`,
    { requestIds },
  );
  return rows.map(({ id, answer }) => ({ requestId: id, document: answer }));
}
