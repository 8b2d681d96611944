import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { breakpointName } from '../breakpoints/breakpoint-state.ts';
import { agentsQuery, breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { redactionName, REDACTION_TYPES } from '../snapshot/redaction.ts';
import { shortId } from '../text/code-place.ts';
import { FilterChoice, FilterText } from './filter-field.tsx';
import { instantOfLocal, localOfInstant } from './local-time.ts';
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
  const isOfOne = service !== null;
  const address = service ?? { environment: '', serviceName: '' };
  const { data: breakpoints = [] } = useQuery({ ...breakpointsQuery(address), enabled: isOfOne });
  const { data: agents = [] } = useQuery({ ...agentsQuery(address), enabled: isOfOne });
  return (
    <section className="filter-panel" aria-label="More filters" data-testid="filter-panel">
      {isOfOne ? (
        <FilterChoice
          label="Breakpoint"
          any="Any breakpoint"
          value={filter.breakpoint}
          onValue={(breakpoint) => change({ breakpoint })}
          options={breakpoints.map((breakpoint) => [breakpoint.id, breakpointName(breakpoint)])}
        />
      ) : (
        <FilterText
          label="Breakpoint"
          placeholder="Id"
          mono
          value={filter.breakpoint}
          onValue={(breakpoint) => change({ breakpoint })}
        />
      )}
      {isOfOne ? (
        <FilterChoice
          label="Instance"
          any="Any instance"
          value={filter.instance}
          onValue={(instance) => change({ instance })}
          options={agents.map(({ instanceId, status, address: from }) => [
            instanceId,
            `${status === null ? from : `${status.host}, pid ${status.pid}`} (${shortId(instanceId)})`,
          ])}
        />
      ) : (
        <FilterText
          label="Instance"
          placeholder="Id"
          mono
          value={filter.instance}
          onValue={(instance) => change({ instance })}
        />
      )}
      <FilterChoice
        label="Scrubbed"
        any="Anything or nothing"
        value={filter.flag}
        onValue={(flag) => change({ flag })}
        options={FLAGS}
      />
      <FilterChoice
        label="Kind"
        any="Snapshots and logpoints"
        value={filter.mode}
        onValue={(mode) => change({ mode })}
        options={MODES}
      />
      <FilterChoice
        label="Pinned"
        any="Pinned or not"
        value={filter.pinned}
        onValue={(pinned) => change({ pinned })}
        options={PINS}
      />
      <FilterText
        label="File"
        placeholder="The whole path"
        mono
        value={filter.file}
        onValue={(file) => change({ file })}
      />
      <FilterText label="Trace id" mono value={filter.trace} onValue={(trace) => change({ trace })} />
      <FilterText
        label="Received from"
        type="datetime-local"
        value={localOfInstant(filter.from)}
        onValue={(local) => change({ from: instantOfLocal(local), last: '' })}
      />
      <FilterText
        label="Received before"
        type="datetime-local"
        value={localOfInstant(filter.to)}
        onValue={(local) => change({ to: instantOfLocal(local), last: '' })}
      />
    </section>
  );
}
