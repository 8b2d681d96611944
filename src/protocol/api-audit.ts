/** The resources of `/api/audit`. Types only. */

/** Who acted: a signed-in person, a personal token, the local token of the server, an SDK key, or the server itself. */
export type AuditActorKind = 'person' | 'token' | 'local' | 'key' | 'system';

/** One entry of the audit: who did what, when, from where. */
export interface AuditEntry {
  /** Opaque; also the cursor of the entry. */
  readonly id: string;
  readonly at: string;
  /** Name of the person or key; for a sign-in that failed, the name that was tried. */
  readonly actor: string;
  readonly actorKind: AuditActorKind;
  readonly ip: string | null;
  /** `<subject>.<verb>`: `breakpoint.change`, `key.revoke`, `session.refuse`. */
  readonly action: string;
  /** `<subject>/<id>`: `breakpoint/6f…`. */
  readonly target: string;
  /** What was there; null for what is new, or where it says nothing. Never a secret or its hash. */
  readonly before: unknown;
  /** What is there now; null for what is gone. */
  readonly after: unknown;
  /** Names the request in the log of the server. */
  readonly requestId: string | null;
}

/** What `GET /api/audit` can be asked for; every field optional. */
export interface AuditQuery {
  readonly actor?: string;
  /** The whole action, or its subject with a dot at the end: `key.` for all of keys. */
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  /** Newest first, older than this entry. */
  readonly cursor?: string;
  /** 1 to 500, default 50. */
  readonly limit?: number;
}
