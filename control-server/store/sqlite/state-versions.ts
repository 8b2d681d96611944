import { formatStateVersion } from '../../../src/protocol/state-version.ts';
import type { Database } from './database.ts';

/** The version of an environment's control state. One that nobody has used has the version it will start with. */
export function versionOf(database: Database, environment: string): string {
  const row = database.get<{ epoch: number; rev: number }>(
    `SELECT
       (SELECT number FROM meta WHERE name = 'epoch') AS epoch,
       coalesce(
         (SELECT rev FROM environment WHERE name = :environment),
         (SELECT number FROM meta WHERE name = 'rev_floor')
       ) AS rev`,
    { environment },
  );
  return formatStateVersion(row ?? { epoch: 0, rev: 0 });
}

/** Makes sure that the environment exists. */
export function ensureEnvironment(database: Database, environment: string): void {
  database.run(
    `INSERT OR IGNORE INTO environment (name, rev)
     SELECT :environment, number FROM meta WHERE name = 'rev_floor'`,
    { environment },
  );
}

/** Counts one control change, and returns the new version. */
export function bumpEnvironment(database: Database, environment: string): string {
  ensureEnvironment(database, environment);
  database.run('UPDATE environment SET rev = rev + 1 WHERE name = :environment', { environment });
  return versionOf(database, environment);
}

/**
 * Counts one change that concerns every environment, also those that do not exist yet: they start above it, or an agent
 * that asked too early would keep what it knew.
 */
export function bumpEveryEnvironment(database: Database): Record<string, string> {
  database.run(`UPDATE meta SET number = number + 1 WHERE name = 'rev_floor'`);
  database.run('UPDATE environment SET rev = rev + 1');
  const names = database.all<{ name: string }>('SELECT name FROM environment ORDER BY name');
  return Object.fromEntries(names.map(({ name }) => [name, versionOf(database, name)]));
}

/** Makes every later version newer than all that were given out before. */
export function startNewEpoch(database: Database, nowMs: number): void {
  database.run(`UPDATE meta SET number = max(number + 1, :nowMs) WHERE name = 'epoch'`, { nowMs });
}
