import { formatStateVersion } from '../../../src/protocol/state-version.ts';
import type { Session } from './database.ts';

/** Carries a hint to every node that something changed; what changed is read from the tables. */
export const CHANNEL = 'stillframe';
/** Payload of a hint that is about a question for source, not about a change. */
export const SOURCE_HINT = 'source_question';

/** What nodes are told of a change. */
export interface ChangeNotice {
  readonly environment: string;
  /** Empty: every service. */
  readonly serviceName: string;
  readonly kind: 'breakpoint' | 'kill_switch';
}

/** `epoch` and `rev` of `:environment`, as columns of a statement. */
export const VERSION_COLUMNS = `
  (SELECT number FROM meta WHERE name = 'epoch') AS epoch,
  coalesce(
    (SELECT rev FROM environment WHERE name = :environment),
    (SELECT number FROM meta WHERE name = 'rev_floor')
  ) AS rev`;

/** Makes sure that the environment exists. */
export async function ensureEnvironment(session: Session, environment: string): Promise<void> {
  const known = await session.get('SELECT 1 FROM environment WHERE name = :environment', { environment });
  if (known !== undefined) return;
  // Locked, or an environment could begin beside a global change without having been part of it.
  await session.run(
    `INSERT INTO environment (name, rev)
     SELECT :environment::text, number FROM meta WHERE name = 'rev_floor' FOR SHARE
     ON CONFLICT DO NOTHING`,
    { environment },
  );
}

/**
 * The first statement of every control change: from here on no other change of the environment happens until this one
 * is committed, so the order of revisions is the order of commits. All changes lock their environment before a
 * breakpoint, or two of them could wait for each other.
 */
export async function lockEnvironment(session: Session, environment: string): Promise<void> {
  const lock = 'SELECT 1 FROM environment WHERE name = :environment FOR NO KEY UPDATE';
  if ((await session.get(lock, { environment })) !== undefined) return;
  await ensureEnvironment(session, environment);
  await session.get(lock, { environment });
}

/** Counts one control change, tells the other nodes when it is committed, and returns the new version. */
export async function bumpEnvironment(
  session: Session,
  notice: ChangeNotice,
  nowMs: number,
): Promise<string> {
  const row = await session.get<{ epoch: number; rev: number }>(
    `WITH bumped AS (
       UPDATE environment SET rev = rev + 1 WHERE name = :environment RETURNING name, rev
     ), noted AS (
       INSERT INTO control_change (environment, rev, service_name, kind, changed_at)
       SELECT name, rev, :serviceName, :kind, :nowMs FROM bumped
     )
     SELECT rev, (SELECT number FROM meta WHERE name = 'epoch') AS epoch, pg_notify('${CHANNEL}', name)
     FROM bumped`,
    { ...notice, nowMs },
  );
  return formatStateVersion(row ?? { epoch: 0, rev: 0 });
}

/**
 * Counts one change that concerns every environment, also those that do not exist yet: they start above it, or an agent
 * that asked too early would keep what it knew.
 */
export async function bumpEveryEnvironment(
  session: Session,
  notice: Omit<ChangeNotice, 'environment'>,
  nowMs: number,
): Promise<Record<string, string>> {
  await session.run(`UPDATE meta SET number = number + 1 WHERE name = 'rev_floor'`);
  await session.all('SELECT name FROM environment ORDER BY name FOR NO KEY UPDATE');
  const bumped = await session.all<{ environment: string; rev: number }>(
    `WITH bumped AS (UPDATE environment SET rev = rev + 1 RETURNING name, rev)
     INSERT INTO control_change (environment, rev, service_name, kind, changed_at)
     SELECT name, rev, :serviceName, :kind, :nowMs FROM bumped RETURNING environment, rev`,
    { ...notice, nowMs },
  );
  await notify(session, '');
  const epoch = await session.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'epoch'`);
  return Object.fromEntries(
    bumped
      .toSorted((a, b) => (a.environment < b.environment ? -1 : 1))
      .map(({ environment, rev }) => [environment, formatStateVersion({ epoch: epoch?.number ?? 0, rev })]),
  );
}

/** Makes every later version newer than all that were given out before. */
export async function startNewEpoch(session: Session, nowMs: number): Promise<void> {
  await session.run(`UPDATE meta SET number = greatest(number + 1, :nowMs) WHERE name = 'epoch'`, { nowMs });
  await notify(session, '');
}

/** With the transaction, or not at all. */
async function notify(session: Session, payload: string): Promise<void> {
  await session.run(`SELECT pg_notify('${CHANNEL}', :payload)`, { payload });
}
