/** What administrators set, and what other programs are told. */
export const SETTINGS_AND_WEBHOOKS: string = `
  -- An empty service name means the server.
  CREATE TABLE settings_document (
    service_name TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secrets TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_reason TEXT,
    consecutive_failures INTEGER NOT NULL,
    dropped_deliveries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE webhook_delivery (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    held_until INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, sequence) WHERE state = 'waiting';
  CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, sequence);

  -- When something was last told, so that it is not told again too soon, or twice.
  CREATE TABLE webhook_notice (key TEXT PRIMARY KEY, told_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX webhook_notice_by_age ON webhook_notice (told_at);
  `;
