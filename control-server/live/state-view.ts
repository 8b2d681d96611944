import { encodeBreakpoint } from '../../src/protocol/breakpoint.ts';
import { breakpointsShownTo } from '../../src/protocol/client-view.ts';
import type { ClientKind } from '../../src/protocol/client-view.ts';
import { encodeControlState } from '../../src/protocol/control-message.ts';
import type { StreamEventName } from '../../src/protocol/control-message.ts';
import type { BreakpointResource } from '../../src/protocol/api.ts';
import { encodeEvent } from '../http/event-stream.ts';
import type { ServiceState } from '../store/service-store.ts';

/** The state of a service as clients are shown it at one moment. Never changes; frames are encoded once. */
export interface StateView {
  readonly state: ServiceState;
  /** Global and service switch folded together. */
  readonly isKilled: boolean;
  /** The `init` event. */
  initFrame(kind: ClientKind): Buffer;
  /** What a client of that kind sees, by id. */
  shownTo(kind: ClientKind): ReadonlyMap<string, BreakpointResource>;
}

/** Looks at a state at an instant. */
export function createStateView(state: ServiceState, nowMs: number): StateView {
  const shown = new Map<ClientKind, ReadonlyMap<string, BreakpointResource>>();
  const frames = new Map<ClientKind, Buffer>();
  const isKilled = state.killed.global || state.killed.service;

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
    isKilled,
    shownTo,
    initFrame(kind) {
      let frame = frames.get(kind);
      if (frame === undefined) {
        const breakpoints = [...shownTo(kind).values()];
        const data = encodeControlState({ breakpoints, killSwitch: isKilled, version: state.version }, kind);
        frame = encodeEvent({ name: 'init', data, id: state.version });
        frames.set(kind, frame);
      }
      return frame;
    },
  };
}

/**
 * The events that lead a client from one view to the next, as one frame; null when it sees no difference. A kill comes
 * first and a release last: nothing is captured under a state that is half told.
 */
export function changeFrame(previous: StateView, next: StateView, kind: ClientKind): Buffer | null {
  const version = next.state.version;
  const events: Buffer[] = [];
  const add = (name: StreamEventName, data: Record<string, unknown>): void => {
    events.push(encodeEvent({ name, data: { ...data, version }, id: version }));
  };
  if (next.isKilled && !previous.isKilled) add('kill_switch', { enabled: true });
  const before = previous.shownTo(kind);
  const after = next.shownTo(kind);
  for (const id of before.keys()) {
    if (!after.has(id)) add('breakpoint_deleted', { id });
  }
  for (const [id, breakpoint] of after) {
    const known = before.get(id);
    if (known === undefined) add('breakpoint_created', encodeBreakpoint(breakpoint, kind));
    else if (known.version !== breakpoint.version || known.enabled !== breakpoint.enabled) {
      add('breakpoint_updated', encodeBreakpoint(breakpoint, kind));
    }
  }
  if (previous.isKilled && !next.isKilled) add('kill_switch', { enabled: false });
  return events.length === 0 ? null : Buffer.concat(events);
}
