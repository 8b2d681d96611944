import { StoreError } from '../store.ts';
import type { Database } from './database.ts';

/**
 * The steps from an empty file to the schema of today; `user_version` counts those that a file has seen. A step that
 * was released is never edited, only followed.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE environment (name TEXT PRIMARY KEY, rev INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE service (
    environment TEXT NOT NULL REFERENCES environment (name),
    name TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    release TEXT,
    commit_id TEXT,
    PRIMARY KEY (environment, name)
  ) STRICT, WITHOUT ROWID;

  -- Snapshots received in each minute, so that no list has to count them.
  CREATE TABLE service_activity (
    environment TEXT NOT NULL,
    service_name TEXT NOT NULL,
    minute INTEGER NOT NULL,
    snapshots INTEGER NOT NULL,
    PRIMARY KEY (environment, service_name, minute)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE breakpoint (
    id TEXT PRIMARY KEY,
    environment TEXT NOT NULL,
    service_name TEXT NOT NULL,
    label TEXT,
    function_name TEXT NOT NULL,
    file_path TEXT NOT NULL,
    line_number INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    mode TEXT NOT NULL,
    condition TEXT,
    max_captures INTEGER NOT NULL,
    capture_count INTEGER NOT NULL,
    expire_at INTEGER,
    stack_depth INTEGER,
    max_depth INTEGER,
    max_payload_bytes INTEGER,
    capture_expressions TEXT NOT NULL,
    log_message TEXT,
    version INTEGER NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_hit_at INTEGER,
    FOREIGN KEY (environment, service_name) REFERENCES service (environment, name)
  ) STRICT;
  CREATE UNIQUE INDEX breakpoint_by_label
    ON breakpoint (environment, service_name, label, function_name) WHERE label IS NOT NULL;
  CREATE UNIQUE INDEX breakpoint_by_line
    ON breakpoint (environment, service_name, file_path, line_number) WHERE label IS NULL;
  CREATE INDEX breakpoint_by_expiry ON breakpoint (expire_at) WHERE expire_at IS NOT NULL AND enabled = 1;

  -- An empty service or environment means all of them.
  CREATE TABLE kill_switch (
    scope TEXT NOT NULL,
    service_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    is_on INTEGER NOT NULL,
    reason TEXT,
    changed_by TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (scope, service_name, environment)
  ) STRICT, WITHOUT ROWID;

  -- AUTOINCREMENT: a cursor of a deleted row never comes to mean another.
  CREATE TABLE snapshot (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    service_name TEXT NOT NULL,
    label TEXT,
    file_path TEXT NOT NULL,
    line_number INTEGER NOT NULL,
    function_name TEXT NOT NULL,
    breakpoint_id TEXT,
    instance_id TEXT,
    trace_id TEXT,
    mode TEXT NOT NULL,
    captured_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    preview TEXT NOT NULL,
    flags TEXT NOT NULL,
    folded TEXT,
    size_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX snapshot_by_service ON snapshot (environment, service_name, sequence);
  CREATE INDEX snapshot_by_breakpoint ON snapshot (breakpoint_id, sequence) WHERE breakpoint_id IS NOT NULL;
  CREATE INDEX snapshot_by_trace ON snapshot (trace_id, sequence) WHERE trace_id IS NOT NULL;
  CREATE INDEX snapshot_by_age ON snapshot (received_at);

  -- Apart from the list columns: a search over a million rows never reads a body.
  CREATE TABLE snapshot_body (
    sequence INTEGER PRIMARY KEY REFERENCES snapshot (sequence) ON DELETE CASCADE,
    body TEXT NOT NULL
  ) STRICT;

  -- How many snapshots each breakpoint has, so that retention has nothing to count.
  CREATE TABLE snapshot_usage (breakpoint_id TEXT PRIMARY KEY, snapshots INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE sdk_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    service_name TEXT,
    scopes TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE user (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE session (
    id_hash TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** "STFR": tells our files from other programs' databases. */
const APPLICATION_ID = 0x53544652;

/**
 * Brings the file to the schema of this version, each step in a transaction of its own.
 * Throws `data_is_newer` for a file of a later version, and `store_failed` for another program's database.
 */
export function migrate(database: Database, nowMs: number): void {
  const known = readPragma(database, 'user_version');
  const owner = readPragma(database, 'application_id');
  if (owner !== APPLICATION_ID && (owner !== 0 || known !== 0 || hasTables(database))) {
    throw new StoreError(
      'store_failed',
      "The file is another program's database. Give the server a data folder of its own.",
    );
  }
  if (known > STEPS.length) {
    throw new StoreError(
      'data_is_newer',
      `The data was written by a later version (schema ${known}, this one knows ${STEPS.length}). ` +
        'Start that version, or another data folder.',
    );
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < known) continue;
    database.execute('BEGIN IMMEDIATE');
    try {
      database.execute(step);
      if (index === 0) seed(database, nowMs);
      database.execute(
        `PRAGMA user_version = ${index + 1}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`,
      );
    } catch (error) {
      if (database.inTransaction) database.execute('ROLLBACK');
      throw error;
    }
  }
}

function seed(database: Database, nowMs: number): void {
  database.run(
    `INSERT INTO meta (name, number) VALUES ('epoch', :epoch), ('rev_floor', 0), ('snapshot_bytes', 0)`,
    { epoch: nowMs },
  );
}

function readPragma(database: Database, name: 'user_version' | 'application_id'): number {
  return database.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}

function hasTables(database: Database): boolean {
  return database.get('SELECT 1 FROM sqlite_schema LIMIT 1') !== undefined;
}
