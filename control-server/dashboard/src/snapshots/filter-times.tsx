import type { ReactElement } from 'react';
import { FilterText } from './filter-field.tsx';
import { instantOfLocal, localOfInstant } from './local-time.ts';

/** From when on and until when, in the time of the browser; each may be empty. */
export function FilterTimes({
  labels: [fromLabel, toLabel],
  filter,
  onTimes,
}: {
  readonly labels: readonly [from: string, to: string];
  readonly filter: { readonly from: string; readonly to: string };
  readonly onTimes: (times: { readonly from: string } | { readonly to: string }) => void;
}): ReactElement {
  return (
    <>
      <FilterText
        label={fromLabel}
        type="datetime-local"
        value={localOfInstant(filter.from)}
        onValue={(local) => onTimes({ from: instantOfLocal(local) })}
      />
      <FilterText
        label={toLabel}
        type="datetime-local"
        value={localOfInstant(filter.to)}
        onValue={(local) => onTimes({ to: instantOfLocal(local) })}
      />
    </>
  );
}
