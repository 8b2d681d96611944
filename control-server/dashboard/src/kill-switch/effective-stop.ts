import type { AgentSummary, KillSwitch } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';

/** The switches that are on and concern one service; it captures only when there is none. */
export interface EffectiveStop {
  readonly global: KillSwitch | null;
  /** At most two: for this environment, and for the service in every environment. */
  readonly service: readonly KillSwitch[];
}

/** Which switches stop this service. */
export function effectiveStop(switches: readonly KillSwitch[], service: ServiceAddress): EffectiveStop {
  return {
    global: globalStop(switches),
    service: switches.filter(
      (killSwitch) =>
        killSwitch.on &&
        killSwitch.scope === 'service' &&
        killSwitch.serviceName === service.serviceName &&
        (killSwitch.environment === null || killSwitch.environment === service.environment),
    ),
  };
}

/** The global switch while it is on. */
export function globalStop(switches: readonly KillSwitch[]): KillSwitch | null {
  return switches.find((killSwitch) => killSwitch.on && killSwitch.scope === 'global') ?? null;
}

/** The switch of one instance while it is on. */
export function agentStop(switches: readonly KillSwitch[], instanceId: string): KillSwitch | null {
  return switches.find((killSwitch) => killSwitch.on && killSwitch.instanceId === instanceId) ?? null;
}

/** How far a stop has arrived. */
export interface StopProgress {
  readonly stopped: number;
  /** Agents that report what they do. */
  readonly reporting: number;
  /** Clients of other languages, which do not say. */
  readonly silent: number;
}

/** How many agents say that they are stopped. */
export function stopProgress(agents: readonly AgentSummary[]): StopProgress {
  const present = agents.filter(({ connectionLostAt }) => connectionLostAt === null);
  const reporting = present.filter((agent) => agent.status !== null);
  return {
    stopped: reporting.filter((agent) => agent.status?.capture === 'killed').length,
    reporting: reporting.length,
    silent: present.length - reporting.length,
  };
}
