import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { AgentSummary, BreakpointResource, LabelTotals } from '../../../../src/protocol/api.ts';
import { codePath } from '../code/code-place.ts';
import { servicePath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { writeFilter } from '../snapshots/snapshot-filter.ts';
import { fullPlace, shortPlace } from '../../../wording/code-place.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { formatInstant, formatRemaining } from '../../../wording/time.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { Toggle } from '../ui/field.tsx';
import { AgentSpread } from './agent-spread.tsx';
import { breakpointName, lifeOf } from './breakpoint-state.ts';
import { useBreakpointSwitch } from './breakpoint-switch.ts';
import { CallCounts } from './call-counts.tsx';
import { costWords, lineActivity, outcomeWords } from './line-activity.ts';
import { usePendingDeletions } from './pending-deletions.tsx';

/** One breakpoint: its switch, its place, what it did and where it is in place. */
export function BreakpointRow({
  breakpoint,
  calls,
  agents,
  service,
  isSelected,
  onSelect,
  onEdit,
  onDuplicate,
}: {
  readonly breakpoint: BreakpointResource;
  /** What the agents counted for its label. */
  readonly calls: LabelTotals | undefined;
  readonly agents: readonly AgentSummary[];
  readonly service: ServiceAddress;
  readonly isSelected: boolean;
  readonly onSelect: (isSelected: boolean) => void;
  readonly onEdit: () => void;
  readonly onDuplicate: () => void;
}): ReactElement {
  const mayChange = useMayChange();
  const deletions = usePendingDeletions();
  const switchTo = useBreakpointSwitch(service, breakpoint);
  const isLeaving = deletions.pending.has(breakpoint.id);
  const name = breakpointName(breakpoint);
  const { filePath, lineNumber, columnNumber } = breakpoint;
  return (
    <tr
      data-testid="breakpoint-row"
      data-label-name={breakpoint.label ?? undefined}
      className={isLeaving ? 'row-leaving' : isSelected ? 'row-selected' : undefined}
    >
      {mayChange && (
        <td className="cell-select">
          <input
            type="checkbox"
            aria-label={`Select ${name}`}
            checked={isSelected}
            disabled={isLeaving}
            onChange={(event) => onSelect(event.currentTarget.checked)}
          />
        </td>
      )}
      <td className="cell-toggle">
        <Toggle
          label={`${name} enabled`}
          hideLabel
          checked={breakpoint.enabled}
          disabled={!mayChange || isLeaving}
          onChange={switchTo}
        />
      </td>
      <th scope="row" className="cell-main">
        <span className="breakpoint-name">
          {breakpoint.label === null ? (
            <Link
              href={servicePath(service) + writeFilter({ breakpoint: breakpoint.id })}
              className="break-anywhere"
            >
              {shortPlace(filePath, lineNumber, columnNumber)}
            </Link>
          ) : (
            <Link href={servicePath(service) + writeFilter({ label: breakpoint.label })}>
              {breakpoint.label}
            </Link>
          )}
          {breakpoint.mode === 'logpoint' && <Chip>logpoint</Chip>}
          <Life breakpoint={breakpoint} />
        </span>
        <span className="sub-line" title={fullPlace(filePath, lineNumber, columnNumber)}>
          {breakpoint.functionName !== '' && <span className="mono">{breakpoint.functionName}</span>}
          {breakpoint.filePath === '' ? (
            <span className="mono faint">not reached yet</span>
          ) : (
            <Link
              className={breakpoint.label === null ? 'place-link' : 'mono faint place-link'}
              href={codePath(service, {
                file: breakpoint.filePath,
                line: breakpoint.lineNumber > 0 ? breakpoint.lineNumber : null,
                instance: null,
              })}
              aria-label={breakpoint.label === null ? `Browse Code: ${name}` : undefined}
            >
              {breakpoint.label === null ? 'Browse Code' : shortPlace(filePath, lineNumber, columnNumber)}
            </Link>
          )}
        </span>
      </th>
      <td data-label="Condition">
        {breakpoint.condition === null ? (
          <span className="faint">always</span>
        ) : (
          <code className="condition" title={breakpoint.condition}>
            {breakpoint.condition}
          </code>
        )}
      </td>
      <td data-label="Hits" className="number">
        <Hits breakpoint={breakpoint} />
      </td>
      <td data-label="Calls since start" data-testid="calls">
        {breakpoint.label === null ? (
          <LineCounts breakpointId={breakpoint.id} agents={agents} />
        ) : (
          <CallCounts totals={calls} agents={agents} />
        )}
      </td>
      <td data-label="Agents">
        <AgentSpread breakpointId={breakpoint.id} agents={agents} />
      </td>
      <td data-label="Last hit" className="muted">
        {breakpoint.lastHitAt === null ? 'never' : <Age instant={breakpoint.lastHitAt} />}
      </td>
      <td className="cell-actions">
        {isLeaving ? (
          <Button
            tone="quiet"
            about={`the deletion of ${name}`}
            onClick={() => deletions.undo([breakpoint.id])}
          >
            Undo
          </Button>
        ) : (
          mayChange && (
            <>
              <IconButton icon="edit" label={`Change ${name}`} onClick={onEdit} />
              <IconButton icon="copy" label={`Duplicate ${name}`} onClick={onDuplicate} />
              <IconButton
                icon="trash"
                label={`Delete ${name}`}
                onClick={() => deletions.schedule([breakpoint])}
                data-testid="delete-breakpoint"
              />
            </>
          )
        )}
      </td>
    </tr>
  );
}

function LineCounts({
  breakpointId,
  agents,
}: {
  readonly breakpointId: string;
  readonly agents: readonly AgentSummary[];
}): ReactElement {
  const activity = lineActivity(breakpointId, agents);
  if (activity === null || activity.hits === 0) return <span className="faint">none yet</span>;
  return (
    <>
      {outcomeWords(activity)}
      <span className="sub-line">{costWords(activity)}</span>
    </>
  );
}

function Life({ breakpoint }: { readonly breakpoint: BreakpointResource }): ReactElement | null {
  const nowMs = useNowMs();
  const life = lifeOf(breakpoint, nowMs);
  const instant = breakpoint.expireAt === null ? '' : formatInstant(breakpoint.expireAt);
  switch (life.state) {
    case 'expired':
      return (
        <Chip tone="warn" title={instant}>
          expired
        </Chip>
      );
    case 'spent':
      return <Chip tone="warn">limit reached</Chip>;
    case 'expiring':
      return <Chip title={instant}>{formatRemaining(life.leftMs)} left</Chip>;
    default:
      return null;
  }
}

function Hits({ breakpoint }: { readonly breakpoint: BreakpointResource }): ReactElement {
  if (breakpoint.maxCaptures === 0) return <>{formatCount(breakpoint.captureCount)}</>;
  return (
    <span className="hits">
      <span>
        {formatCount(breakpoint.captureCount)}
        <span className="faint"> / {formatCount(breakpoint.maxCaptures)}</span>
      </span>
      <progress
        aria-label="Hits of those allowed"
        max={breakpoint.maxCaptures}
        value={Math.min(breakpoint.captureCount, breakpoint.maxCaptures)}
      />
    </span>
  );
}
