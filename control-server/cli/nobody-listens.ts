import type { AgentSummary } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';
import { toPlainLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** Says so when no agent of a service is connected: a name with a typing mistake is otherwise taken in silence. */
export async function noteWhenNobodyListens(
  terminal: Terminal,
  api: ApiClient,
  serviceName: string,
  environment: string | undefined,
): Promise<void> {
  const filter = new URLSearchParams({ service: serviceName });
  if (environment !== undefined) filter.set('environment', environment);
  let agents: readonly AgentSummary[];
  try {
    agents = await api.get<readonly AgentSummary[]>(`/api/agents?${filter.toString()}`);
  } catch {
    // What was asked for is done: the command has not failed because this could not be looked up.
    return;
  }
  if (agents.some((agent) => agent.streaming)) return;
  const where = environment === undefined ? '' : ` in ${toPlainLine(environment)}`;
  terminal.note(
    `No agent of ${toPlainLine(serviceName)}${where} is connected now: it holds for those that connect later.`,
  );
}
