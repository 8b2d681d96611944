import type { ReactElement } from 'react';
import type { SearchLag } from '../../../../src/protocol/api-snapshots.ts';
import { countOf } from '../../../wording/quantity.ts';
import { formatClock, formatInstant } from '../../../wording/time.ts';
import { useNowMs } from '../ui/clock.tsx';

/** What a search for text rests on: the index follows what comes in a moment later. */
export function SearchReach({
  search,
  inPlacesOnly,
}: {
  readonly search: SearchLag | null;
  /** Who may not see values searches labels, functions and files. */
  readonly inPlacesOnly: boolean;
}): ReactElement {
  const nowMs = useNowMs();
  const through = search?.indexedThrough ?? null;
  const pending = search?.pending ?? 0;
  return (
    <p className="search-reach" role="status" data-testid="search-reach">
      {inPlacesOnly && 'Searched in labels, functions and files. '}
      {through !== null && (
        <>
          Searched up to <time title={formatInstant(through)}>{formatClock(through, nowMs)}</time>
        </>
      )}
      {through === null && pending === 0 && 'Nothing is stored that could be searched.'}
      {pending > 0 && ` · ${countOf(pending, 'newer snapshot is', 'newer snapshots are')} not searchable yet`}
    </p>
  );
}
