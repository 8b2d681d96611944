/** Kill switches of single agents, and such as end by themselves. An empty name means all, as before. */
export const KILL_SWITCH_OF_AGENTS: string = `
  CREATE TABLE kill_switch_next (
    scope TEXT NOT NULL,
    service_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    is_on INTEGER NOT NULL,
    reason TEXT,
    changed_by TEXT,
    changed_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (scope, service_name, environment, instance_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO kill_switch_next
    SELECT scope, service_name, environment, '', is_on, reason, changed_by, changed_at, NULL FROM kill_switch;
  DROP TABLE kill_switch;
  ALTER TABLE kill_switch_next RENAME TO kill_switch;
  `;
