import type { SdkKey } from '../../src/protocol/api.ts';

/** A key as it is checked: never its secret, only the hash. */
export interface StoredKey extends SdkKey {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
}

/** The keys of agents in a store. */
export interface KeyStore {
  createKey(key: StoredKey): Promise<void>;
  readKey(id: string): Promise<StoredKey | null>;
  listKeys(): Promise<SdkKey[]>;
  /** Notes a use of the key, to the minute. */
  touchKey(id: string, nowIso: string): Promise<void>;
  /**
   * Revokes the key, and the ones that it took the place of, which may still be in their grace. False when it does not
   * exist or is revoked already.
   */
  revokeKey(id: string, nowIso: string): Promise<boolean>;
  /**
   * Stores a successor, and lets the key end with its grace, or earlier when it would have. False, with nothing stored,
   * when the key does not exist, is revoked, has expired or has a successor.
   */
  replaceKey(id: string, successor: StoredKey, graceEndsAt: string, nowIso: string): Promise<boolean>;
}
