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
  revokeKey(id: string, nowIso: string): Promise<boolean>;
}
