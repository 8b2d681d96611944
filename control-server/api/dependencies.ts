import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { KeyUsage } from '../../src/protocol/api-key-usage.ts';
import type { ImportReceipt } from '../../src/protocol/api-snapshots.ts';
import type { Authenticate } from '../http/authenticate.ts';
import type { LoginThrottle } from '../http/login-throttle.ts';
import type { OidcSignIn } from '../http/oidc-sign-in.ts';
import type { OneTimeCodes } from '../http/one-time-code.ts';
import type { Passwords } from '../http/password.ts';
import type { Sessions } from '../http/session.ts';
import type { Live } from '../live/live.ts';
import type { Metrics } from '../metrics/create-metrics.ts';
import type { Nodes } from '../nodes/node-list.ts';
import type { Roster } from '../nodes/shared-roster.ts';
import type { ServiceSources } from '../sources/service-sources.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/create-webhooks.ts';

/** What the routes of the dashboard API work with; instances come from the composer. */
export interface ApiDependencies {
  readonly store: Store;
  readonly live: Live;
  /** The agents of all nodes. */
  readonly roster: Roster;
  readonly nodes: Nodes;
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
  readonly metrics: Pick<Metrics, 'http' | 'contentType' | 'render'>;
  /** Opens the metrics and nothing else; null: there is none. A secret. */
  readonly metricsToken: string | null;
  readonly webhooks: Pick<Webhooks, 'refusalOf' | 'createSecret' | 'changed' | 'test'>;
  /** What links to the dashboard start with, without a slash at the end. */
  readonly linkBase: () => string;
  /** Sign-in at an identity provider; null when none is set up. */
  readonly oidc: OidcSignIn | null;
  /** The code of running services. */
  readonly sources: ServiceSources;
  /** Takes up the snapshots in the body of a request. */
  readonly importSnapshots: (request: FastifyRequest, environment: string | null) => Promise<ImportReceipt>;
  /** Makes a copy of everything, which is gone once it was read, or its stream destroyed. */
  readonly makeBackup: () => Promise<{ readonly sizeBytes: number; readonly bytes: Readable }>;
  readonly serverVersion: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What SDK keys are used for, of those that were used since the start. */
  readonly keyUsage: () => Promise<KeyUsage[]>;
  /** True while nothing is stored for want of room. */
  readonly isDiskFull: () => boolean;
  /** False once the server is closing. */
  readonly isReady: () => boolean;
}
