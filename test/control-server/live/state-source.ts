import type { BreakpointResource, KillSwitch } from '../../../src/protocol/api.ts';
import type { ControlChange, ServiceRef, ServiceState } from '../../../control-server/store/service-store.ts';
import { aBreakpointResource } from '../../helpers/a-breakpoint.ts';

/** A breakpoint with nothing special about it, on a label of its own. */
export function breakpoint(
  fields: Partial<BreakpointResource> & { readonly id: string },
): BreakpointResource {
  return aBreakpointResource({ label: `label-${fields.id}`, ...fields });
}

/** Committed state whose reads can be held back, as those of a busy database are. */
export interface StateSource {
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  /** Reads so far. */
  readonly reads: () => number;
  /** Runs before each read is answered; what was read is what was committed before it. */
  readonly holdReads: (hold: (() => Promise<void>) | null) => void;
  readonly put: (item: BreakpointResource) => ControlChange;
  readonly remove: (id: string) => ControlChange;
  /** @param name of the service, or the instance id of the agent */
  readonly setKill: (scope: KillSwitch['scope'], on: boolean, name?: string) => ControlChange;
  readonly version: () => string;
}

/** An empty state of one environment, `default`. */
export function createStateSource(): StateSource {
  const breakpoints = new Map<string, BreakpointResource>();
  const killedServices = new Set<string>();
  const killedAgents = new Set<string>();
  let isKilled = false;
  let rev = 0;
  let reads = 0;
  let hold: (() => Promise<void>) | null = null;
  const version = (): string => `1700000000000-${rev}`;

  return {
    async readState({ environment, serviceName }) {
      reads++;
      const state: ServiceState = {
        environment,
        serviceName,
        breakpoints: [...breakpoints.values()].filter((item) => item.serviceName === serviceName),
        killed: { global: isKilled, service: killedServices.has(serviceName), agents: [...killedAgents] },
        version: version(),
      };
      await hold?.();
      return state;
    },
    reads: () => reads,
    holdReads: (next) => {
      hold = next;
    },
    put(item) {
      const known = breakpoints.get(item.id);
      const next = { ...item, version: known === undefined ? 1 : known.version + 1 };
      breakpoints.set(item.id, next);
      rev++;
      const kind = known === undefined ? 'breakpoint_created' : 'breakpoint_updated';
      return { kind, breakpoint: next, version: version() };
    },
    remove(id) {
      const known = breakpoints.get(id);
      if (known === undefined) throw new Error(`There is no breakpoint ${id}.`);
      breakpoints.delete(id);
      rev++;
      return { kind: 'breakpoint_deleted', breakpoint: known, version: version() };
    },
    setKill(scope, on, name = 'shop') {
      const names = scope === 'agent' ? killedAgents : killedServices;
      if (scope === 'global') isKilled = on;
      else if (on) names.add(name);
      else names.delete(name);
      rev++;
      return {
        kind: 'kill_switch',
        killSwitch: {
          scope,
          serviceName: scope === 'service' ? name : null,
          environment: null,
          instanceId: scope === 'agent' ? name : null,
          on,
          reason: null,
          by: 'tester',
          at: '2026-11-20T00:00:00.000Z',
          expiresAt: null,
          written: true,
        },
        versions: { default: version() },
      };
    },
    version,
  };
}
