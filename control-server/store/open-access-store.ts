/** What streams were opened with. */
export interface OpenAccess {
  readonly keyIds: readonly string[];
  /** Hashes of sessions. */
  readonly sessionIds: readonly string[];
  readonly tokenIds: readonly string[];
}

/** Looks after streams that outlive the check which let them in. */
export interface OpenAccessStore {
  /**
   * Which of these open nothing any more, however that came about: revoked, expired, signed out, owner disabled, on this
   * node or another. To be asked each second.
   * @param confirmedSince tokens of an account of the identity provider open nothing while its last sign-in is older
   */
  findEndedAccess(open: OpenAccess, nowIso: string, confirmedSince: string): Promise<OpenAccess>;
}
