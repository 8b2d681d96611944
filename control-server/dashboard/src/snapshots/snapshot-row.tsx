import { memo } from 'react';
import type { NamedExoticComponent, ReactElement } from 'react';
import { Link } from 'wouter';
import type { SnapshotSummary } from '../../../../src/protocol/api.ts';
import { snapshotPath } from '../routes.ts';
import { fullPlace, shortPlace } from '../text/code-place.ts';
import { formatClock, formatInstant } from '../text/time.ts';
import { redactionName } from '../snapshot/redaction.ts';
import { RedactedText } from '../snapshot/redacted-text.tsx';
import { Chip } from '../ui/chip.tsx';
import { useNowMs } from '../ui/clock.tsx';

const SHOWN_FLAGS = 2;

interface RowProps {
  readonly snapshot: SnapshotSummary;
  /** 1-based in the whole list, with the head as the first. */
  readonly rowIndex: number;
  readonly offsetPx: number;
  readonly heightPx: number;
  readonly isFresh: boolean;
}

/** One snapshot in the list; the whole row leads to it. */
export const SnapshotRow: NamedExoticComponent<RowProps> = memo(function Row({
  snapshot,
  rowIndex,
  offsetPx,
  heightPx,
  isFresh,
}: RowProps): ReactElement {
  const nowMs = useNowMs();
  const hidden = snapshot.flags.length - SHOWN_FLAGS;
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={isFresh ? 'snapshot-row row-fresh' : 'snapshot-row'}
      style={{ transform: `translateY(${offsetPx}px)`, height: heightPx }}
      data-testid="snapshot-row"
      data-snapshot-id={snapshot.id}
    >
      <time
        role="cell"
        className="row-time"
        dateTime={snapshot.capturedAt}
        title={formatInstant(snapshot.capturedAt)}
      >
        {formatClock(snapshot.capturedAt, nowMs)}
      </time>
      <span role="cell" className="row-label">
        <Link href={snapshotPath(snapshot.id)} className="row-link">
          {snapshot.label ?? shortPlace(snapshot.filePath, snapshot.lineNumber)}
        </Link>
        {snapshot.mode === 'logpoint' && <Chip>log</Chip>}
      </span>
      <span role="cell" className="row-where" title={fullPlace(snapshot.filePath, snapshot.lineNumber)}>
        {snapshot.functionName !== '' && <span className="row-function">{snapshot.functionName}</span>}
        <span className="faint">{shortPlace(snapshot.filePath, snapshot.lineNumber)}</span>
      </span>
      <span role="cell" className="row-preview" title={snapshot.preview}>
        <RedactedText text={snapshot.preview} />
      </span>
      <span role="cell" className="row-flags">
        {snapshot.flags.slice(0, SHOWN_FLAGS).map((flag) => (
          <Chip key={flag} tone="redact">
            {redactionName(flag)}
          </Chip>
        ))}
        {hidden > 0 && (
          <Chip tone="redact" title={snapshot.flags.slice(SHOWN_FLAGS).map(redactionName).join(', ')}>
            +{hidden}
          </Chip>
        )}
      </span>
    </div>
  );
});
