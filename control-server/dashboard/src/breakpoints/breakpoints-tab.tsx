import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { agentsQuery, breakpointsQuery, labelCountsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { BreakpointForm } from './breakpoint-form.tsx';
import { BreakpointRow } from './breakpoint-row.tsx';
import { breakpointName } from './breakpoint-state.ts';
import { ServiceOutcomes } from './service-outcomes.tsx';

/** The breakpoints of a service: where it captures, under which condition, and how often it did. */
export function BreakpointsTab({ service }: { readonly service: ServiceAddress }): ReactElement {
  const breakpoints = useQuery(breakpointsQuery(service));
  const { data: agents = [] } = useQuery(agentsQuery(service));
  const { data: counts = [] } = useQuery(labelCountsQuery(service));
  const mayChange = useMayChange();
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<BreakpointResource | 'new' | null>(null);
  useShortcuts({ '/': () => document.getElementById('breakpoint-filter')?.focus() });

  const callsByLabel = new Map(counts.map((totals) => [totals.label, totals]));
  const wanted = text.trim().toLowerCase();
  const shown = (breakpoints.data ?? [])
    .filter((breakpoint) =>
      `${breakpointName(breakpoint)} ${breakpoint.functionName} ${breakpoint.filePath} ${breakpoint.condition ?? ''}`
        .toLowerCase()
        .includes(wanted),
    )
    .toSorted((a, b) => breakpointName(a).localeCompare(breakpointName(b)));

  return (
    <>
      <div className="toolbar">
        <SearchField id="breakpoint-filter" label="Filter breakpoints" value={text} onChange={setText} />
        <span className="spacer" />
        {mayChange && (
          <Button
            tone="primary"
            icon="plus"
            onClick={() => setEditing('new')}
            data-testid="create-breakpoint"
          >
            New breakpoint
          </Button>
        )}
      </div>
      {breakpoints.data === undefined ? (
        breakpoints.isError ? (
          <FailureNotice error={breakpoints.error} onRetry={() => void breakpoints.refetch()} />
        ) : (
          <Skeleton />
        )
      ) : breakpoints.data.length === 0 ? (
        <EmptyState title="No breakpoints yet">
          <p>
            A label registers itself when your code first reaches <code>captureSnapshot('label', …)</code>.
            You can also create one here: for a label before that happens, or at any line of the running code.
          </p>
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState title="No breakpoint matches" />
      ) : (
        <>
          <ServiceOutcomes outcomes={counts} />
          <table className="table breakpoints" data-testid="breakpoints-table">
            <thead>
              <tr>
                <th scope="col">On</th>
                <th scope="col">Breakpoint</th>
                <th scope="col">Condition</th>
                <th scope="col" className="number">
                  Hits
                </th>
                <th scope="col">Calls since start</th>
                <th scope="col">Agents</th>
                <th scope="col">Last hit</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((breakpoint) => (
                <BreakpointRow
                  key={breakpoint.id}
                  breakpoint={breakpoint}
                  calls={breakpoint.label === null ? undefined : callsByLabel.get(breakpoint.label)}
                  agents={agents}
                  service={service}
                  onEdit={() => setEditing(breakpoint)}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
      {editing !== null && (
        <BreakpointForm
          service={service}
          breakpoint={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}
