import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { countOf, formatCount } from '../text/quantity.ts';
import { Button } from '../ui/button.tsx';
import { SearchField } from '../ui/search-field.tsx';
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
}: {
  readonly service: ServiceAddress;
  readonly filter: SnapshotFilter;
  readonly onFilter: (filter: SnapshotFilter) => void;
  readonly isPaused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly held: number;
  readonly onShowHeld: () => void;
  readonly arrived: number;
}): ReactElement {
  const { data: breakpoints = [] } = useQuery(breakpointsQuery(service));
  const labels = new Set(breakpoints.flatMap((breakpoint) => breakpoint.label ?? []));
  if (filter.label !== '') labels.add(filter.label);
  const announcement = useAnnouncement(arrived);
  return (
    <div className="toolbar">
      <select
        className="input select"
        aria-label="Label"
        value={filter.label}
        onChange={(event) => onFilter({ ...filter, label: event.currentTarget.value })}
        data-testid="label-filter"
      >
        <option value="">All labels</option>
        {[...labels]
          .toSorted((a, b) => a.localeCompare(b))
          .map((label) => (
            <option key={label}>{label}</option>
          ))}
      </select>
      <TextFilter text={filter.text} onText={(text) => onFilter({ ...filter, text })} />
      <span className="spacer" />
      {held > 0 && (
        <Button tone="primary" icon="up" onClick={onShowHeld} data-testid="show-held">
          {countOf(held, 'new snapshot')}
        </Button>
      )}
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
