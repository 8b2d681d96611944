import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { agentStop } from '../kill-switch/effective-stop.ts';
import { ReleaseButton } from '../kill-switch/release-button.tsx';
import { StopButton } from '../kill-switch/stop-button.tsx';
import { StopFacts } from '../kill-switch/stop-facts.tsx';
import { killSwitchesQuery } from '../queries.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { Icon } from '../ui/icons.tsx';

/** An old client has no id of its own by which it could be stopped. */
const HAS_ID = /^[\da-f]{8}-/;

/** The kill switch of one instance: one click to stop it, and why it is stopped. */
export function AgentStop({ agent }: { readonly agent: AgentSummary }): ReactElement | null {
  const { data: switches = [] } = useQuery(killSwitchesQuery);
  const mayChange = useMayChange();
  const { instanceId } = agent;
  const stop = agentStop(switches, instanceId);
  if (stop === null) {
    if (!mayChange || !HAS_ID.test(instanceId)) return null;
    return (
      <div className="agent-stop">
        <StopButton
          target={{ scope: 'agent', serviceName: null, environment: null, instanceId }}
          testId="kill-switch-agent-stop"
          about={nameOf(agent)}
          title="Stops this instance alone; the others of the service go on"
        >
          Stop this agent
        </StopButton>
      </div>
    );
  }
  return (
    <div className="agent-stop stop-panel" role="status" data-testid="agent-stop-panel">
      <p className="stop-panel-title">
        <Icon name="stop" /> Stopped by its own switch
      </p>
      <StopFacts killSwitch={stop} />
      {mayChange && (
        <ReleaseButton switches={[stop]} testId="kill-switch-agent-release">
          <p>This instance starts capturing again at once, unless its service or everything is stopped.</p>
        </ReleaseButton>
      )}
    </div>
  );
}

function nameOf({ status, instanceId }: AgentSummary): string {
  return status === null ? instanceId : `on ${status.host}, pid ${status.pid}`;
}
