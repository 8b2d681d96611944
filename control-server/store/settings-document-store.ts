/** Settings as they are stored: the store does not look into them. */
export interface SettingsDocument {
  /** JSON text. */
  readonly document: string;
  /** Counts changes, from 1. */
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** What administrators set. A service's settings hold in each of its environments; null names those of the server. */
export interface SettingsDocumentStore {
  /** Null before the first change. */
  readSettingsDocument(serviceName: string | null): Promise<SettingsDocument | null>;
  /**
   * Replaces it.
   * @param expectedVersion rejects with `version_mismatch` when it is another one; 0: there is none yet; null: whatever there is
   */
  writeSettingsDocument(
    serviceName: string | null,
    document: string,
    expectedVersion: number | null,
    by: string,
    nowIso: string,
  ): Promise<SettingsDocument>;
}
