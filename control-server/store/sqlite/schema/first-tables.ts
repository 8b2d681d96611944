/** The tables of the first version. */
export const FIRST_TABLES: string = `
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
  `;
