import { ProblemError } from '../http/problem.ts';
import type { AgentClient, Live } from '../live/live.ts';

/** Refuses an agent that is one too many for its key, with 429. Those that are there stay. */
export function admit(client: AgentClient, live: Pick<Live, 'admits'>): void {
  if (live.admits(client)) return;
  throw new ProblemError(
    429,
    'too_many_agents',
    'As many agents as one key allows are there. Use another key, or ask an administrator to raise the limit.',
    { headers: { 'retry-after': '60' } },
  );
}
