import type { ReactElement, ReactNode } from 'react';
import type { BreakpointActivity } from '../../../../src/protocol/agent-event.ts';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { isConnected } from '../agents/agent-words.ts';
import { shortId } from '../../../wording/code-place.ts';
import { activityWords } from './line-activity.ts';
import { refusalWords } from './refusal-words.ts';

/** What each agent says of one breakpoint, with the remedy where something stands in its way. */
export function AgentReports({
  breakpointId,
  agents,
  children,
}: {
  readonly breakpointId: string;
  readonly agents: readonly AgentSummary[];
  /** What stands there while it is closed. */
  readonly children: ReactNode;
}): ReactElement {
  return (
    <details className="call-counts" data-testid="agent-reports">
      <summary>
        <span className="sub-line">{children}</span>
      </summary>
      <ul className="agent-reports">
        {agents.map((agent) => {
          const report = agent.breakpoints.find((status) => status.breakpointId === breakpointId);
          return (
            <li key={agent.instanceId}>
              <span className="break-anywhere">
                {agent.status === null ? agent.address : `${agent.status.host}, pid ${agent.status.pid}`}{' '}
                <code className="faint">{shortId(agent.instanceId)}</code>:{' '}
                {isConnected(agent)
                  ? (report?.state ?? 'has said nothing')
                  : `not connected${report === undefined ? '' : `, was ${report.state}`}`}
              </span>
              {typeof report?.reason === 'string' && (
                <span className="sub-line break-anywhere">{refusalWords(report.reason).words}</span>
              )}
              {report?.activity !== undefined && <Activity activity={report.activity} />}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

function Activity({ activity }: { readonly activity: BreakpointActivity }): ReactElement {
  return <span className="sub-line">{activityWords(activity)}</span>;
}
