import type { ReactElement } from 'react';
import type { AgentSummary, BreakpointResource, LabelTotals } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { BreakpointRow } from './breakpoint-row.tsx';

/** The breakpoints of a service in rows, some of them selected. */
export function BreakpointsTable({
  service,
  breakpoints,
  agents,
  counts,
  selectedIds,
  onSelect,
  onEdit,
  onDuplicate,
}: {
  readonly service: ServiceAddress;
  readonly breakpoints: readonly BreakpointResource[];
  readonly agents: readonly AgentSummary[];
  /** What the agents counted by label. */
  readonly counts: readonly LabelTotals[];
  readonly selectedIds: ReadonlySet<string>;
  readonly onSelect: (breakpoints: readonly BreakpointResource[]) => void;
  readonly onEdit: (breakpoint: BreakpointResource) => void;
  readonly onDuplicate: (breakpoint: BreakpointResource) => void;
}): ReactElement {
  const mayChange = useMayChange();
  const callsByLabel = new Map(counts.map((totals) => [totals.label, totals]));
  const selected = breakpoints.filter(({ id }) => selectedIds.has(id));
  return (
    <table className="table breakpoints" data-testid="breakpoints-table">
      <TableHead
        before={
          mayChange && (
            <th scope="col" className="cell-select">
              <input
                type="checkbox"
                aria-label="Select all breakpoints of the list"
                checked={selected.length === breakpoints.length}
                ref={(box) => {
                  if (box !== null)
                    box.indeterminate = selected.length > 0 && selected.length < breakpoints.length;
                }}
                onChange={(event) => onSelect(event.currentTarget.checked ? breakpoints : [])}
                data-testid="select-all"
              />
            </th>
          )
        }
        columns={[
          'On',
          'Breakpoint',
          'Condition',
          { number: 'Hits' },
          'Calls since start',
          'Agents',
          'Last hit',
        ]}
        hasActions
      />
      <tbody>
        {breakpoints.map((breakpoint) => (
          <BreakpointRow
            key={breakpoint.id}
            breakpoint={breakpoint}
            calls={breakpoint.label === null ? undefined : callsByLabel.get(breakpoint.label)}
            agents={agents}
            service={service}
            isSelected={selectedIds.has(breakpoint.id)}
            onSelect={(isSelected) =>
              onSelect(
                isSelected ? [...selected, breakpoint] : selected.filter(({ id }) => id !== breakpoint.id),
              )
            }
            onEdit={() => onEdit(breakpoint)}
            onDuplicate={() => onDuplicate(breakpoint)}
          />
        ))}
      </tbody>
    </table>
  );
}
