import type { AuditActorKind, AuditEntry, AuditQuery } from '../../src/protocol/api-audit.ts';
import type { Page } from '../../src/protocol/api.ts';
import type { BreakpointStore } from './breakpoint-store.ts';
import type { KeyStore } from './key-store.ts';
import type { KillSwitchStore } from './kill-switch-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { SettingsDocumentStore } from './settings-document-store.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { TokenStore } from './token-store.ts';
import type { WebhookStore } from './webhook-store.ts';

/** Who does something, and what it is called: known before it is done. */
export interface AuditStamp {
  readonly at: string;
  readonly actor: string;
  readonly actorKind: AuditActorKind;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly action: string;
}

/** A whole entry. */
export interface NewAuditEntry extends AuditStamp {
  readonly target: string;
  /** JSON; fields that hold a hash of a secret are left out of what is kept. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The changes that are written together with their entry, or not at all. A change that changes nothing has no entry. */
export type RecordedChanges = Pick<
  BreakpointStore &
    KillSwitchStore &
    SnapshotStore &
    KeyStore &
    PeopleStore &
    TokenStore &
    SettingsDocumentStore &
    WebhookStore,
  RecordedCallName
>;

/** Name of a change of {@link RecordedChanges}. */
export type RecordedCallName =
  | 'createBreakpoint'
  | 'patchBreakpoint'
  | 'deleteBreakpoint'
  | 'expireBreakpoints'
  | 'registerLabel'
  | 'setKillSwitch'
  | 'setKillSwitchLate'
  | 'expireKillSwitches'
  | 'deleteSnapshot'
  | 'pinSnapshot'
  | 'createKey'
  | 'replaceKey'
  | 'revokeKey'
  | 'createUser'
  | 'createFirstUser'
  | 'updateUser'
  | 'deleteUser'
  | 'createInvitation'
  | 'redeemInvitation'
  | 'deleteSession'
  | 'deleteSessionsOf'
  | 'createToken'
  | 'replaceToken'
  | 'revokeToken'
  | 'writeSettingsDocument'
  | 'createWebhook'
  | 'changeWebhook'
  | 'deleteWebhook';

/** The audit of a store: entries are added and, after their time, swept; nothing changes one. */
export interface AuditStore {
  /** The same changes as the store's own, each written in one transaction with its entry. */
  recording(stamp: AuditStamp): RecordedChanges;
  /** An entry of its own, for what changes nothing in the store: a look at a snapshot, a refused sign-in. */
  recordAudit(entry: NewAuditEntry): Promise<void>;
  /** One page, the newest first. Rejects with `bad_cursor` or `bad_value`. */
  listAudit(query: AuditQuery): Promise<Page<AuditEntry>>;
}
