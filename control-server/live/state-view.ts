import { encodeBreakpoint } from '../../src/protocol/breakpoint.ts';
import { breakpointsShownTo, clientKindOf } from '../../src/protocol/client-view.ts';
import type { ClientKind } from '../../src/protocol/client-view.ts';
import { encodeControlState } from '../../src/protocol/control-message.ts';
import type { StreamEventName } from '../../src/protocol/control-message.ts';
import { AGENT_USER_AGENT_PREFIX } from '../../src/protocol/routes.ts';
import type { BreakpointResource } from '../../src/protocol/api.ts';
import { encodeEvent } from '../http/event-stream.ts';
import type { ServiceState } from '../store/service-store.ts';

/** The state of a service as clients are shown it at one moment. Never changes; frames are encoded once. */
export interface StateView {
  readonly state: ServiceState;
  /** All scopes of the kill switch folded together, for one agent. */
  isKilledFor(instanceId: string | null): boolean;
  /** The `init` event. */
  initFrame(kind: ClientKind, isKilled: boolean): Buffer;
  /** What a client of that kind sees, by id. */
  shownTo(kind: ClientKind): ReadonlyMap<string, BreakpointResource>;
}

/** Whether a client is stopped before a change, and after it. */
export interface KillChange {
  readonly before: boolean;
  readonly after: boolean;
}

/** Our agents see every breakpoint. */
const OWN: ClientKind = clientKindOf(AGENT_USER_AGENT_PREFIX);

/** Looks at a state at an instant. */
export function createStateView(state: ServiceState, nowMs: number): StateView {
  const shown = new Map<ClientKind, ReadonlyMap<string, BreakpointResource>>();
  const frames = { running: new Map<ClientKind, Buffer>(), killed: new Map<ClientKind, Buffer>() };
  const isServiceKilled = state.killed.global || state.killed.service;
  const killedAgents = new Set(state.killed.agents);

  function shownTo(kind: ClientKind): ReadonlyMap<string, BreakpointResource> {
    let known = shown.get(kind);
    if (known === undefined) {
      const visible = breakpointsShownTo(kind, state.breakpoints, nowMs);
      known = new Map(visible.map((breakpoint) => [breakpoint.id, breakpoint]));
      shown.set(kind, known);
    }
    return known;
  }

  return {
    state,
    // Seldom is one agent killed by itself; asked for each of ten thousand, even a look at its id costs.
    isKilledFor: (instanceId) =>
      isServiceKilled || (killedAgents.size > 0 && instanceId !== null && killedAgents.has(instanceId)),
    shownTo,
    initFrame(kind, isKilled) {
      const known = isKilled ? frames.killed : frames.running;
      let frame = known.get(kind);
      if (frame === undefined) {
        const breakpoints = [...shownTo(kind).values()];
        const data = encodeControlState({ breakpoints, killSwitch: isKilled, version: state.version }, kind);
        frame = encodeEvent({ name: 'init', data, id: state.version });
        known.set(kind, frame);
      }
      return frame;
    },
  };
}

/**
 * The events that lead a client from one view to the next, as one frame; null when it sees no difference. A kill comes
 * first and a release last: nothing is captured under a state that is half told.
 */
export function changeFrame(
  previous: StateView,
  next: StateView,
  kind: ClientKind,
  killed: KillChange,
): Buffer | null {
  const told = createTelling(next, kind);
  if (killed.after && !killed.before) told.kill(true);
  for (const id of changedIds(previous, next, kind)) told.breakpoint(id, previous.shownTo(kind).has(id));
  if (killed.before && !killed.after) told.kill(false);
  return told.frame(previous.state.version);
}

/** The events for a client that knows all but what was touched, in the order of {@link changeFrame}; null for nothing. */
export function missedFrame(
  view: StateView,
  kind: ClientKind,
  missed: { readonly ids: Iterable<string>; readonly touchesKill: boolean; readonly since: string },
  isKilled: boolean,
): Buffer | null {
  const told = createTelling(view, kind);
  if (missed.touchesKill && isKilled) told.kill(true);
  for (const id of missed.ids) told.breakpoint(id, true);
  if (missed.touchesKill && !isKilled) told.kill(false);
  return told.frame(missed.since);
}

/** What differs between two views for a client of a kind; default for ours, who see everything. */
export function changedIds(previous: StateView, next: StateView, kind: ClientKind = OWN): string[] {
  const before = previous.shownTo(kind);
  const after = next.shownTo(kind);
  const deleted = [...before.keys()].filter((id) => !after.has(id));
  const changed = [...after.values()].filter((breakpoint) => {
    const known = before.get(breakpoint.id);
    return known?.version !== breakpoint.version || known.enabled !== breakpoint.enabled;
  });
  return [...deleted, ...changed.map(({ id }) => id)];
}

interface Telling {
  kill(enabled: boolean): void;
  /** As it is now, or that it is gone. */
  breakpoint(id: string, isKnown: boolean): void;
  frame(before: string): Buffer | null;
}

function createTelling(view: StateView, kind: ClientKind): Telling {
  const { version } = view.state;
  const events: { readonly name: StreamEventName; readonly data: Record<string, unknown> }[] = [];
  return {
    kill: (enabled) => void events.push({ name: 'kill_switch', data: { enabled, version } }),
    breakpoint(id, isKnown) {
      const shown = view.shownTo(kind).get(id);
      if (shown === undefined) events.push({ name: 'breakpoint_deleted', data: { id, version } });
      else {
        const name = isKnown ? 'breakpoint_updated' : 'breakpoint_created';
        events.push({ name, data: { ...encodeBreakpoint(shown, kind), version } });
      }
    },
    frame(before) {
      if (events.length === 0) return null;
      // A client that is cut off half-way must not come back as if it knew the rest: only the last one gives its version.
      const last = events.length - 1;
      return Buffer.concat(
        events.map((event, index) => encodeEvent({ ...event, id: index === last ? version : before })),
      );
    },
  };
}
