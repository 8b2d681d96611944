import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { breakpointName } from '../breakpoints/breakpoint-state.ts';
import { agentsQuery, breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { redactionName, REDACTION_TYPES } from '../../../wording/redaction.ts';
import { shortId } from '../../../wording/code-place.ts';
import { FilterChoice, FilterText } from './filter-field.tsx';
import { FilterTimes } from './filter-times.tsx';
import type { SnapshotFilter } from './snapshot-filter.ts';

const MODES = [
  ['snapshot', 'Snapshots'],
  ['logpoint', 'Logpoints'],
] as const;
const PINS = [
  ['true', 'Pinned'],
  ['false', 'Not pinned'],
] as const;
const FLAGS = REDACTION_TYPES.map((type) => [type, redactionName(type)] as const);

type TextFilter = 'breakpoint' | 'instance' | 'flag' | 'mode' | 'pinned' | 'file' | 'trace';

/** The filters that are not needed every day. */
export function FilterPanel({
  service,
  filter,
  onFilter,
}: {
  /** The one service that the list is of, if it is of one. */
  readonly service: ServiceAddress | null;
  readonly filter: SnapshotFilter;
  readonly onFilter: (filter: SnapshotFilter) => void;
}): ReactElement {
  const change = (fields: Partial<SnapshotFilter>): void => onFilter({ ...filter, ...fields });
  const bind = (field: TextFilter): { value: string; onValue: (value: string) => void } => ({
    value: filter[field],
    onValue: (value) => change({ [field]: value }),
  });
  const isOfOne = service !== null;
  const address = service ?? { environment: '', serviceName: '' };
  const { data: breakpoints = [] } = useQuery({ ...breakpointsQuery(address), enabled: isOfOne });
  const { data: agents = [] } = useQuery({ ...agentsQuery(address), enabled: isOfOne });
  return (
    <section className="filter-panel" aria-label="More filters" data-testid="filter-panel">
      {isOfOne ? (
        <FilterChoice
          {...bind('breakpoint')}
          label="Breakpoint"
          any="Any breakpoint"
          options={breakpoints.map((breakpoint) => [breakpoint.id, breakpointName(breakpoint)])}
        />
      ) : (
        <FilterText {...bind('breakpoint')} label="Breakpoint" placeholder="Id" mono />
      )}
      {isOfOne ? (
        <FilterChoice
          {...bind('instance')}
          label="Instance"
          any="Any instance"
          options={agents.map(({ instanceId, status, address: from }) => [
            instanceId,
            `${status === null ? from : `${status.host}, pid ${status.pid}`} (${shortId(instanceId)})`,
          ])}
        />
      ) : (
        <FilterText {...bind('instance')} label="Instance" placeholder="Id" mono />
      )}
      <FilterChoice {...bind('flag')} label="Scrubbed" any="Anything or nothing" options={FLAGS} />
      <FilterChoice {...bind('mode')} label="Kind" any="Snapshots and logpoints" options={MODES} />
      <FilterChoice {...bind('pinned')} label="Pinned" any="Pinned or not" options={PINS} />
      <FilterText {...bind('file')} label="File" placeholder="The whole path" mono />
      <FilterText {...bind('trace')} label="Trace id" mono />
      <FilterTimes
        labels={['Received from', 'Received before']}
        filter={filter}
        onTimes={(times) => change({ ...times, last: '' })}
      />
    </section>
  );
}
