/** A local account. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  /** `scrypt$N$r$p$salt$hash`, base64url. */
  readonly passwordHash: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  readonly createdAt: string;
}

/** A signed-in browser. */
export interface StoredSession {
  /** SHA-256 of the cookie's value, hex. */
  readonly idHash: string;
  readonly userName: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** The people of a store, and the browsers that they are signed in with. */
export interface PeopleStore {
  countUsers(): Promise<number>;
  /** Rejects with `user_exists`. */
  createUser(user: StoredUser): Promise<void>;
  readUser(name: string): Promise<StoredUser | null>;
  createSession(session: StoredSession): Promise<void>;
  readSession(idHash: string, nowIso: string): Promise<StoredSession | null>;
  deleteSession(idHash: string): Promise<void>;
}
