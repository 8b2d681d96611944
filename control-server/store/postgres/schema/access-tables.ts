/** Who may come in, who did what, what administrators set, and what other programs are told. */
export const ACCESS_TABLES: string = `
  CREATE TABLE sdk_key (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    environment text NOT NULL,
    service_name text,
    scopes text NOT NULL,
    secret_hash text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    replaced_by text COLLATE "C"
  );

  CREATE TABLE account (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    password_hash text,
    oidc_issuer text COLLATE "C",
    oidc_subject text COLLATE "C",
    role text NOT NULL,
    created_at bigint NOT NULL,
    last_sign_in_at bigint,
    disabled_at bigint,
    CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL))
  );
  CREATE UNIQUE INDEX account_by_identity ON account (oidc_issuer, oidc_subject) WHERE oidc_issuer IS NOT NULL;

  CREATE TABLE invitation (
    code_hash text COLLATE "C" PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    expires_at bigint NOT NULL
  );

  CREATE TABLE session (
    id_hash text COLLATE "C" PRIMARY KEY,
    user_id text COLLATE "C" REFERENCES account (id) ON DELETE CASCADE,
    user_name text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    idle_expires_at bigint NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL
  );
  CREATE INDEX session_by_user ON session (user_id) WHERE user_id IS NOT NULL;

  CREATE TABLE api_token (
    id text COLLATE "C" PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name text NOT NULL,
    role text NOT NULL,
    secret_hash text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint,
    replaced_by text COLLATE "C"
  );
  CREATE INDEX api_token_by_user ON api_token (user_id);

  CREATE TABLE audit (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    actor_kind text NOT NULL,
    ip text,
    action text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    before text,
    after text,
    request_id text
  );
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_by_actor ON audit (hashtextextended(actor, 0), sequence);
  CREATE INDEX audit_by_target ON audit (hashtextextended(target, 0), sequence);
  CREATE INDEX audit_by_action ON audit (action, sequence);
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'entries of the audit do not change'; END $$;
  CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

  -- An empty service name means the server.
  CREATE TABLE settings_document (
    service_name text COLLATE "C" PRIMARY KEY,
    document text NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text NOT NULL
  );

  CREATE TABLE webhook (
    id text COLLATE "C" PRIMARY KEY,
    url text NOT NULL,
    events text NOT NULL,
    secrets text NOT NULL,
    enabled smallint NOT NULL,
    disabled_reason text,
    consecutive_failures bigint NOT NULL,
    dropped_deliveries bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL
  );

  CREATE TABLE webhook_delivery (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id text COLLATE "C" NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    status bigint,
    error text,
    created_at bigint NOT NULL,
    finished_at bigint,
    held_until bigint NOT NULL
  );
  CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, sequence) WHERE state = 'waiting';
  CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, sequence);

  -- When something was last told, so that it is not told again too soon, or twice.
  CREATE TABLE webhook_notice (key text COLLATE "C" PRIMARY KEY, told_at bigint NOT NULL);
  CREATE INDEX webhook_notice_by_age ON webhook_notice (told_at);
  `;
