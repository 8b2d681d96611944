import { encodeBreakpoint, parseBreakpoint } from './breakpoint.ts';
import type { Breakpoint } from './breakpoint.ts';
import { isRecord, readInteger, readText } from './json.ts';
import { parseSourceRequest } from './source.ts';
import type { SourceRequest } from './source.ts';
import { parseStateVersion } from './state-version.ts';
import type { StateVersion } from './state-version.ts';

/** Everything that a control server says of one service. */
export interface ControlState {
  readonly breakpoints: readonly Breakpoint[];
  /** True stops every capture of this service: global, service or agent scope, already folded together. */
  readonly killSwitch: boolean;
  /** Null from foreign servers. */
  readonly version: StateVersion | null;
}

/** One message to an agent, from the stream or from a poll. */
export type ControlMessage =
  | { readonly kind: 'state'; readonly state: ControlState }
  | {
      readonly kind: 'breakpoint_upserted';
      readonly breakpoint: Breakpoint;
      readonly version: StateVersion | null;
    }
  | {
      readonly kind: 'breakpoint_deleted';
      readonly breakpointId: string;
      readonly version: StateVersion | null;
    }
  | { readonly kind: 'kill_switch'; readonly enabled: boolean; readonly version: StateVersion | null }
  | { readonly kind: 'source_request'; readonly request: SourceRequest }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'bye'; readonly retryMs: readonly [min: number, max: number] };

/** Names of the stream's events. */
export const STREAM_EVENTS = [
  'init',
  'breakpoint_created',
  'breakpoint_updated',
  'breakpoint_deleted',
  'kill_switch',
  'heartbeat',
  'sdk_count',
  'bye',
  'source_request',
] as const;

/** One name of {@link STREAM_EVENTS}. */
export type StreamEventName = (typeof STREAM_EVENTS)[number];

/**
 * The message in one event of the stream; null for an event that this agent ignores or cannot read.
 * @param lastEventId the event's `id:`, which carries the version of a change
 */
export function parseStreamEvent(name: string, data: string, lastEventId: string): ControlMessage | null {
  const body = parseJson(data);
  if (!isRecord(body)) return null;
  const version = parseStateVersion(body['version']) ?? parseStateVersion(lastEventId);
  switch (name) {
    case 'init': {
      const state = parseControlState(body);
      return state === null
        ? null
        : { kind: 'state', state: { ...state, version: state.version ?? version } };
    }
    case 'breakpoint_created':
    case 'breakpoint_updated': {
      const breakpoint = parseBreakpoint(body);
      return breakpoint === null ? null : { kind: 'breakpoint_upserted', breakpoint, version };
    }
    case 'breakpoint_deleted': {
      const breakpointId = readText(body['id'], null);
      return breakpointId === null ? null : { kind: 'breakpoint_deleted', breakpointId, version };
    }
    case 'kill_switch':
      return typeof body['enabled'] === 'boolean'
        ? { kind: 'kill_switch', enabled: body['enabled'], version }
        : null;
    case 'source_request': {
      const request = parseSourceRequest(body);
      return request === null ? null : { kind: 'source_request', request };
    }
    case 'heartbeat':
      return { kind: 'heartbeat' };
    case 'bye':
      return { kind: 'bye', retryMs: parseRetryRange(body['retry_ms']) };
    default:
      return null;
  }
}

/** The state in the answer to `GET|POST /sdk/snapshots/active/:service` and in `init`; null when it is none. */
export function parseControlState(value: unknown): ControlState | null {
  if (!isRecord(value)) return null;
  // A server of the old protocol may leave `breakpoints` out when there are none; anything else there is not a state.
  const listed = value['breakpoints'] ?? [];
  if (!Array.isArray(listed)) return null;
  return {
    breakpoints: listed.flatMap((item) => parseBreakpoint(item) ?? []),
    killSwitch: value['kill_switch'] === true,
    version: parseStateVersion(value['version']),
  };
}

/** A whole state in wire names. */
export function encodeControlState(
  state: {
    readonly breakpoints: readonly Breakpoint[];
    readonly killSwitch: boolean;
    readonly version: string;
  },
  client: { readonly isForeign: boolean; readonly withholdExpiry: boolean },
): Record<string, unknown> {
  return {
    breakpoints: state.breakpoints.map((breakpoint) => encodeBreakpoint(breakpoint, client)),
    kill_switch: state.killSwitch,
    version: state.version,
  };
}

const DEFAULT_BYE_RETRY_MS = [1_000, 10_000] as const;
const MAX_BYE_RETRY_MS = 60_000;

function parseRetryRange(value: unknown): readonly [number, number] {
  if (!Array.isArray(value)) return DEFAULT_BYE_RETRY_MS;
  const min = readInteger(value[0], DEFAULT_BYE_RETRY_MS[0], 0, MAX_BYE_RETRY_MS);
  return [min, readInteger(value[1], Math.max(min, DEFAULT_BYE_RETRY_MS[1]), min, MAX_BYE_RETRY_MS)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
