/** The kill switches of the dashboard API: `GET|PUT /api/kill-switch`. Types only. */

/** One kill switch: `GET /api/kill-switch` lists those that are or were on. A service captures only when none that concerns it is. */
export interface KillSwitch {
  readonly scope: KillScope;
  /** Null for the global one and for that of an agent. */
  readonly serviceName: string | null;
  /** Null: every environment. */
  readonly environment: string | null;
  /** Which agent is stopped, by its instance id; null for the other scopes. */
  readonly instanceId: string | null;
  readonly on: boolean;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: string | null;
  /** When it ends by itself; null: when somebody releases it. */
  readonly expiresAt: string | null;
  /** False: in effect on this node, and written as soon as the database can be written again. */
  readonly written: boolean;
}

/** What a kill switch stops: everything, one service, or one running instance. */
export type KillScope = 'global' | 'service' | 'agent';

/** Body of `PUT /api/kill-switch`. */
export interface KillSwitchChange {
  readonly scope: KillScope;
  readonly serviceName?: string;
  readonly environment?: string;
  readonly instanceId?: string;
  readonly on: boolean;
  readonly reason?: string;
  /** Only with `on: true`. */
  readonly expiresAt?: string | null;
}
