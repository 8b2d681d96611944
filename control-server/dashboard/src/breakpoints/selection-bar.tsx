import type { ReactElement } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { Button } from '../ui/button.tsx';
import { useBulkSwitch } from './bulk-switch.ts';
import { usePendingDeletions } from './pending-deletions.tsx';

/** What can be done with the breakpoints that are selected. */
export function SelectionBar({
  service,
  selected,
  shown,
  onSelect,
}: {
  readonly service: ServiceAddress;
  readonly selected: readonly BreakpointResource[];
  /** Those in the list, as the filter leaves them. */
  readonly shown: readonly BreakpointResource[];
  readonly onSelect: (breakpoints: readonly BreakpointResource[]) => void;
}): ReactElement {
  const deletions = usePendingDeletions();
  const switchAll = useBulkSwitch(service);
  return (
    <div className="selection" role="group" aria-label="Selected breakpoints" data-testid="selection-bar">
      <span className="selection-count" role="status">
        {formatCount(selected.length)} selected
      </span>
      <Button
        disabled={selected.every(({ enabled }) => enabled)}
        onClick={() => void switchAll(selected, true)}
        data-testid="enable-selected"
      >
        Enable
      </Button>
      <Button
        disabled={selected.every(({ enabled }) => !enabled)}
        onClick={() => void switchAll(selected, false)}
        data-testid="disable-selected"
      >
        Disable
      </Button>
      <Button
        icon="trash"
        onClick={() => {
          deletions.schedule(selected);
          onSelect([]);
        }}
        data-testid="delete-selected"
      >
        Delete
      </Button>
      {selected.length < shown.length && (
        <Button tone="quiet" onClick={() => onSelect(shown)}>
          Select all {formatCount(shown.length)}
        </Button>
      )}
      <Button tone="quiet" onClick={() => onSelect([])}>
        Clear
      </Button>
    </div>
  );
}
