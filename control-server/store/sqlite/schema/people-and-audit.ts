/** Accounts with invitations and identities, sessions with an idle end, personal tokens, and the audit. */
export const PEOPLE_AND_AUDIT: string = `
  ALTER TABLE sdk_key ADD COLUMN expires_at INTEGER;
  ALTER TABLE sdk_key ADD COLUMN replaced_by TEXT;

  CREATE TABLE account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    oidc_issuer TEXT,
    oidc_subject TEXT,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER,
    disabled_at INTEGER,
    CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX account_by_identity ON account (oidc_issuer, oidc_subject) WHERE oidc_issuer IS NOT NULL;
  INSERT INTO account (id, name, password_hash, role, created_at)
    SELECT id, name, password_hash, role, created_at FROM user;
  DROP TABLE user;

  CREATE TABLE invitation (
    code_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Earlier sessions belong to a name, not to an account: people sign in once more.
  DROP TABLE session;
  CREATE TABLE session (
    id_hash TEXT PRIMARY KEY,
    user_id TEXT REFERENCES account (id) ON DELETE CASCADE,
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_by_user ON session (user_id) WHERE user_id IS NOT NULL;

  CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    replaced_by TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX api_token_by_user ON api_token (user_id);

  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    ip TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before TEXT,
    after TEXT,
    request_id TEXT
  ) STRICT;
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_by_actor ON audit (actor, sequence);
  CREATE INDEX audit_by_target ON audit (target, sequence);
  CREATE INDEX audit_by_action ON audit (action, sequence);
  CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
    BEGIN SELECT raise(ABORT, 'entries of the audit do not change'); END;
  `;
