import type { ReactElement } from 'react';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { Status } from '../ui/chip.tsx';
import { AgentReports } from './agent-reports.tsx';
import { spreadOf } from './breakpoint-state.ts';
import { refusalWords } from './refusal-words.ts';

const STAGE_MEANINGS = {
  emitting: 'captured at least once',
  installed: 'ready, no call was captured yet',
  waiting: 'the file of its line is not loaded yet',
  received: 'the agent knows of it; its code was not reached yet, or the breakpoint is off',
} as const;

/** On how many agents a breakpoint is in place, how far it came there, and why it cannot capture elsewhere. */
export function AgentSpread({
  breakpointId,
  agents,
}: {
  readonly breakpointId: string;
  readonly agents: readonly AgentSummary[];
}): ReactElement {
  const spread = spreadOf(breakpointId, agents);
  if (spread.agents === 0) return <span className="faint">none online</span>;
  return (
    <span className="spread">
      {spread.refusals.map(({ reason, agents: refusing }) => {
        const { title, words } = refusalWords(reason);
        return (
          <span key={reason} className="spread-refusal">
            <Status tone="stop">
              {title} on {refusing} of {spread.agents}
            </Status>
            <span className="sub-line break-anywhere">{words}</span>
          </span>
        );
      })}
      {(spread.inPlace > 0 || spread.refusals.length === 0) && (
        <Status tone={spread.inPlace > 0 ? 'ok' : 'neutral'}>
          {spread.inPlace} of {spread.agents}
        </Status>
      )}
      <AgentReports breakpointId={breakpointId} agents={agents}>
        {spread.stages.length === 0
          ? 'each agent'
          : spread.stages.map(({ state, agents: count }) => (
              <span key={state} title={STAGE_MEANINGS[state]}>
                {count} {state}
              </span>
            ))}
      </AgentReports>
    </span>
  );
}
