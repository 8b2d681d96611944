/** The resources of `/api/users`, `/api/sessions`, `/api/tokens` and `/api/settings`. Types only. */

/** What a person may do: each role may do all that the ones before it may. */
export type PersonRole = 'viewer' | 'operator' | 'admin';

/** One row of `GET /api/users`. */
export interface UserResource {
  readonly id: string;
  readonly name: string;
  readonly role: PersonRole;
  /** `password`, `oidc` for one that an identity provider vouches for, or `invited` until the link was used. */
  readonly signIn: 'password' | 'oidc' | 'invited';
  readonly createdAt: string;
  readonly lastSignInAt: string | null;
  /** Null while the person may sign in. */
  readonly disabledAt: string | null;
}

/** Body of `POST /api/users`. */
export interface NewUser {
  readonly name: string;
  readonly role: PersonRole;
}

/** Body of `PATCH /api/users/:id`: what is left out stays. */
export interface UserPatch {
  readonly role?: PersonRole;
  readonly disabled?: boolean;
}

/** A link with which a person chooses a password, once. */
export interface Invitation {
  /** Holds the code in its fragment; never shown again. */
  readonly link: string;
  readonly expiresAt: string;
}

/** Answer to `POST /api/users` and `POST /api/users/:id/invitation`. */
export interface InvitedUser {
  readonly user: UserResource;
  readonly invitation: Invitation;
}

/** One row of `GET /api/sessions`: a browser in which the person is signed in. */
export interface SessionResource {
  /** The start of a hash: names the session, opens nothing. */
  readonly id: string;
  /** True for the one that asks. */
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly address: string;
  readonly userAgent: string;
}

/** `GET /api/me/account`: the account of who asks; null for who has none, by the login link of the demo or the local token. */
export interface OwnAccount {
  /** `oidc`: an identity provider vouches for the person, and there is no password here to change. */
  readonly signIn: 'password' | 'oidc';
}

/** One row of `GET /api/tokens`. */
export interface PersonalToken {
  readonly id: string;
  readonly name: string;
  /** Whose it is. */
  readonly userName: string;
  /** What it may do: never more than its owner may at that moment. */
  readonly role: PersonRole;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  /** Id of the token that took its place, or null. */
  readonly replacedBy: string | null;
}

/** Body of `POST /api/tokens`. */
export interface NewPersonalToken {
  readonly name: string;
  /** Default: the role of the owner. */
  readonly role?: PersonRole;
  /** 1 to 365, default 90. */
  readonly expiresInDays?: number;
  /** Whose it is to be; only the local token of the server, which has no account, names somebody. */
  readonly userName?: string;
}

/** Answer to `POST /api/tokens` and `POST /api/tokens/:id/rotate`. */
export interface NewPersonalTokenSecret {
  readonly token: PersonalToken;
  /** `sfp_<id>_<secret>`: never shown again. */
  readonly secret: string;
}

/** `GET /api/settings`, and the body of `PATCH /api/settings` with any of its fields. */
export interface ServerSettings {
  /** Whether viewers see captured values. Default false. */
  readonly viewersSeeValues: boolean;
}

/** `GET /api/sign-in-methods`: what the sign-in page offers. */
export interface SignInMethods {
  readonly password: true;
  /** Where to send the browser, or null when no identity provider is set up. */
  readonly oidc: { readonly startUrl: string } | null;
}
