import type { AuditStore } from './audit-store.ts';
import type { BreakpointStore } from './breakpoint-store.ts';
import type { KeyStore } from './key-store.ts';
import type { KillSwitchStore } from './kill-switch-store.ts';
import type { OpenAccessStore } from './open-access-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { ServiceStore } from './service-store.ts';
import type { SettingsDocumentStore } from './settings-document-store.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { StoreStats } from './store-stats.ts';
import type { TokenStore } from './token-store.ts';
import type { WebhookStore } from './webhook-store.ts';

/**
 * All that the control server remembers. One interface, one contract suite; every method resolves after the commit.
 * A rejected promise carries a `StoreError`.
 */
export interface Store
  extends
    ServiceStore,
    BreakpointStore,
    KillSwitchStore,
    SnapshotStore,
    KeyStore,
    PeopleStore,
    TokenStore,
    OpenAccessStore,
    AuditStore,
    SettingsDocumentStore,
    WebhookStore {
  /** After a backup was restored: versions from here on are later than any that was given out before. */
  startNewEpoch(nowIso: string): Promise<void>;
  /**
   * Writes everything as it is at some moment after the call into a new file, readable for its owner only, while other
   * calls go on. Rejects with `file_exists`, and with `backup_not_supported` where the database has tools of its own.
   */
  backup(file: string): Promise<void>;
  /** For who watches the server: reads little. */
  readStats(): Promise<StoreStats>;
  /** True when the store answers; never rejects. */
  ping(): Promise<boolean>;
  /** Commits what is pending and ends. */
  close(): Promise<void>;
}
