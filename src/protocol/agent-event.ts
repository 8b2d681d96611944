import { isRecord, readInteger, readText } from './json.ts';
import { parseDropped, parseLabelReports } from './label-counts.ts';
import type { DroppedByReason, LabelReport } from './label-counts.ts';

/** What an agent can be doing about captures. */
export const CAPTURE_STATES = ['running', 'off', 'killed', 'breaker_open'] as const;
/** One state of {@link CAPTURE_STATES}. */
export type CaptureState = (typeof CAPTURE_STATES)[number];

/** How an agent stands to its control server. */
export const CONTROL_STATES = ['connecting', 'open', 'waiting', 'polling', 'closed'] as const;
/** One state of {@link CONTROL_STATES}. */
export type ControlConnection = (typeof CONTROL_STATES)[number];

/** A report of one agent about itself, sent every 15 s and on change. */
export interface AgentStatusEvent {
  readonly type: 'agent_status';
  readonly capture: CaptureState;
  readonly control: ControlConnection;
  readonly breaker: 'closed' | 'open' | 'half_open';
  readonly agentVersion: string;
  readonly runtime: string;
  readonly host: string;
  readonly pid: number;
  readonly environment: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  /** RFC 3339 start of the agent. */
  readonly startedAt: string;
  /** Captures made since the start. */
  readonly captured: number;
  /** Snapshots that the server confirmed as stored. */
  readonly stored: number;
  /** Snapshots that could not be sent and are kept beside the service. */
  readonly spooled: number;
  /** Snapshots waiting to be sent. */
  readonly queued: number;
  /** Of those that wait, are kept or were lost: the server may have them, and did not say so. */
  readonly unconfirmed: number;
  readonly dropped: DroppedByReason;
  /** The counts of labels for which they changed; of a label that is not in here they are as they were. */
  readonly labels: readonly LabelReport[];
  readonly lastError: string | null;
}

/** Whether a report is the last one of an agent that was shut down in order: nothing more comes of it. */
export function isFarewell({ capture, control }: Pick<AgentStatusEvent, 'capture' | 'control'>): boolean {
  return capture === 'off' && control === 'closed';
}

/**
 * How far a breakpoint came in one agent. `received`: it is known, and its label was not reached yet, or it is off;
 * `waiting`: the file of its line is not loaded yet; `installed`: calls of its label, or of its line, are looked at;
 * `emitting`: one was captured; `error`: it cannot capture.
 */
export const BREAKPOINT_STATES = ['received', 'waiting', 'installed', 'emitting', 'error'] as const;
/** One state of {@link BREAKPOINT_STATES}. */
export type BreakpointState = (typeof BREAKPOINT_STATES)[number];

/** What one agent made of one breakpoint. */
export interface BreakpointStatusEvent {
  readonly type: 'breakpoint_status';
  readonly breakpointId: string;
  readonly state: BreakpointState;
  /**
   * Why it is an `error`, or what is to be known of another state: a text, or a {@link BreakpointErrorCode} or
   * {@link LineBreakpointCode}, with details and the next step behind a colon.
   */
  readonly reason: string | null;
  /** What a line breakpoint did since the agent heard of it; left out for a label, which has counts of its own. */
  readonly activity?: BreakpointActivity;
}

/** What one line breakpoint did in one agent. */
export interface BreakpointActivity {
  /** Times that its line was looked at. While it rests nobody looks. */
  readonly hits: number;
  /** Hits that became snapshots. */
  readonly captured: number;
  /** Hits that did not: their condition was false, or the rate over all breakpoints was used up. */
  readonly suppressed: number;
  /** Milliseconds that the hits took of the program's thread, the engine's part estimated. */
  readonly spentMs: number;
}

/** Reasons of the state `error` that have a code. */
export type BreakpointErrorCode = 'costly_value' | 'line_breakpoints_unsupported';

/** What is said of a line breakpoint, with details and the next step behind it. */
export type LineBreakpointCode =
  | 'ambiguous_file'
  | 'condition'
  | 'costly_value'
  | 'debugger_attached'
  | 'file_not_loaded'
  | 'inspector_denied'
  | 'inspector_unavailable'
  | 'internal'
  | 'large_function'
  | 'line_breakpoints_off'
  | 'names_hidden'
  | 'unknown_name'
  | 'no_code_at_line'
  | 'script_unreadable'
  | 'stale_source'
  | 'throttled'
  | 'unsafe_place'
  | 'vm_context';

/** Sent once the server can be reached again after the breaker was open. */
export interface BreakerTrippedEvent {
  readonly type: 'circuit_breaker_tripped';
  readonly failureCount: number;
  readonly windowSeconds: number;
  readonly cooldownSeconds: number;
  readonly timestamp: string;
}

/** An event in `POST /sdk/snapshots/active/:service`. */
export type AgentEvent = AgentStatusEvent | BreakpointStatusEvent | BreakerTrippedEvent;

/** An event in wire names. */
export function encodeAgentEvent(event: AgentEvent): Record<string, unknown> {
  switch (event.type) {
    case 'agent_status':
      return {
        type: event.type,
        capture: event.capture,
        control: event.control,
        breaker: event.breaker,
        agent_version: event.agentVersion,
        runtime: event.runtime,
        host: event.host,
        pid: event.pid,
        environment: event.environment,
        release: event.release,
        commit: event.commit,
        started_at: event.startedAt,
        captured: event.captured,
        stored: event.stored,
        spooled: event.spooled,
        queued: event.queued,
        unconfirmed: event.unconfirmed,
        dropped: event.dropped,
        labels: event.labels,
        last_error: event.lastError,
      };
    case 'breakpoint_status':
      return {
        type: event.type,
        breakpoint_id: event.breakpointId,
        state: event.state,
        reason: event.reason,
        ...(event.activity === undefined
          ? {}
          : {
              activity: {
                hits: event.activity.hits,
                captured: event.activity.captured,
                suppressed: event.activity.suppressed,
                spent_ms: event.activity.spentMs,
              },
            }),
      };
    case 'circuit_breaker_tripped':
      return {
        type: event.type,
        failure_count: event.failureCount,
        window_seconds: event.windowSeconds,
        cooldown_seconds: event.cooldownSeconds,
        timestamp: event.timestamp,
      };
  }
}

/** The event, or null for one that is unknown or unreadable. */
export function parseAgentEvent(value: unknown): AgentEvent | null {
  if (!isRecord(value)) return null;
  switch (value['type']) {
    case 'agent_status':
      return {
        type: 'agent_status',
        capture: CAPTURE_STATES.find((known) => known === value['capture']) ?? 'running',
        control: CONTROL_STATES.find((known) => known === value['control']) ?? 'open',
        breaker:
          value['breaker'] === 'open' || value['breaker'] === 'half_open' ? value['breaker'] : 'closed',
        agentVersion: readText(value['agent_version'], 'unknown'),
        runtime: readText(value['runtime'], 'unknown'),
        host: readText(value['host'], 'unknown'),
        pid: readInteger(value['pid'], 0),
        environment: readText(value['environment'], null),
        release: readText(value['release'], null),
        commit: readText(value['commit'], null),
        startedAt: readText(value['started_at'], new Date(0).toISOString()),
        captured: readInteger(value['captured'], 0),
        stored: readInteger(value['stored'], 0),
        spooled: readInteger(value['spooled'], 0),
        queued: readInteger(value['queued'], 0),
        unconfirmed: readInteger(value['unconfirmed'], 0),
        dropped: parseDropped(value['dropped']),
        labels: parseLabelReports(value['labels']),
        lastError: readText(value['last_error'], null),
      };
    case 'breakpoint_status': {
      const breakpointId = readText(value['breakpoint_id'], null);
      const state = BREAKPOINT_STATES.find((known) => known === value['state']);
      return breakpointId === null || state === undefined
        ? null
        : {
            type: 'breakpoint_status',
            breakpointId,
            state,
            reason: readText(value['reason'], null),
            ...parseActivity(value['activity']),
          };
    }
    case 'circuit_breaker_tripped':
      return {
        type: 'circuit_breaker_tripped',
        failureCount: readInteger(value['failure_count'], 0),
        windowSeconds: readInteger(value['window_seconds'], 0),
        cooldownSeconds: readInteger(value['cooldown_seconds'], 0),
        timestamp: readText(value['timestamp'], new Date(0).toISOString()),
      };
    default:
      return null;
  }
}

function parseActivity(value: unknown): { readonly activity?: BreakpointActivity } {
  if (!isRecord(value)) return {};
  const spentMs = value['spent_ms'];
  return {
    activity: {
      hits: readInteger(value['hits'], 0),
      captured: readInteger(value['captured'], 0),
      suppressed: readInteger(value['suppressed'], 0),
      spentMs: typeof spentMs === 'number' && Number.isFinite(spentMs) && spentMs >= 0 ? spentMs : 0,
    },
  };
}
