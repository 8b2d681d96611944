import type { Authenticate } from '../http/authenticate.ts';
import type { LoginThrottle } from '../http/login-throttle.ts';
import type { OneTimeCodes } from '../http/one-time-code.ts';
import type { Passwords } from '../http/password.ts';
import type { Sessions } from '../http/session.ts';
import type { Live } from '../live/live.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/create-webhooks.ts';

/** What the routes of the dashboard API work with; instances come from the composer. */
export interface ApiDependencies {
  readonly store: Store;
  readonly live: Live;
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  /** Codes of login links: each signs one browser in as `local`. */
  readonly loginCodes: OneTimeCodes;
  /** Codes of the set-up link: makes the first account. */
  readonly setupCodes: OneTimeCodes;
  /** People may sign in over plain http from another machine. */
  readonly allowsInsecureSignIn: boolean;
  readonly webhooks: Pick<Webhooks, 'refusalOf' | 'createSecret' | 'changed' | 'test'>;
  readonly serverVersion: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** False once the server is closing. */
  readonly isReady: () => boolean;
}
