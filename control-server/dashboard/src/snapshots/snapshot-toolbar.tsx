import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import type { SnapshotQuery } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMaySeeValues } from '../session/value-right.ts';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { Button } from '../ui/button.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { ExportMenu } from './export-menu.tsx';
import { countPanelFilters, FilterChips } from './filter-chips.tsx';
import { FilterPanel } from './filter-panel.tsx';
import { LabelFilter, ServiceFilter } from './place-filters.tsx';
import { TIME_RANGES } from './snapshot-filter.ts';
import type { SnapshotFilter } from './snapshot-filter.ts';

/** Typing settles for this long before the list is asked for. */
const SETTLE_MS = 250;
/** Screen readers hear of new snapshots at most this often. */
const ANNOUNCE_MS = 10_000;

/** Filters, and the pause with what came in meanwhile. */
export function SnapshotToolbar({
  service,
  filter,
  onFilter,
  isPaused,
  onPause,
  held,
  onShowHeld,
  arrived,
  request,
}: {
  /** Null: the list is of every service. */
  readonly service: ServiceAddress | null;
  readonly filter: SnapshotFilter;
  readonly onFilter: (filter: SnapshotFilter) => void;
  readonly isPaused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly held: number;
  readonly onShowHeld: () => void;
  readonly arrived: number;
  readonly request: SnapshotQuery;
}): ReactElement {
  const [isPanelOpen, setIsPanelOpen] = useState(false);
  const maySeeValues = useMaySeeValues();
  const announcement = useAnnouncement(arrived);
  const { service: serviceName, environment } = request;
  const ofOne = serviceName !== undefined && environment !== undefined ? { serviceName, environment } : null;
  const set = countPanelFilters(filter);
  return (
    <>
      <div className="toolbar toolbar-filters">
        <TextFilter text={filter.text} onText={(text) => onFilter({ ...filter, text })} />
        {service === null && <ServiceFilter filter={filter} onFilter={onFilter} />}
        <LabelFilter service={ofOne} filter={filter} onFilter={onFilter} />
        <select
          className="input select"
          aria-label="Time"
          value={filter.from !== '' || filter.to !== '' ? 'between' : filter.last}
          onChange={(event) => {
            const { value } = event.currentTarget;
            if (value === 'between') setIsPanelOpen(true);
            else onFilter({ ...filter, last: value, from: '', to: '' });
          }}
          data-testid="time-filter"
        >
          <option value="">Any time</option>
          {Object.entries(TIME_RANGES).map(([range, { words }]) => (
            <option key={range} value={range}>
              {words}
            </option>
          ))}
          <option value="between">Between…</option>
        </select>
        <Button
          icon="filter"
          aria-expanded={isPanelOpen}
          onClick={() => setIsPanelOpen(!isPanelOpen)}
          data-testid="more-filters"
        >
          Filters{set > 0 ? ` (${set})` : ''}
        </Button>
        <span className="spacer" />
        {held > 0 && (
          <Button tone="primary" icon="up" onClick={onShowHeld} data-testid="show-held">
            {countOf(held, 'new snapshot')}
          </Button>
        )}
        {maySeeValues && <ExportMenu query={request} />}
        <Button
          icon={isPaused ? 'play' : 'pause'}
          aria-pressed={isPaused}
          onClick={() => onPause(!isPaused)}
          data-testid="pause"
        >
          {isPaused ? `Resume${held > 0 ? ` (${formatCount(held)})` : ''}` : 'Pause'}
        </Button>
        <span className="visually-hidden" aria-live="polite">
          {announcement}
        </span>
      </div>
      {isPanelOpen && <FilterPanel service={ofOne} filter={filter} onFilter={onFilter} />}
      <FilterChips filter={filter} onFilter={onFilter} />
    </>
  );
}

function TextFilter({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
}): ReactElement {
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  const send = useRef(onText);
  useEffect(() => {
    send.current = onText;
  });
  useEffect(() => {
    // Changed elsewhere, by a link or a button: the field follows. What it has sent itself comes back later than the
    // next letter is typed, and must not undo it.
    if (text !== sent.current) setTyped(text);
    sent.current = text;
  }, [text]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      send.current(typed);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return <SearchField id="snapshot-filter" label="Filter snapshots" value={typed} onChange={setTyped} />;
}

/** `3 new snapshots`, said once in a while instead of for every row. */
function useAnnouncement(arrived: number): string {
  const [said, setSaid] = useState({ upTo: 0, text: '' });
  useEffect(() => {
    if (arrived <= said.upTo) return;
    const timer = setTimeout(
      () => setSaid({ upTo: arrived, text: countOf(arrived - said.upTo, 'new snapshot') }),
      said.upTo === 0 ? 1_000 : ANNOUNCE_MS,
    );
    return () => clearTimeout(timer);
  }, [arrived, said]);
  return said.text;
}
