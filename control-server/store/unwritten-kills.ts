import type { KillSwitch } from '../../src/protocol/api.ts';
import type { KillState } from '../../src/protocol/kill-state.ts';
import { formatStateVersion, parseStateVersion } from '../../src/protocol/state-version.ts';
import type { WantedKillSwitch } from './kill-switch-store.ts';
import type { ServiceRef, ServiceState } from './service-store.ts';

/** A change of a kill switch that is in effect on this node, and that the database does not have yet. */
export type UnwrittenKill = KillSwitch & { readonly at: string };

/** Which switch is meant. */
export type KillSwitchName = Pick<KillSwitch, 'scope' | 'serviceName' | 'environment' | 'instanceId'>;

/**
 * Changes that wait to be written, in their order. Each of them counts in the version that agents are told, and each is
 * written with a version of its own: so what agents are told never goes back, whenever the database answers again.
 */
export interface UnwrittenKills {
  readonly all: readonly UnwrittenKill[];
  add(kill: UnwrittenKill): void;
  /** The latest change of a switch, or null when nothing of it waits. */
  latestOf(name: KillSwitchName): UnwrittenKill | null;
  /** Takes the first one away: it was written. */
  shift(): void;
  /** The state as the agents of this node are told. */
  applyTo(state: ServiceState): ServiceState;
  /** Which switches are on, over those that the store knows of. */
  killedFor<Killed extends Omit<KillState, 'agents'>>(ref: ServiceRef, killed: Killed): Killed;
  /** The switches as they are in effect. */
  applyToList(known: readonly KillSwitch[]): KillSwitch[];
}

/** @param loaded what an earlier run of this node left */
export function createUnwrittenKills(loaded: readonly UnwrittenKill[] = []): UnwrittenKills {
  const all: UnwrittenKill[] = [...loaded];

  function latest(): UnwrittenKill[] {
    return all.filter((kill, index) => !all.slice(index + 1).some((later) => isSameSwitch(kill, later)));
  }

  function concerning(ref: ServiceRef): UnwrittenKill[] {
    return latest().filter((kill) => {
      if (!kill.on || (kill.environment !== null && kill.environment !== ref.environment)) return false;
      return kill.scope !== 'service' || kill.serviceName === ref.serviceName;
    });
  }

  function killedFor<Killed extends Omit<KillState, 'agents'>>(ref: ServiceRef, killed: Killed): Killed {
    const here = concerning(ref);
    return {
      ...killed,
      global: killed.global || here.some(({ scope }) => scope === 'global'),
      service: killed.service || here.some(({ scope }) => scope === 'service'),
    };
  }

  return {
    all,
    add: (kill) => void all.push(kill),
    latestOf: (name) => all.findLast((kill) => isSameSwitch(kill, name)) ?? null,
    shift: () => void all.shift(),
    applyTo(state) {
      if (all.length === 0) return state;
      const agents = concerning(state).flatMap(({ instanceId }) => instanceId ?? []);
      const changes = all.filter(
        ({ environment }) => environment === null || environment === state.environment,
      ).length;
      return {
        ...state,
        killed: {
          ...killedFor(state, state.killed),
          agents: [...new Set([...state.killed.agents, ...agents])],
        },
        version: laterVersion(state.version, changes),
      };
    },
    killedFor,
    applyToList: (known) => [
      ...known.filter((stored) => !all.some((kill) => isSameSwitch(kill, stored))),
      ...latest(),
    ],
  };
}

/** A change as it is in effect before it is written. */
export function toUnwritten(wanted: WantedKillSwitch, at: string): UnwrittenKill {
  const { scope, on, reason, by } = wanted;
  return {
    scope,
    serviceName: scope === 'service' ? wanted.serviceName : null,
    environment: scope === 'agent' ? null : wanted.environment,
    instanceId: scope === 'agent' ? (wanted.instanceId ?? null) : null,
    on,
    reason,
    by,
    at,
    expiresAt: on ? (wanted.expiresAt ?? null) : null,
    written: false,
  };
}

/** Whether two changes are about one switch. */
export function isSameSwitch(left: KillSwitchName, right: KillSwitchName): boolean {
  return (
    left.scope === right.scope &&
    left.serviceName === right.serviceName &&
    left.environment === right.environment &&
    left.instanceId === right.instanceId
  );
}

function laterVersion(version: string, changes: number): string {
  const parsed = parseStateVersion(version);
  return parsed === null ? version : formatStateVersion({ ...parsed, rev: parsed.rev + changes });
}
