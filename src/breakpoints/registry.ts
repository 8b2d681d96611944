import type { Breakpoint } from '../protocol/breakpoint.ts';
import type { ControlMessage } from '../protocol/control-message.ts';
import { isStale } from '../protocol/state-version.ts';
import type { StateVersion } from '../protocol/state-version.ts';

/** What one message changed. */
export interface RegistryChange {
  /** Labels whose breakpoint may differ from before. */
  readonly labels: ReadonlySet<string>;
  /** True when the database behind the server is another one: what was registered there is unknown here. */
  readonly isNewEpoch: boolean;
}

/** The control state as this agent knows it. Pure: no timers, no sockets. */
export interface Registry {
  /** Takes in a message; an older version than the known one changes nothing. */
  apply(message: ControlMessage): RegistryChange;
  /** The answer to a registration; ignored when the breakpoint was deleted meanwhile. */
  addRegistered(breakpoint: Breakpoint): RegistryChange;
  /** The breakpoint that a label obeys: an enabled one before a disabled one. */
  findByLabel(label: string): Breakpoint | undefined;
  /** Breakpoints without a label: those at a file and line. */
  lineBreakpoints(): readonly Breakpoint[];
  readonly breakpoints: ReadonlyMap<string, Breakpoint>;
  /** True while a kill switch that covers this service is on. Survives every loss of contact. */
  readonly isKilled: boolean;
  /** True once a whole state was received. */
  readonly isKnown: boolean;
  readonly version: StateVersion | null;
}

const NO_LABELS: ReadonlySet<string> = new Set();
const UNCHANGED: RegistryChange = { labels: NO_LABELS, isNewEpoch: false };
const MAX_REMEMBERED_DELETIONS = 1_000;

/**
 * An empty registry: nothing is known, nothing is killed.
 * @param environment of this agent: a breakpoint that is for another one only is a disabled one here
 */
export function createRegistry(environment: string | null = null): Registry {
  let breakpoints = new Map<string, Breakpoint>();
  let byLabel = new Map<string, Breakpoint>();
  let isKilled = false;
  let isKnown = false;
  let version: StateVersion | null = null;
  const deletedIds = new Set<string>();

  function isOutdated(candidate: StateVersion | null): boolean {
    return candidate !== null && version !== null && isStale(candidate, version);
  }

  /** Several functions may share a label; whichever is enabled speaks for it. */
  function indexLabels(): void {
    byLabel = new Map();
    for (const breakpoint of breakpoints.values()) {
      if (breakpoint.label === null) continue;
      if (byLabel.get(breakpoint.label)?.enabled !== true) byLabel.set(breakpoint.label, breakpoint);
    }
  }

  function asOurs(breakpoint: Breakpoint): Breakpoint {
    const isForUs = breakpoint.environment === undefined || breakpoint.environment === environment;
    return isForUs ? breakpoint : { ...breakpoint, enabled: false };
  }

  function upsert(given: Breakpoint): RegistryChange {
    const breakpoint = asOurs(given);
    const labels = new Set<string>();
    const before = breakpoints.get(breakpoint.id)?.label;
    if (before !== undefined && before !== null) labels.add(before);
    if (breakpoint.label !== null) labels.add(breakpoint.label);
    breakpoints.set(breakpoint.id, breakpoint);
    indexLabels();
    return { labels, isNewEpoch: false };
  }

  function replaceAll(state: Extract<ControlMessage, { kind: 'state' }>['state']): RegistryChange {
    const isNewEpoch = state.version !== null && version !== null && state.version.epoch !== version.epoch;
    const labels = new Set<string>();
    for (const known of breakpoints.values()) if (known.label !== null) labels.add(known.label);
    breakpoints = new Map(state.breakpoints.map(asOurs).map((breakpoint) => [breakpoint.id, breakpoint]));
    for (const known of breakpoints.values()) if (known.label !== null) labels.add(known.label);
    indexLabels();
    // An id is never given again, and a registration that was asked for earlier may still be answered with it.
    if (isNewEpoch) deletedIds.clear();
    isKilled = state.killSwitch;
    isKnown = true;
    version = state.version ?? version;
    return { labels, isNewEpoch };
  }

  return {
    apply(message) {
      switch (message.kind) {
        case 'state':
          return isOutdated(message.state.version) ? UNCHANGED : replaceAll(message.state);
        case 'breakpoint_upserted': {
          if (isOutdated(message.version)) return UNCHANGED;
          version = message.version ?? version;
          return upsert(message.breakpoint);
        }
        case 'breakpoint_deleted': {
          if (isOutdated(message.version)) return UNCHANGED;
          version = message.version ?? version;
          if (deletedIds.size >= MAX_REMEMBERED_DELETIONS) deletedIds.clear();
          deletedIds.add(message.breakpointId);
          const label = breakpoints.get(message.breakpointId)?.label;
          breakpoints.delete(message.breakpointId);
          indexLabels();
          return label === undefined || label === null
            ? UNCHANGED
            : { labels: new Set([label]), isNewEpoch: false };
        }
        case 'kill_switch':
          if (isOutdated(message.version)) return UNCHANGED;
          version = message.version ?? version;
          isKilled = message.enabled;
          return UNCHANGED;
        case 'source_request':
        case 'heartbeat':
        case 'bye':
          return UNCHANGED;
      }
    },
    addRegistered(breakpoint) {
      // The stream may already have told more of it than the answer, which was made earlier.
      if (deletedIds.has(breakpoint.id) || breakpoints.has(breakpoint.id)) {
        return { labels: new Set(breakpoint.label === null ? [] : [breakpoint.label]), isNewEpoch: false };
      }
      return upsert(breakpoint);
    },
    findByLabel: (label) => byLabel.get(label),
    lineBreakpoints: () => [...breakpoints.values()].filter((breakpoint) => breakpoint.label === null),
    get breakpoints() {
      return breakpoints;
    },
    get isKilled() {
      return isKilled;
    },
    get isKnown() {
      return isKnown;
    },
    get version() {
      return version;
    },
  };
}
