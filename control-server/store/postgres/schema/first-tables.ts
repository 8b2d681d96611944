/** The tables of the first version. Text compares by its bytes, whatever the language of the database. */
export const FIRST_TABLES: string = `
  CREATE TABLE meta (name text PRIMARY KEY, number bigint NOT NULL);

  CREATE TABLE environment (name text COLLATE "C" PRIMARY KEY, rev bigint NOT NULL);

  -- What changed with each revision of an environment; an empty service means all of them.
  CREATE TABLE control_change (
    environment text COLLATE "C" NOT NULL,
    rev bigint NOT NULL,
    service_name text NOT NULL,
    kind text NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (environment, rev)
  );

  CREATE TABLE service (
    environment text COLLATE "C" NOT NULL REFERENCES environment (name),
    name text COLLATE "C" NOT NULL,
    first_seen_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    release text,
    commit_id text,
    PRIMARY KEY (environment, name)
  );

  CREATE TABLE service_activity (
    environment text COLLATE "C" NOT NULL,
    service_name text COLLATE "C" NOT NULL,
    minute bigint NOT NULL,
    snapshots bigint NOT NULL,
    PRIMARY KEY (environment, service_name, minute)
  );

  CREATE TABLE breakpoint (
    id text COLLATE "C" PRIMARY KEY,
    environment text COLLATE "C" NOT NULL,
    service_name text COLLATE "C" NOT NULL,
    label text COLLATE "C",
    function_name text COLLATE "C" NOT NULL,
    file_path text COLLATE "C" NOT NULL,
    line_number bigint NOT NULL,
    enabled smallint NOT NULL,
    mode text NOT NULL,
    condition text,
    max_captures bigint NOT NULL,
    capture_count bigint NOT NULL,
    expire_at bigint,
    stack_depth bigint,
    max_depth bigint,
    max_payload_bytes bigint,
    capture_expressions text NOT NULL,
    log_message text,
    version bigint NOT NULL,
    origin text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    last_hit_at bigint,
    FOREIGN KEY (environment, service_name) REFERENCES service (environment, name)
  );
  -- By hashes: an entry of an index has at most 2,704 bytes, and names and paths may have more.
  CREATE UNIQUE INDEX breakpoint_by_label
    ON breakpoint (environment, service_name, hashtextextended(label, 0), hashtextextended(function_name, 0))
    WHERE label IS NOT NULL;
  CREATE UNIQUE INDEX breakpoint_by_line
    ON breakpoint (environment, service_name, hashtextextended(file_path, 0), line_number) WHERE label IS NULL;
  CREATE INDEX breakpoint_by_expiry ON breakpoint (expire_at) WHERE expire_at IS NOT NULL AND enabled = 1;
  CREATE INDEX breakpoint_spent ON breakpoint (id)
    WHERE enabled = 1 AND max_captures > 0 AND capture_count >= max_captures;

  -- An empty name means all.
  CREATE TABLE kill_switch (
    scope text COLLATE "C" NOT NULL,
    service_name text COLLATE "C" NOT NULL,
    environment text COLLATE "C" NOT NULL,
    instance_id text COLLATE "C" NOT NULL,
    is_on smallint NOT NULL,
    reason text,
    changed_by text,
    changed_at bigint NOT NULL,
    expires_at bigint,
    PRIMARY KEY (scope, service_name, environment, instance_id)
  );

  -- A cursor of a deleted row never comes to mean another.
  CREATE SEQUENCE snapshot_sequence;

  -- The day is that of the id, so a delivery that is repeated after midnight meets what was stored before it.
  CREATE TABLE snapshot (
    day integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    environment text COLLATE "C" NOT NULL,
    service_name text COLLATE "C" NOT NULL,
    label text COLLATE "C",
    file_path text COLLATE "C" NOT NULL,
    line_number bigint NOT NULL,
    function_name text NOT NULL,
    breakpoint_id text COLLATE "C",
    instance_id text COLLATE "C",
    trace_id text COLLATE "C",
    mode text NOT NULL,
    captured_at bigint NOT NULL,
    received_at bigint NOT NULL,
    preview text NOT NULL,
    flags text[] NOT NULL,
    pinned smallint NOT NULL,
    size_bytes bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (day, id)
  ) PARTITION BY RANGE (day);
  CREATE INDEX snapshot_by_sequence ON snapshot (sequence);
  CREATE INDEX snapshot_by_service ON snapshot (environment, service_name, sequence);
  CREATE INDEX snapshot_by_breakpoint ON snapshot (breakpoint_id, sequence) WHERE breakpoint_id IS NOT NULL;
  CREATE INDEX snapshot_by_trace ON snapshot (trace_id, sequence) WHERE trace_id IS NOT NULL;
  CREATE INDEX snapshot_by_age ON snapshot (received_at, sequence) WHERE pinned = 0;
  CREATE INDEX snapshot_by_pin ON snapshot (sequence) WHERE pinned = 1;
  CREATE INDEX snapshot_by_label ON snapshot (label, sequence) WHERE label IS NOT NULL;
  CREATE INDEX snapshot_by_file ON snapshot (file_path, sequence);
  CREATE INDEX snapshot_by_instance ON snapshot (instance_id, sequence) WHERE instance_id IS NOT NULL;
  CREATE INDEX snapshot_by_logpoint ON snapshot (sequence) WHERE mode = 'logpoint';
  CREATE INDEX snapshot_by_flag ON snapshot USING gin (flags);

  -- For ids that carry no day, and for clocks that are far off.
  CREATE TABLE snapshot_default PARTITION OF snapshot DEFAULT WITH (toast_tuple_target = 256);

  CREATE TABLE snapshot_minute (
    minute bigint PRIMARY KEY,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL
  );

  -- The words of each snapshot, made a moment after it was stored.
  CREATE TABLE snapshot_text (
    day integer NOT NULL,
    sequence bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (day, sequence)
  ) PARTITION BY RANGE (day);
  CREATE INDEX snapshot_text_by_sequence ON snapshot_text (sequence);
  CREATE INDEX snapshot_text_by_word ON snapshot_text USING gin (words);
  CREATE TABLE snapshot_text_default PARTITION OF snapshot_text DEFAULT;

  -- What each breakpoint has of each day, so that retention has nothing to count. Empty: of no breakpoint.
  CREATE TABLE snapshot_usage (
    breakpoint_id text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    snapshots bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (breakpoint_id, day)
  );

  -- The nodes of this database, by its clock, and what each of them knows of agents: gone when the node is.
  CREATE UNLOGGED TABLE node (id text COLLATE "C" PRIMARY KEY, started_at bigint NOT NULL, last_seen_at bigint NOT NULL);
  CREATE UNLOGGED TABLE node_agent (
    node_id text COLLATE "C" NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    agent_key text COLLATE "C" NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (node_id, agent_key)
  );
  `;
