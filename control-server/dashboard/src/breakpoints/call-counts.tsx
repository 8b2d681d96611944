import type { ReactElement } from 'react';
import type { AgentSummary, LabelTotals } from '../../../../src/protocol/api.ts';
import { tallyDrops } from '../agents/agent-words.ts';
import { DropList } from '../agents/drop-list.tsx';
import { formatCount } from '../../../wording/quantity.ts';
import { OutcomeBar } from './outcome-bar.tsx';
import { outcomeParts } from './outcome-parts.ts';

/** What became of the calls with a label since the agents started; why some became no snapshot opens below. */
export function CallCounts({
  totals,
  agents,
}: {
  /** Undefined: no agent counted a call. */
  readonly totals: LabelTotals | undefined;
  readonly agents: readonly AgentSummary[];
}): ReactElement {
  if (agents.length === 0) return <span className="faint">no agent online</span>;
  if (totals === undefined) {
    const isReported = agents.some(({ status }) => status !== null);
    return <span className="faint">{isReported ? 'none yet' : 'not reported'}</span>;
  }
  const { suppressed, lost } = tallyDrops(totals.dropped);
  const stored = (
    <>
      {formatCount(totals.stored)} stored
      {totals.spooled > 0 && <span className="muted"> · {formatCount(totals.spooled)} kept in files</span>}
    </>
  );
  if (suppressed + lost === 0) return stored;
  return (
    <details className="call-counts">
      <summary>
        {stored}
        {suppressed > 0 && <span className="muted"> · {formatCount(suppressed)} suppressed</span>}
        {lost > 0 && <span className="call-counts-lost"> · {formatCount(lost)} lost</span>}
        <OutcomeBar parts={outcomeParts(totals)} />
      </summary>
      <DropList dropped={totals.dropped} />
    </details>
  );
}
