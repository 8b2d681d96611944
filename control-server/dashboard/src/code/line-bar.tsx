import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { AgentSpread } from '../breakpoints/agent-spread.tsx';
import { usePendingDeletions } from '../breakpoints/pending-deletions.tsx';
import { servicePath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';
import { writeFilter } from '../snapshots/snapshot-filter.ts';
import { countOf } from '../text/quantity.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { LineMark } from '../source/line-mark.ts';
import type { MarkedLine } from './line-marks.ts';
import { LINE_STATE_WORDS } from './line-state.ts';
import { MarkIcon } from './mark-legend.tsx';

/** The line of the cursor: what captures there, how that goes, and everything that the margin can do, as buttons. */
export function LineBar({
  service,
  lineNumber,
  hasCode,
  mark,
  agents,
  mayChange,
  isBusy,
  link,
  onToggle,
  onForm,
}: {
  readonly service: ServiceAddress;
  readonly lineNumber: number;
  readonly hasCode: boolean;
  readonly mark: MarkedLine | undefined;
  readonly agents: readonly AgentSummary[];
  readonly mayChange: boolean;
  readonly isBusy: boolean;
  /** Address of this line. */
  readonly link: string;
  readonly onToggle: () => void;
  readonly onForm: () => void;
}): ReactElement {
  const breakpoint = mark?.breakpoint ?? null;
  const state = mark?.state ?? null;
  const isLeaving = state === 'leaving';
  return (
    <section className="line-bar" aria-label={`Line ${lineNumber}`} data-testid="line-bar">
      <div className="line-facts">
        <strong className="number">Line {lineNumber}</strong>
        <span role="status" className="line-state" data-testid="line-state">
          {state !== null && <MarkIcon name={state} />}
          {stateWords(state, hasCode)}
        </span>
        <CopyButton compact label="Copy a link to this line" text={() => location.origin + link} />
        <span className="spacer" />
        {breakpoint !== null && (
          <Link
            className="button button-quiet"
            href={servicePath(service) + writeFilter({ breakpoint: breakpoint.id })}
          >
            Snapshots
          </Link>
        )}
        {mayChange && (
          <>
            {!isLeaving && (breakpoint !== null || hasCode) && (
              <Button onClick={onForm} disabled={isBusy} title="Shift F9">
                {breakpoint === null ? 'With a condition…' : 'Change…'}
              </Button>
            )}
            <Button
              tone={breakpoint === null ? 'primary' : 'plain'}
              disabled={isBusy || (breakpoint === null && !hasCode)}
              onClick={onToggle}
              data-testid="toggle-breakpoint"
            >
              {breakpoint === null ? 'Set breakpoint' : isLeaving ? 'Undo' : 'Delete'}
              <kbd aria-hidden="true">F9</kbd>
            </Button>
          </>
        )}
      </div>
      {breakpoint !== null && !isLeaving && (
        <Reports breakpoint={breakpoint} others={mark?.others ?? 0} agents={agents} />
      )}
      {mark !== undefined && mark.labels.length > 0 && (
        <p className="line-labels">
          <MarkIcon name="label" /> Captured here by label:
          {mark.labels.map(({ id, label }) => (
            <Link key={id} href={servicePath(service) + writeFilter({ label: label ?? '' })}>
              {label}
            </Link>
          ))}
        </p>
      )}
    </section>
  );
}

function stateWords(state: LineMark['state'], hasCode: boolean): string {
  if (state === null) return hasCode ? 'No breakpoint' : 'No code on this line';
  return state === 'leaving' ? 'Is being deleted' : LINE_STATE_WORDS[state];
}

function Reports({
  breakpoint,
  others,
  agents,
}: {
  readonly breakpoint: BreakpointResource;
  readonly others: number;
  readonly agents: readonly AgentSummary[];
}): ReactElement {
  return (
    <div className="line-reports">
      <span className="faint">Agents:</span>
      <AgentSpread breakpointId={breakpoint.id} agents={agents} />
      {breakpoint.condition !== null && (
        <span>
          when <code className="break-anywhere">{breakpoint.condition}</code>
        </span>
      )}
      {others > 0 && <span>and {countOf(others, 'more breakpoint')} on this line</span>}
    </div>
  );
}

/** Deletes the breakpoint of a line with a time to undo it, or takes that back. */
export function useDeletion(): (breakpoint: BreakpointResource) => void {
  const { pending, schedule, undo } = usePendingDeletions();
  return (breakpoint) => (pending.has(breakpoint.id) ? undo(breakpoint.id) : schedule([breakpoint]));
}
