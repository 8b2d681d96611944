import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { breakpointTitle } from '../breakpoints/breakpoint-state.ts';
import { usePendingDeletions } from '../breakpoints/pending-deletions.tsx';
import { servicePath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';
import { writeFilter } from '../snapshots/snapshot-filter.ts';
import { countOf } from '../../../wording/quantity.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { CursorLine } from '../source/source-editor.ts';
import { markWords } from './line-marks.ts';
import type { MarkedLine, PlacedBreakpoint } from './line-marks.ts';
import { LinePlaces } from './line-places.tsx';
import { LineReport } from './line-report.tsx';
import { MarkIcon } from './mark-legend.tsx';

/** The line of the cursor: what captures there, how that goes, and everything that the margin can do, as buttons. */
export function LineBar({
  service,
  line,
  mark,
  agents,
  mayChange,
  isBusy,
  link,
  onToggle,
  onPlace,
  onForm,
  onChange,
}: {
  readonly service: ServiceAddress;
  readonly line: CursorLine;
  readonly mark: MarkedLine | undefined;
  readonly agents: readonly AgentSummary[];
  readonly mayChange: boolean;
  readonly isBusy: boolean;
  /** Address of this line. */
  readonly link: string;
  readonly onToggle: () => void;
  /** A column, or null for the whole line. */
  readonly onPlace: (columnNumber: number | null) => void;
  readonly onForm: () => void;
  readonly onChange: (breakpoint: BreakpointResource) => void;
}): ReactElement {
  const { lineNumber, hasCode, places } = line;
  const placed = mark?.placed ?? [];
  const isLeaving = mark?.state === 'leaving';
  const [only] = placed.length === 1 ? placed : [];
  return (
    <section className="line-bar" aria-label={`Line ${lineNumber}`} data-testid="line-bar">
      <div className="line-facts">
        <strong className="number">Line {lineNumber}</strong>
        <span role="status" className="line-state" data-testid="line-state">
          {typeof mark?.state === 'string' && <MarkIcon name={mark.state} />}
          {stateWords(mark, hasCode)}
        </span>
        <CopyButton compact label="Copy a link to this line" text={() => location.origin + link} />
        <span className="spacer" />
        {only !== undefined && <Snapshots service={service} breakpoint={only.breakpoint} />}
        {mayChange && (
          <>
            {!isLeaving && (only !== undefined || (placed.length === 0 && hasCode)) && (
              <Button onClick={onForm} disabled={isBusy} title="Shift F9">
                {only === undefined ? 'With a condition…' : 'Change…'}
              </Button>
            )}
            <Button
              tone={placed.length === 0 ? 'primary' : 'plain'}
              disabled={isBusy || (placed.length === 0 && !hasCode)}
              onClick={onToggle}
              data-testid="toggle-breakpoint"
            >
              {placed.length === 0
                ? 'Set breakpoint'
                : isLeaving
                  ? 'Undo'
                  : placed.length === 1
                    ? 'Delete'
                    : 'Delete all'}
              <kbd aria-hidden="true">F9</kbd>
            </Button>
          </>
        )}
      </div>
      {mayChange && <LinePlaces places={places} placed={placed} isBusy={isBusy} onPlace={onPlace} />}
      {placed
        .filter(({ state }) => state !== 'leaving')
        .map(({ breakpoint, state }) => (
          <LineReport
            key={breakpoint.id}
            breakpoint={breakpoint}
            agents={agents}
            {...(only === undefined && { state })}
          >
            {only === undefined && (
              <>
                <Snapshots service={service} breakpoint={breakpoint} />
                {mayChange && (
                  <Button
                    tone="quiet"
                    about={breakpointTitle(breakpoint)}
                    onClick={() => onChange(breakpoint)}
                    disabled={isBusy}
                  >
                    Change…
                  </Button>
                )}
              </>
            )}
          </LineReport>
        ))}
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

function stateWords(mark: MarkedLine | undefined, hasCode: boolean): string {
  const state = mark?.state ?? null;
  if (state === null) return hasCode ? 'No breakpoint' : 'No code on this line';
  const count = mark?.placed.length ?? 0;
  return count < 2 ? markWords(state) : countOf(count, 'breakpoint');
}

function Snapshots({
  service,
  breakpoint,
}: {
  readonly service: ServiceAddress;
  readonly breakpoint: BreakpointResource;
}): ReactElement {
  return (
    <Link
      className="button button-quiet"
      aria-label={`Snapshots of ${breakpointTitle(breakpoint)}`}
      href={servicePath(service) + writeFilter({ breakpoint: breakpoint.id })}
    >
      Snapshots
    </Link>
  );
}

/** Deletes the breakpoints of a line with a time to undo it, or takes that back. */
export function useDeletion(): (placed: readonly PlacedBreakpoint[]) => void {
  const { pending, schedule, undo } = usePendingDeletions();
  return (placed) => {
    const leaving = placed.filter(({ breakpoint }) => pending.has(breakpoint.id));
    if (leaving.length === 0) schedule(placed.map(({ breakpoint }) => breakpoint));
    else undo(leaving.map(({ breakpoint }) => breakpoint.id));
  };
}
