import type { ReactElement, ReactNode } from 'react';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { AgentSpread } from '../breakpoints/agent-spread.tsx';
import type { MarkState } from '../source/line-mark.ts';
import { markWords } from './line-marks.ts';
import { MarkIcon } from './mark-legend.tsx';

/** How one breakpoint of a line stands in the instances. */
export function LineReport({
  breakpoint,
  agents,
  state,
  children,
}: {
  readonly breakpoint: BreakpointResource;
  readonly agents: readonly AgentSummary[];
  /** Given where the line has several, and its own state is not that of each. */
  readonly state?: MarkState;
  /** What can be done with it. */
  readonly children?: ReactNode;
}): ReactElement {
  const { id, columnNumber, condition } = breakpoint;
  return (
    <div className="line-reports" data-testid="line-report">
      {columnNumber === undefined ? (
        state !== undefined && <strong>Whole line</strong>
      ) : (
        <strong>Column {columnNumber}</strong>
      )}
      {state !== undefined && (
        <span className="line-state">
          <MarkIcon name={state} />
          {markWords(state)}
        </span>
      )}
      <span className="faint">Agents:</span>
      <AgentSpread breakpointId={id} agents={agents} />
      {condition !== null && (
        <span>
          when <code className="break-anywhere">{condition}</code>
        </span>
      )}
      {children}
    </div>
  );
}
