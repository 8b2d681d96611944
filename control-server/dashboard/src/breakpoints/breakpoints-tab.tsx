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
import { breakpointName } from './breakpoint-state.ts';
import { BreakpointsTable } from './breakpoints-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { ServiceOutcomes } from './service-outcomes.tsx';

/** What the form is open for: a new breakpoint, a change of one, or another like one. */
type Editing =
  | { readonly breakpoint: BreakpointResource | null; readonly isCopy: false }
  | { readonly breakpoint: BreakpointResource; readonly isCopy: true };

/** The breakpoints of a service: where it captures, under which condition, and how often it did. */
export function BreakpointsTab({ service }: { readonly service: ServiceAddress }): ReactElement {
  const breakpoints = useQuery(breakpointsQuery(service));
  const { data: agents = [] } = useQuery(agentsQuery(service));
  const { data: counts = [] } = useQuery(labelCountsQuery(service));
  const mayChange = useMayChange();
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<Editing | null>(null);
  const [selectedIds, setSelectedIds] = useState<ReadonlySet<string>>(new Set());
  const select = (chosen: readonly BreakpointResource[]): void =>
    setSelectedIds(new Set(chosen.map(({ id }) => id)));
  useShortcuts({ '/': () => document.getElementById('breakpoint-filter')?.focus() });

  const wanted = text.trim().toLowerCase();
  const shown = (breakpoints.data ?? [])
    .filter((breakpoint) =>
      `${breakpointName(breakpoint)} ${breakpoint.functionName} ${breakpoint.filePath} ${breakpoint.condition ?? ''}`
        .toLowerCase()
        .includes(wanted),
    )
    .toSorted((a, b) => breakpointName(a).localeCompare(breakpointName(b)));
  // What the filter hides is not changed with the rest.
  const selected = shown.filter(({ id }) => selectedIds.has(id));

  return (
    <>
      <div className="toolbar breakpoints-toolbar">
        <SearchField id="breakpoint-filter" label="Filter breakpoints" value={text} onChange={setText} />
        {selected.length > 0 && (
          <SelectionBar service={service} selected={selected} shown={shown} onSelect={select} />
        )}
        <span className="spacer" />
        {mayChange && (
          <Button
            tone="primary"
            icon="plus"
            onClick={() => setEditing({ breakpoint: null, isCopy: false })}
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
          <ServiceOutcomes agents={agents} outcomes={counts} />
          <BreakpointsTable
            service={service}
            breakpoints={shown}
            agents={agents}
            counts={counts}
            selectedIds={selectedIds}
            onSelect={select}
            onEdit={(breakpoint) => setEditing({ breakpoint, isCopy: false })}
            onDuplicate={(breakpoint) => setEditing({ breakpoint, isCopy: true })}
          />
        </>
      )}
      {editing !== null && (
        <BreakpointForm
          service={service}
          breakpoint={editing.isCopy ? null : editing.breakpoint}
          copyOf={editing.isCopy ? editing.breakpoint : null}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}
