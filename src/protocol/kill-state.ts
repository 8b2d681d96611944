/** Which kill switches stop a service: it captures where none of them is on. */
export interface KillState {
  readonly global: boolean;
  readonly service: boolean;
  /** Instance ids of agents that are stopped one by one, of whatever service. */
  readonly agents: readonly string[];
}

/**
 * All scopes folded together, for one agent.
 * @param instanceId null for a client that sends none, which only the wider scopes can stop
 */
export function isKilledFor(killed: KillState, instanceId: string | null): boolean {
  return killed.global || killed.service || (instanceId !== null && killed.agents.includes(instanceId));
}
