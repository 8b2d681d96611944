import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { agentsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { AgentCard } from './agent-card.tsx';

/** The running instances of a service, and how each one is. */
export function AgentsTab({ service }: { readonly service: ServiceAddress }): ReactElement {
  const agents = useQuery(agentsQuery(service));
  if (agents.data === undefined) {
    return agents.isError ? (
      <FailureNotice error={agents.error} onRetry={() => void agents.refetch()} />
    ) : (
      <Skeleton />
    );
  }
  if (agents.data.length === 0) {
    return (
      <EmptyState title="No agent is online">
        <p>
          An instance appears here as soon as it starts with a valid key, and leaves a minute after it was
          last heard.
        </p>
      </EmptyState>
    );
  }
  const sorted = agents.data.toSorted(
    (a, b) =>
      (a.status?.host ?? a.address).localeCompare(b.status?.host ?? b.address) ||
      a.connectedAt.localeCompare(b.connectedAt),
  );
  return (
    <ul className="agents" data-testid="agents">
      {sorted.map((agent) => (
        <AgentCard key={agent.instanceId} agent={agent} />
      ))}
    </ul>
  );
}
