import type { ReactElement } from 'react';
import type { LinePlace } from '../source/line-place.ts';
import type { PlacedBreakpoint } from './line-marks.ts';
import { MarkIcon } from './mark-legend.tsx';

/** The places of a line where it has several: each sets a breakpoint there, and takes it away. */
export function LinePlaces({
  places,
  placed,
  isBusy,
  onPlace,
}: {
  readonly places: readonly LinePlace[];
  readonly placed: readonly PlacedBreakpoint[];
  readonly isBusy: boolean;
  /** A column, or null for the whole line. */
  readonly onPlace: (columnNumber: number | null) => void;
}): ReactElement | null {
  if (places.length === 0) return null;
  const markAt = (columnNumber: number | null): PlacedBreakpoint | undefined =>
    placed.find(({ breakpoint }) => (breakpoint.columnNumber ?? null) === columnNumber);
  return (
    <div className="line-places" role="group" aria-label="Where on the line" data-testid="line-places">
      <span className="faint">Where:</span>
      {[null, ...places].map((place) => {
        const columnNumber = place?.columnNumber ?? null;
        const mark = markAt(columnNumber);
        return (
          <button
            key={columnNumber}
            type="button"
            className="line-place"
            aria-pressed={mark !== undefined && mark.state !== 'leaving'}
            // One that is disabled would lose the focus.
            aria-disabled={isBusy}
            onClick={() => {
              if (!isBusy) onPlace(columnNumber);
            }}
          >
            {mark !== undefined && <MarkIcon name={mark.state} />}
            {place === null ? (
              'Whole line'
            ) : (
              <>
                <span className="faint">Column {place.columnNumber}</span> <code>{place.text}</code>
              </>
            )}
          </button>
        );
      })}
    </div>
  );
}
