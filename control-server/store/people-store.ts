import type { PersonRole } from '../../src/protocol/api-people.ts';

/** By whom an account is vouched for: the pair names a person for ever, an e-mail address does not. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** An account. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  /** `scrypt$N$r$p$salt$hash`, base64url; null for who was only invited, or comes from an identity provider. */
  readonly passwordHash: string | null;
  readonly identity: OidcIdentity | null;
  readonly role: PersonRole;
  readonly createdAt: string;
  readonly lastSignInAt: string | null;
  readonly disabledAt: string | null;
}

/** What can change of an account; what is left out stays. */
export interface StoredUserPatch {
  readonly role?: PersonRole;
  readonly passwordHash?: string;
  /** An instant disables and ends every session; null enables. */
  readonly disabledAt?: string | null;
}

/** A signed-in browser. */
export interface StoredSession {
  /** SHA-256 of the cookie's value, hex. */
  readonly idHash: string;
  /** Null for the one-time login link of the demo, which belongs to no account. */
  readonly userId: string | null;
  readonly userName: string;
  /** Of an account: the role that it has when the session is read. */
  readonly role: PersonRole;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  /** The end in any case. */
  readonly expiresAt: string;
  /** The end when nothing happens until then. */
  readonly idleExpiresAt: string;
  readonly address: string;
  readonly userAgent: string;
}

/** A link that lets a person choose a password. */
export interface StoredInvitation {
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  readonly userId: string;
  readonly expiresAt: string;
}

/** The people of a store, and the browsers that they are signed in with. */
export interface PeopleStore {
  countUsers(): Promise<number>;
  /** By name. */
  listUsers(): Promise<StoredUser[]>;
  /** Rejects with `user_exists`, also for an identity that another account has. */
  createUser(user: StoredUser): Promise<void>;
  /** Only while there is no account, whoever else tries at the same time; else false. */
  createFirstUser(user: StoredUser): Promise<boolean>;
  readUser(name: string): Promise<StoredUser | null>;
  readUserById(id: string): Promise<StoredUser | null>;
  readUserByIdentity(identity: OidcIdentity): Promise<StoredUser | null>;
  /**
   * The changed account, or null when there is none. Rejects with `last_admin` when nobody who can sign in would be an
   * administrator any more. Disabling ends the account's sessions and its invitation.
   */
  updateUser(id: string, patch: StoredUserPatch): Promise<StoredUser | null>;
  /** With its sessions, tokens and invitation. False when there is none; rejects with `last_admin`. */
  deleteUser(id: string): Promise<boolean>;
  noteSignIn(id: string, nowIso: string): Promise<void>;

  /** Takes the place of an earlier invitation of the same account. */
  createInvitation(invitation: StoredInvitation): Promise<void>;
  /** True while the code works. */
  holdsInvitation(codeHash: string, nowIso: string): Promise<boolean>;
  /** Sets the password, once, and ends every session of the account. Null for a code that does not work. */
  redeemInvitation(codeHash: string, passwordHash: string, nowIso: string): Promise<StoredUser | null>;

  /** An account has twenty at most: beyond, the one that was not used for the longest time ends. */
  createSession(session: StoredSession): Promise<void>;
  /** Null for an unknown one, for one that has ended, and for one of a disabled account. */
  readSession(idHash: string, nowIso: string): Promise<StoredSession | null>;
  /** Those that have not ended, the newest first. */
  listSessions(userId: string, nowIso: string): Promise<StoredSession[]>;
  /** Notes a use, and moves the idle end. */
  touchSession(idHash: string, nowIso: string, idleExpiresAt: string): Promise<void>;
  deleteSession(idHash: string): Promise<void>;
  /** Hashes of those that ended: all of the account but one, or all. */
  deleteSessionsOf(userId: string, exceptIdHash: string | null): Promise<string[]>;
}
