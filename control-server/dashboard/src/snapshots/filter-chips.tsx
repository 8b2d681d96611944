import type { ReactElement } from 'react';
import { redactionName } from '../../../wording/redaction.ts';
import { formatInstant } from '../../../wording/time.ts';
import { Icon } from '../ui/icons.tsx';
import { NO_FILTER } from './snapshot-filter.ts';
import type { SnapshotFilter } from './snapshot-filter.ts';

/** Fields of the panel, which may be closed, with how their values read. */
const SHOWN: readonly (readonly [keyof SnapshotFilter, string, (value: string) => string])[] = [
  ['breakpoint', 'breakpoint', (id) => id],
  ['instance', 'instance', (id) => id],
  ['flag', 'scrubbed', redactionName],
  ['mode', 'kind', (mode) => mode],
  ['pinned', 'pinned', (pinned) => (pinned === 'true' ? 'yes' : 'no')],
  ['file', 'file', (path) => path],
  ['trace', 'trace', (id) => id],
  ['from', 'from', formatInstant],
  ['to', 'before', formatInstant],
];

/** How many filters of the panel are set. */
export function countPanelFilters(filter: SnapshotFilter): number {
  return SHOWN.filter(([field]) => filter[field] !== '').length;
}

/** What the list is narrowed to, each with the way to take it back. */
export function FilterChips({
  filter,
  onFilter,
}: {
  readonly filter: SnapshotFilter;
  readonly onFilter: (filter: SnapshotFilter) => void;
}): ReactElement | null {
  if (countPanelFilters(filter) === 0) return null;
  return (
    <ul className="filter-chips" aria-label="Filters that are set">
      {SHOWN.filter(([field]) => filter[field] !== '').map(([field, name, words]) => (
        <li key={field}>
          <button type="button" className="filter-chip" onClick={() => onFilter({ ...filter, [field]: '' })}>
            <span className="faint">{name}</span>
            <span className="filter-chip-value">{words(filter[field])}</span>
            <span className="visually-hidden">: remove this filter</span>
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="button button-quiet" onClick={() => onFilter(NO_FILTER)}>
          Clear all
        </button>
      </li>
    </ul>
  );
}
