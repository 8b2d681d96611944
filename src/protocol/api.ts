/**
 * The resources of the dashboard API (`/api/…`), which the dashboard, the command line and scripts read and write.
 * Types only. JSON names are camelCase; instants are RFC 3339 in UTC; cursors are opaque.
 */
import type { AgentStatusEvent, BreakpointStatusEvent } from './agent-event.ts';
import type { Breakpoint, BreakpointMode } from './breakpoint.ts';
import type { LabelReport } from './label-counts.ts';
import type { Snapshot } from './snapshot.ts';

export type { KillScope, KillSwitch, KillSwitchChange } from './api-kill-switch.ts';

/** Body of every error answer: RFC 9457 `application/problem+json` with a stable code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable, `snake_case`; scripts may rely on it. */
  readonly code: string;
  /** What happened and what to do next, for a person. */
  readonly detail: string;
  /** Which field of the request is wrong: `maxCaptures`, `captureExpressions/2`. */
  readonly field?: string;
  /** Offset in the text of that field, in characters: where a condition stops making sense. */
  readonly position?: number;
  /** From 500 on: names the line of the server's log that says more. */
  readonly requestId?: string;
}

/** `GET /api/me`: who is signed in. */
export interface Me {
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  /** Version of the control server. */
  readonly serverVersion: string;
}

/** One row of `GET /api/services`. */
export interface ServiceSummary {
  readonly name: string;
  readonly environment: string;
  /** Those whose connection is lost do not count. */
  readonly agentsOnline: number;
  readonly breakpoints: { readonly total: number; readonly enabled: number };
  readonly snapshotsLastHour: number;
  /** The same in twelve steps, the oldest first; the last one is under way. */
  readonly snapshotsByFiveMinutes: readonly number[];
  /** Which kill switches are on; the service captures only when both are off. */
  readonly killed: { readonly global: boolean; readonly service: boolean };
  readonly release: string | null;
  readonly commit: string | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** One row of `GET /api/agents?service=&environment=`: a running instance of a service. */
export interface AgentSummary {
  /** Instance id, or `stream:<n>` for an old client that sends none. */
  readonly instanceId: string;
  readonly serviceName: string;
  readonly environment: string;
  readonly userAgent: string;
  readonly address: string;
  readonly connectedAt: string;
  readonly lastSeenAt: string;
  /** True while its stream is open; false for an agent that only polls. */
  readonly streaming: boolean;
  /**
   * When its stream ended, once it has neither come back within two seconds, in which a running agent tries again, nor been
   * heard of since: the process ended or was killed, or is cut off. Else null; also for old clients that send no instance id.
   */
  readonly connectionLostAt: string | null;
  /** True when the node of a cluster that knows it has not been heard of for 15 s. */
  readonly unknown: boolean;
  /** The last status it sent; null for foreign SDKs. */
  readonly status: Omit<AgentStatusEvent, 'type' | 'labels'> | null;
  readonly breakpoints: readonly Omit<BreakpointStatusEvent, 'type'>[];
}

/**
 * One row of `GET /api/services/:service/label-counts?environment=`: what became of the calls with one label, added up over
 * the agents that are online, since each of them started.
 */
export interface LabelTotals extends LabelReport {
  /** How many of these agents met the label. */
  readonly agents: number;
}

/** One row of `GET /api/breakpoints?service=&environment=` and the body of `GET /api/breakpoints/:id`. */
export interface BreakpointResource extends Breakpoint {
  readonly environment: string;
  /** Counts changes of this breakpoint; send it as `If-Match` to change only what you saw. */
  readonly version: number;
  /** `agent`: a label registered itself; `person`: made in the dashboard, the CLI or by a script. */
  readonly origin: 'agent' | 'person';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastHitAt: string | null;
}

/** Body of `POST /api/breakpoints`: either a label, or a file and a line. */
export interface NewBreakpoint {
  readonly serviceName: string;
  readonly environment?: string;
  readonly label?: string;
  readonly filePath?: string;
  readonly lineNumber?: number;
  /** 1-based; only with a line. Left out: the first place on the line. */
  readonly columnNumber?: number;
  readonly enabled?: boolean;
  readonly mode?: BreakpointMode;
  readonly condition?: string | null;
  readonly maxCaptures?: number;
  readonly expireAt?: string | null;
  readonly stackDepth?: number | null;
  readonly maxDepth?: number | null;
  readonly maxPayloadBytes?: number | null;
  readonly captureExpressions?: readonly string[];
  readonly logMessage?: string | null;
}

/** Body of `PATCH /api/breakpoints/:id`: what is left out stays. */
export type BreakpointPatch = Omit<
  NewBreakpoint,
  'serviceName' | 'environment' | 'label' | 'filePath' | 'lineNumber' | 'columnNumber'
>;

/** One row of `GET /api/snapshots`: enough for a list. */
export interface SnapshotSummary {
  readonly id: string;
  /** Opaque position, for `after=` and `before=`. */
  readonly cursor: string;
  readonly serviceName: string;
  readonly environment: string;
  readonly label: string | null;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly functionName: string;
  readonly breakpointId: string | null;
  readonly instanceId: string | null;
  readonly traceId: string | null;
  readonly mode: BreakpointMode;
  readonly capturedAt: string;
  readonly receivedAt: string;
  /** The first variables as one line of text, scrubbed, at most 200 characters. */
  readonly preview: string;
  /** Scrub types that acted, without repetition. */
  readonly flags: readonly string[];
  /** True: no retention deletes it. */
  readonly pinned: boolean;
  readonly sizeBytes: number;
}

/** `GET /api/snapshots/:id`. */
export interface SnapshotResource extends Omit<Snapshot, 'snapshotId'> {
  readonly id: string;
  /** Opaque position in every list: `before=` it lies the previous hit, `after=` it the next. */
  readonly cursor: string;
  readonly receivedAt: string;
  /** True: no retention deletes it. */
  readonly pinned: boolean;
  readonly sizeBytes: number;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor for the next page, or null at the end. */
  readonly nextCursor: string | null;
}

/** What `GET /api/snapshots` can be asked for; every field optional. */
export interface SnapshotQuery {
  readonly service?: string;
  readonly environment?: string;
  readonly label?: string;
  readonly breakpoint?: string;
  readonly instance?: string;
  readonly flag?: string;
  readonly trace?: string;
  /** The whole path, as a list shows it. */
  readonly file?: string;
  readonly mode?: BreakpointMode;
  readonly pinned?: boolean;
  /** Words, or beginnings of words, that all have to be there, in any case and with any accents. */
  readonly q?: string;
  /** Where `q` is looked for; `place`: label, function and file, no values. Default `all`. */
  readonly searchIn?: 'place' | 'all';
  readonly from?: string;
  readonly to?: string;
  /** Newest first, older than this cursor. */
  readonly before?: string;
  /** Oldest first, newer than this cursor: for following. */
  readonly after?: string;
  /** 1 to 500, default 50. */
  readonly limit?: number;
}

/** One row of `GET /api/keys`; the secret is shown once, by `POST`. */
export interface SdkKey {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  /** Null: any service. */
  readonly serviceName: string | null;
  readonly scopes: readonly SdkKeyScope[];
  readonly createdAt: string;
  /** Null: never by itself. */
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  /** Id of the key that took its place, or null. */
  readonly replacedBy: string | null;
}

/** What an SDK key may do. */
export type SdkKeyScope = 'ingest' | 'control:read';

/** Answer to `POST /api/keys`. */
export interface NewSdkKey {
  readonly key: SdkKey;
  /** `sf_<id>_<secret>`: never shown again. */
  readonly secret: string;
}

/**
 * Hints on `GET /api/events` (SSE): something changed, fetch it. `data` of every event is one of these; the event's
 * name is its `topic`. Heartbeat every 15 s.
 */
export type DashboardHint =
  | { readonly topic: 'hello'; readonly serverVersion: string; readonly startedAt: string }
  | { readonly topic: 'heartbeat'; readonly t: number }
  | {
      readonly topic: 'snapshots';
      readonly count: number;
      /** Cursor of the newest. */
      readonly cursor: string;
      readonly services: readonly string[];
    }
  | { readonly topic: 'services' | 'agents' | 'breakpoints' | 'kill_switch' | 'keys' };
